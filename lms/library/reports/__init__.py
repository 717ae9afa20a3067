"""Reports: a problem of an item is told, and librarians see to it."""
