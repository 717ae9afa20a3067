"""Bulk: many items put in at once."""
