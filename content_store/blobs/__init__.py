"""The port for stored bytes: blobs known by their SHA-256, on a disk or in an S3 bucket.

Engines are chosen by URL, and one contract test runs over all of them. Writing always goes through a
staged file: bytes are hashed while they arrive, can be inspected where they lie, and become a blob in
one atomic step or vanish.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from content_store.blobs.local import LocalBlobs
from content_store.blobs.port import BlobRef, Blobs, Staged
from content_store.blobs.s3 import S3Blobs
from content_store.errors import StoreError

__all__ = ["BlobRef", "Blobs", "LocalBlobs", "S3Blobs", "Staged", "open_blobs"]

_ENGINES: dict[str, Callable[[str], Blobs]] = {"file": LocalBlobs.from_url, "s3": S3Blobs.from_url}


def open_blobs(url: str) -> Blobs:
    """The blobs at `file:///folder` or `s3://key:secret@bucket/prefix?endpoint=…&region=…`."""
    scheme = urlsplit(url).scheme
    if scheme not in _ENGINES:
        raise StoreError(
            f"Storage “{scheme}” is unknown. Use file:///folder or s3://bucket.",
            code="unknown-storage",
            scheme=scheme,
        )
    return _ENGINES[scheme](url)
