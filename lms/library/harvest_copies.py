"""The library's door for copies of other libraries' works: staged, inspected as every upload is, added to their item."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from uuid import UUID

from content_store.blobs import Staged
from content_store.filenames import clean_filename
from content_store.store import NewFile, PreparedFile
from content_store.values import metadata_of
from lms.core.jobs import enqueue
from lms.library.door import open_store, saying_refusals
from lms.library.harvest import OWNER

Fetched = Sequence[PreparedFile]


def stage_copy() -> AbstractContextManager[Staged]:
    """Return a place to write fetched bytes to; what is not kept at the end of the block is forgotten."""
    return open_store().blobs.stage()


def prepare_copy(filename: str, staged: Staged) -> Fetched:
    """Inspect a fetched file and store its bytes; no row is written. Raises Invalid: it is hostile, empty, damaged."""
    with saying_refusals():
        return open_store().prepare([NewFile(clean_filename(filename), staged)])


def put_copy(uuid: UUID, files: Fetched, *, license_id: str) -> None:
    """Make the copy the shown version of the link's item; the same bytes again add nothing. Inside `write()`."""
    store = open_store()
    with saying_refusals():
        newest = store.get(uuid)
        known = newest.main
        if known is not None and files[0].blob.sha256 == known.sha256 and newest.license_id == license_id:
            return
        metadata = replace(metadata_of(newest), license_id=license_id, type=None)
        version = store.add_version(uuid, owner=OWNER, files=files, metadata=metadata)
        if version.item.state == "published":
            store.publish(uuid)
    enqueue("index_items", key="index_items")
