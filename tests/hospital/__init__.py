"""Tests of the folder `hospital`."""
