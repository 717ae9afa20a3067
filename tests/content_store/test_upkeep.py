"""Damage and orphans."""

from __future__ import annotations

import io
from datetime import timedelta

from sqlalchemy.orm import Session

from content_store.blobs import LocalBlobs
from content_store.store import ContentStore, NewFile


def add(store: ContentStore, text: str) -> tuple[str, str]:
    version = store.add(owner="lan", files=[NewFile("a.md", io.BytesIO(text.encode()))])
    assert version.main
    return version.pin, version.main.sha256


def test_sound_files_are_not_reported(store: ContentStore):
    add(store, "Bài một")
    assert list(store.verify()) == []


def test_one_flipped_byte_is_found_and_its_item_named(store: ContentStore, blobs: LocalBlobs):
    add(store, "Bài một")
    pin, sha256 = add(store, "Bài hai")
    path = next(blobs.root.glob(f"*/*/{sha256}"))
    data = bytearray(path.read_bytes())
    data[3] ^= 1
    path.chmod(0o640)
    path.write_bytes(data)
    (damage,) = store.verify()
    assert (damage.code, damage.sha256, damage.pins) == ("blob-damaged", sha256, (pin,))


def test_a_missing_file_is_found(store: ContentStore, blobs: LocalBlobs):
    pin, sha256 = add(store, "Bài một")
    blobs.delete(sha256)
    (damage,) = store.verify(sample=10)
    assert (damage.code, damage.pins) == ("blob-missing", (pin,))


def test_bytes_of_a_transaction_that_failed_are_orphans_after_the_grace(
    store: ContentStore, store_session: Session, blobs: LocalBlobs
):
    _, kept = add(store, "Bài một")
    (lost,) = store.prepare([NewFile("b.md", io.BytesIO(b"never recorded"))])
    assert list(store.orphans(timedelta(days=1))) == []
    assert list(store.orphans(timedelta(0))) == [lost.blob.sha256]
    assert blobs.exists(kept)
