"""The handheld app in Chromium at 360 × 640, before a real server."""
