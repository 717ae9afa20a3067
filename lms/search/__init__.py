"""Search over pages of every kind: courses now, lessons and people later.

Nouns: SearchDirty (a page whose document is stale). A room above registers how its documents are loaded and marks
them dirty; the worker writes the index. The index is secondary: it can always be rebuilt.
"""
