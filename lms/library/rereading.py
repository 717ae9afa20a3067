"""Files read anew after an upgrade that reads their kind better: bytes and versions stay, the words found in them change."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from content_store.errors import StoreError
from content_store.previews import inspect_stored, list_read, replace_reading
from lms.core.db import db, write
from lms.core.jobs import enqueue
from lms.library.door import open_store


def reread_files(formats: Collection[str]) -> Iterator[str]:
    """Read every stored file of these formats; yields `changed`, `same` or `failed`, file by file."""
    blobs, after = open_store().blobs, 0
    while files := list_read(db.session(), formats, after=after):
        db.session.rollback()
        for file in files:
            after = file.reading_id
            try:
                inspection = inspect_stored(blobs, file)
            except StoreError:  # refused by now, or gone: what was read of it once stays
                yield "failed"
                continue
            with write():
                is_changed = replace_reading(db.session(), file.reading_id, inspection)
                if is_changed:
                    enqueue("index_items", key="index_items")
            yield "changed" if is_changed else "same"
