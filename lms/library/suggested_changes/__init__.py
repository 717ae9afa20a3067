"""Suggested changes: offers to the keeper of another's item."""
