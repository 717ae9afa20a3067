"""Saved searches: kept under a name, with word of what is new."""
