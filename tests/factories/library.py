"""Make library items for tests, through the services, of real files read by the real inspector.

What the inspector said of the same bytes is remembered for the whole run, since every child process costs half a second.
"""

from __future__ import annotations

import io
import tempfile
from itertools import count
from pathlib import Path

from content_store import formats
from content_store.models import Version
from content_store.store import Metadata, PreparedFile
from lms.core.actor import Actor
from lms.core.db import write
from lms.library import services
from lms.library.door import open_store
from lms.library.jobs import index_items
from lms.orgs.models import Org

_numbers = count(1)
_inspections: dict[tuple[bytes, str], formats.Inspection] = {}

VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nChào các em.\n"


def prepare_text(
    text: str, filename: str = "bai.md", role: str = "main", language: str | None = None
) -> PreparedFile:
    """Store a file of this text and read it, as an upload does."""
    return prepare_bytes(text.encode(), filename, role, language)


def prepare_bytes(
    data: bytes, filename: str, role: str = "main", language: str | None = None
) -> PreparedFile:
    """Store a file of these bytes and read it, as an upload does."""
    key = (data, filename)
    if key not in _inspections:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "file")
            path.write_bytes(data)
            _inspections[key] = formats.inspect(path, filename)
    inspection, blobs = _inspections[key], open_store().blobs
    return PreparedFile(
        filename=filename,
        role=role,  # type: ignore[arg-type]
        language=language,
        blob=blobs.put(io.BytesIO(data)),
        format=inspection.format,
        preview=blobs.put(io.BytesIO(inspection.preview)) if inspection.preview else None,
        inspection=inspection,
    )


def make_item(
    owner: Actor,
    title: str = "",
    text: str = "Một bài đọc.",
    *,
    file: PreparedFile | None = None,
    scope: str | None = "public",
    home: Org | None = None,
    license_id: str = "CC-BY-SA-4.0",
    **metadata: object,
) -> Version:
    """Add an item and publish it to `scope`; with scope None it stays a draft."""
    said = Metadata(title=title or f"Học liệu {next(_numbers)}", license_id=license_id, **metadata)  # type: ignore[arg-type]
    files = [file or prepare_text(text)] if license_id != "link-only" else []
    with write():
        version = services.add_item(owner, files, home=home, metadata=said)
        return version if scope is None else services.publish_item(owner, version.item.uuid, scope=scope)


def index_all() -> None:
    """Do what the worker does: make everything findable."""
    index_items()
