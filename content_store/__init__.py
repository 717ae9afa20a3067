"""A content store that stands alone: items, immutable versions, blobs, rights, formats and search.

The one door is `content_store.store.ContentStore`. Nothing here imports the learning platform, and
only `content_store.http` may import a web framework, so another program can use it as a library or
by `python -m content_store`.
"""
