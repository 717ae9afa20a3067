"""Only bytes that no row needs are cleared away, after a grace and a look at the rest."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import time_machine

from content_store import clock
from content_store.blobs import LocalBlobs
from content_store.clearing import clear_orphans
from content_store.errors import StoreError
from content_store.models import Version
from content_store.recall import recall_version
from content_store.store import ContentStore, NewFile

WEEK = timedelta(days=7)


def add(store: ContentStore, text: str) -> Version:
    return store.add(owner="lan", files=[NewFile("a.md", io.BytesIO(text.encode()))])


def cleared(store: ContentStore, **options: object) -> list[str]:
    found = clear_orphans(store.session, store.blobs, **{"grace": WEEK, **options})  # type: ignore[arg-type]
    return [one.sha256 for one in found]


def test_an_upload_that_was_never_recorded_goes_after_the_grace_and_nothing_else(
    store: ContentStore, blobs: LocalBlobs
):
    kept = add(store, "Bài một")
    old = store.add_version(kept.item.uuid, owner="lan", files=[NewFile("b.md", io.BytesIO(b"two"))])
    store.publish(kept.item.uuid)
    recall_version(store.session, kept.item.uuid, 2, by="lan", reason="Sai")
    store.retire(kept.item.uuid)
    (lost,) = store.prepare([NewFile("c.md", io.BytesIO(b"never recorded"))])
    assert cleared(store) == []
    with time_machine.travel(clock.now() + WEEK + timedelta(hours=1), tick=False):
        assert cleared(store, dry_run=True) == [lost.blob.sha256]
        assert blobs.exists(lost.blob.sha256)
        assert cleared(store, keep=set) == []
        assert cleared(store) == [lost.blob.sha256]
    assert not blobs.exists(lost.blob.sha256)
    for version in (kept, old):
        assert blobs.exists(version.files[0].sha256)


def test_nothing_is_cleared_from_a_damaged_store_or_without_a_grace(store: ContentStore, blobs: LocalBlobs):
    version = add(store, "Bài một")
    (lost,) = store.prepare([NewFile("c.md", io.BytesIO(b"never recorded"))])
    with pytest.raises(StoreError):
        cleared(store, grace=timedelta(hours=1))
    blobs.delete(version.files[0].sha256)
    with time_machine.travel(clock.now() + WEEK * 2, tick=False), pytest.raises(StoreError):
        cleared(store)
    assert blobs.exists(lost.blob.sha256)
