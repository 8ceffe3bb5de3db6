"""The composition root: builds the Flask application."""
