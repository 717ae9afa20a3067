"""What is made of files so that they are seen sooner: asked for by the clock, given to pages as addresses."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from content_store import deriving
from content_store.blobs.port import CHUNK
from content_store.deriving import DerivedPart, Waiting
from content_store.errors import BlobMissing
from content_store.models import Version
from lms.core.db import db, write
from lms.core.jobs import enqueue, is_at_work, job
from lms.core.schedule import every
from lms.library.blueprint import bp
from lms.library.door import open_store
from lms.library.lighter import link_of, parts_of
from lms.library.showing import file_size

BATCH = 10
PATIENCE = timedelta(minutes=30)
PAGES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Smaller:
    """Addresses of what was made of a file: (address, width) of pictures, a lighter film, the shape of a sound."""

    pictures: Sequence[tuple[str, int]] = ()
    light_url: str | None = None
    light_size: int = 0
    wave_url: str | None = None
    pages: int = 0


@job("make_derived", lane="derived files", max_attempts=3, is_long=True)
def make_derived() -> None:
    """Make what is missing, the newest first; one file at a time, on one node at a time."""
    waiting = deriving.list_waiting(db.session(), BATCH)
    db.session.rollback()
    for one in waiting:
        if is_importing():
            return  # what was put in is to be found first; the clock asks again
        _make(one)
    if len(waiting) == BATCH:
        with write():
            enqueue("make_derived", key="make_derived")


def _make(waiting: Waiting) -> None:
    blobs = open_store().blobs
    with tempfile.TemporaryDirectory(prefix="source-") as folder:
        path = Path(folder) / "source"
        try:
            with blobs.open(waiting.sha256) as stream, path.open("wb") as target:
                while data := stream.read(CHUNK):
                    target.write(data)
        except BlobMissing:
            path.write_bytes(b"")  # told by the daily look; it is not tried again and again
        with deriving.make_derived(path, waiting.format, waiting.media_type) as made:
            kept = []
            for one in made:
                with one.path.open("rb") as stream:
                    kept.append((one, blobs.put(stream).sha256))
            with write():
                deriving.keep_made(db.session(), waiting, kept)


def has_waiting() -> bool:
    """Tell whether a file waits for what can be made of it."""
    found = bool(deriving.list_waiting(db.session(), 1)) and not is_importing()
    db.session.rollback()
    return found


def is_importing() -> bool:
    """Tell whether many files are coming in just now. One import may hold up what is made here, but not for long."""
    found = is_at_work("import_items", asked_within=PATIENCE)
    db.session.rollback()
    return found


every("make_derived", minutes=2, has_work=has_waiting)


bp.add_app_template_filter(file_size, "file_size")


@bp.app_template_global("smaller_of")
def smaller_of(version: Version) -> Smaller:
    """Return for a page what was made of a version's main file. Ask whether it may be looked at before."""
    if version.main is None or version.main.format not in deriving.FORMATS or version.recall is not None:
        return Smaller()
    found = {part.kind: part for part in parts_of(version.pin, version.main.sha256)}
    light = found.get("light")
    return Smaller(
        [(link_of(row), row.width or 0) for row in _by_width(found.values())],
        link_of(light) if light else None,
        light.size if light else 0,
        link_of(found["wave"]) if "wave" in found else None,
        sum(kind.startswith("page-") for kind in found),
    )


def _by_width(rows: Iterable[DerivedPart]) -> list[DerivedPart]:
    return sorted(
        (row for row in rows if row.kind[1:].isdigit() and row.width), key=lambda row: row.width or 0
    )


def list_pages(version: Version, first: int) -> list[tuple[int, str, int, int]]:
    """Return number, address, width and height of some pages of a version's main file, from one on."""
    if version.main is None or version.recall is not None:
        return []
    kinds = {f"page-{number:04}" for number in range(first, first + PAGES_SHOWN)}
    parts = [part for part in parts_of(version.pin, version.main.sha256) if part.kind in kinds]
    return [(int(part.kind[5:]), link_of(part), part.width or 0, part.height or 0) for part in parts]
