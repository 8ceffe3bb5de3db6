"""Attacks on the program, each with the refusal that is expected."""
