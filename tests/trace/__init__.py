"""Tests of the folder `trace`."""
