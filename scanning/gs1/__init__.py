"""GS1: application identifiers, their rules, and every form in which they are written."""
