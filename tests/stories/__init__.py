"""Whole stories, told through the real doors."""
