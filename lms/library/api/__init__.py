"""The library for programs: what it holds, and with a token everything a person does with items of one's own.

Each module adds its routes to `bp` and describes them beside (see `lms.core.openapi`).
"""

from __future__ import annotations

from lms.library.api import (
    changes,
    collections,
    comments,
    files,
    items,
    lists,
    ratings,
    remixes,
    reports,
    review_files,
    reviews,
    shelf_deeds,
    shelves,
    short_addresses,
    suggestions,
    uploads,
)
from lms.library.api.blueprint import bp

__all__ = [
    "bp",
    "changes",
    "collections",
    "comments",
    "files",
    "items",
    "lists",
    "ratings",
    "remixes",
    "reports",
    "review_files",
    "reviews",
    "shelf_deeds",
    "shelves",
    "short_addresses",
    "suggestions",
    "uploads",
]
