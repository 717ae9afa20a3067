"""Shelves: what librarians choose, order and introduce."""
