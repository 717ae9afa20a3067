"""A file of unknown kind: kept for download, nothing is claimed about it."""

from __future__ import annotations

from pathlib import Path

from content_store.formats.sniff import Sniffed
from content_store.formats.values import Draft, Limits


def read(path: Path, sniffed: Sniffed, limits: Limits) -> Draft:
    """Only the format and the media type."""
    return Draft("other", sniffed.media_type)
