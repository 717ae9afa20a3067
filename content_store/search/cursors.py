"""The place in a list where the next page begins: the sort key of the last hit, as a short opaque text.

A key and not a number of rows to skip, so that pages neither repeat nor miss a document when others are added.
"""

from __future__ import annotations

import base64
import binascii
import json
import math

from content_store.errors import BadCursor
from content_store.search.port import Sort
from content_store.search.text import clean

Key = tuple[int | float | str, ...]

_SHAPES: dict[Sort, tuple[type, ...]] = {
    "relevance": (int, float, float, str, str),
    "newest": (float, str, str),
    "title": (str, str, str),
}
LONGEST_CURSOR = 8000


def write_cursor(sort: Sort, key: Key) -> str:
    """Return the cursor after the document with this sort key."""
    packed = json.dumps([sort, *key], ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read_cursor(sort: Sort, cursor: str | None) -> Key | None:
    """Return the sort key to go on after, or nothing where the cursor is absent, damaged or of another sort."""
    if not cursor or len(cursor) > LONGEST_CURSOR:
        return None
    try:
        packed = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        values = json.loads(packed)
    except (binascii.Error, ValueError, RecursionError):
        return None
    if not isinstance(values, list) or values[:1] != [sort]:
        return None
    return _checked(values[1:], _SHAPES[sort])


def require_cursor(sort: Sort, cursor: str | None) -> None:
    """Raise BadCursor for what a reader brings as a cursor and is none of this sort: every list of ours refuses it."""
    if cursor and read_cursor(sort, cursor) is None:
        raise BadCursor()


def _checked(values: list[object], shape: tuple[type, ...]) -> Key | None:
    if len(values) != len(shape) or not all(map(isinstance, values, shape)):
        return None
    for value in values:
        if isinstance(value, float) and not math.isfinite(value):
            return None
        if isinstance(value, bool) or (isinstance(value, int) and not 0 <= value <= 9):
            return None
        if isinstance(value, str) and clean(value) != value:
            return None
    return tuple(value for value in values if isinstance(value, int | float | str))
