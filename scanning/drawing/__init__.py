"""Draws symbols and labels; nothing leaves that was not read back."""
