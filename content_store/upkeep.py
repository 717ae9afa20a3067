"""Checks over what is stored: bytes that changed, and bytes that nobody refers to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content_store import clock
from content_store.blobs import Blobs
from content_store.blobs.port import CHUNK
from content_store.errors import BlobMissing
from content_store.models import Blob, Item, Reading, Version, VersionFile
from content_store.values import Damage

_BATCH = 500


def find_damage(session: Session, blobs: Blobs, *, sample: int | None = None) -> Iterator[Damage]:
    """Read every recorded blob (or a random sample) and compare it with its own name."""
    for sha256, size in _recorded(session, sample):
        if (damage := read_again(session, blobs, sha256, size)) is not None:
            yield damage


def read_again(session: Session, blobs: Blobs, sha256: str, size: int) -> Damage | None:
    """Read one stored file and compare it with its own name; None where it is as it was stored."""
    try:
        actual, length = _measure(blobs, sha256)
    except BlobMissing:
        sentence = "The file is gone from the storage. Restore it from a backup."
        return Damage(sha256, "blob-missing", sentence, _pins(session, sha256))
    if actual == sha256 and length == size:
        return None
    sentence = f"The file has other bytes than were stored ({length} of {size}). Restore it from a backup."
    return Damage(sha256, "blob-damaged", sentence, _pins(session, sha256))


def _recorded(session: Session, sample: int | None) -> Iterator[tuple[str, int]]:
    if sample is not None:
        query = select(Blob.sha256, Blob.size).order_by(func.random()).limit(sample)
        yield from ((row.sha256, row.size) for row in session.execute(query).all())
        return
    last = ""
    while True:
        query = select(Blob.sha256, Blob.size).where(Blob.sha256 > last).order_by(Blob.sha256).limit(_BATCH)
        rows = session.execute(query).all()
        if not rows:
            return
        yield from ((row.sha256, row.size) for row in rows)
        last = rows[-1].sha256


def _measure(blobs: Blobs, sha256: str) -> tuple[str, int]:
    digest, length = hashlib.sha256(), 0
    with blobs.open(sha256) as stream:
        while data := stream.read(CHUNK):
            digest.update(data)
            length += len(data)
    return digest.hexdigest(), length


def _pins(session: Session, sha256: str) -> tuple[str, ...]:
    query = (
        select(Item.uuid, Version.number)
        .join(Version, Version.item_id == Item.id)
        .join(VersionFile, VersionFile.version_id == Version.id)
        .join(Reading, Reading.id == VersionFile.reading_id)
        .where((VersionFile.sha256 == sha256) | (Reading.preview_sha256 == sha256))
        .order_by(Item.uuid, Version.number)
        .distinct()
    )
    return tuple(f"{uuid}@{number}" for uuid, number in session.execute(query))


def find_orphans(session: Session, blobs: Blobs, *, grace: timedelta) -> Iterator[str]:
    """Stored blobs that no version needs and that have been there longer than `grace`.

    The grace covers uploads under way: their bytes are stored before their rows are committed.
    """
    limit = clock.now() - grace
    names = blobs.list()
    while batch := list(islice(names, _BATCH)):
        needed = _needed(session, batch)
        for name in batch:
            if name in needed:
                continue
            try:
                if blobs.stored_at(name) <= limit:
                    yield name
            except BlobMissing:
                continue


def _needed(session: Session, names: Iterable[str]) -> set[str]:
    wanted = list(names)
    files = session.scalars(select(VersionFile.sha256).where(VersionFile.sha256.in_(wanted)))
    previews = session.scalars(select(Reading.preview_sha256).where(Reading.preview_sha256.in_(wanted)))
    return {*files, *(name for name in previews if name)}
