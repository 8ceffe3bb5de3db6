"""Tests of the folder `inventory`."""
