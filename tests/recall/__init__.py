"""Tests of the folder `recall`."""
