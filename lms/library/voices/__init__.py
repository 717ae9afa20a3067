"""Voices: what colleagues say of an item, by rating and by comment."""
