"""Search of every kind of document, by one port with an engine for each place to keep the index.

`open_index` chooses the engine by URL. What goes in and comes out is in `port.py`; how Vietnamese is read is in
`text.py`; engines share the terms, the ranking, the spelling and the highlighting, and pass one contract test.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from content_store.search.port import (
    KIND_FACET,
    Document,
    Fragment,
    Hit,
    Query,
    Results,
    SearchBusy,
    SearchIndex,
    SearchUnavailable,
    Sort,
)
from content_store.search.postgres import PostgresIndex
from content_store.search.tantivy import TantivyIndex
from content_store.search.whoosh import WhooshIndex

__all__ = [
    "KIND_FACET",
    "Document",
    "Fragment",
    "Hit",
    "Query",
    "Results",
    "SearchBusy",
    "SearchIndex",
    "SearchUnavailable",
    "Sort",
    "open_index",
]


def open_index(url: str, *, name: str) -> SearchIndex:
    """Open the index called `name` at `whoosh:///folder`, `tantivy:///folder` or `postgresql+psycopg://...`.

    Opening costs nothing.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,30}", name):
        raise ValueError(f"An index name is lower-case letters, digits and underscores; {name!r} is not.")
    parts = urlsplit(url)
    if parts.scheme in ("whoosh", "tantivy"):
        folder = Path(re.sub(r"^/(?=[A-Za-z]:)", "", unquote(parts.path)))
        return (
            WhooshIndex(folder / name)
            if parts.scheme == "whoosh"
            else TantivyIndex(folder / f"{name}.tantivy")
        )
    if parts.scheme in ("postgresql", "postgresql+psycopg"):
        return PostgresIndex(url, name)
    raise ValueError(
        f"No search engine for {parts.scheme}://; use whoosh:///, tantivy:/// or postgresql+psycopg://."
    )
