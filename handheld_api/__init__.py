"""handheld_api."""
