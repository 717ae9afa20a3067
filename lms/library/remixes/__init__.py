"""Remixes: an item of one's own made from another's, and the family that comes of it."""
