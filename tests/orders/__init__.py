"""Tests of the folder `orders`."""
