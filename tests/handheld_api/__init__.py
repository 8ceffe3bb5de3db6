"""Tests of the handheld API."""
