"""Opening the store over this request's session, and saying its refusals in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache

from flask import current_app

from content_store.antivirus import ScanningStore, open_scanner
from content_store.errors import (
    BadCursor,
    BlobDamaged,
    BlobMissing,
    ItemNotFound,
    LinkExpired,
    NotPermitted,
    RefusedFile,
    StoreError,
    TooLarge,
)
from content_store.errors import Conflict as StoreConflict
from content_store.links import LinkSigner
from content_store.search import SearchIndex
from content_store.store import ContentStore
from lms.core.config import Settings
from lms.core.db import db
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound, Refusal
from lms.library.refusal_words import words_of


def open_store() -> ContentStore:
    """Return the store over the present session; where a scanner is set, it looks into every new file."""
    extensions = current_app.extensions
    scanner = _scanner(extensions["settings"].antivirus_url)
    blobs, index = extensions["blobs"], extensions["item_index"]
    if scanner is not None:
        return ScanningStore(db.session(), blobs=blobs, index=index, scanner=scanner)
    return ContentStore(db.session(), blobs=blobs, index=index)


_scanner = lru_cache(maxsize=4)(open_scanner)


def item_index() -> SearchIndex:
    """Return the index of items, for what needs no rows."""
    index: SearchIndex = current_app.extensions["item_index"]
    return index


@lru_cache(maxsize=4)
def _signer(secret: str, base_url: str) -> LinkSigner:
    return LinkSigner(secret, base_url)


def link_signer() -> LinkSigner:
    """Return the signer of file addresses, which stand on CONTENT_URL."""
    settings: Settings = current_app.extensions["settings"]
    return _signer(settings.secret_key, settings.content_url)


FAMILIES: tuple[tuple[type[StoreError], Callable[[str], Refusal]], ...] = (
    (ItemNotFound, lambda text: NotFound(text)),
    (BadCursor, lambda text: NotFound(text)),  # as `lms.core.paging` has it of every list
    (NotPermitted, lambda text: NotAllowed(text)),
    (StoreConflict, lambda text: Conflict(text)),
    (LinkExpired, lambda text: NotFound(text)),
    (BlobMissing, lambda text: Conflict(text)),
    (BlobDamaged, lambda text: Conflict(text)),
    (TooLarge, lambda text: Invalid({"file": text}, text)),
    (RefusedFile, lambda text: Invalid({"file": text}, text)),
    (StoreError, lambda text: Invalid({"item": text}, text)),
)


# What is to be mended in another field than the item itself.
FIELDS = {
    "license-lineage": "license",
    "many-suggestions": "note",
    "no-answer": "answer",
    "no-note": "note",
    "nothing-changes": "note",
}


def as_refusal(error: StoreError) -> Refusal:
    """Return the site's refusal for one of the store's, in the reader's language."""
    text = words_of(error)
    if error.code in FIELDS:
        return Invalid({FIELDS[error.code]: text}, text)
    return next(make(text) for kind, make in FAMILIES if isinstance(error, kind))


@contextmanager
def saying_refusals() -> Iterator[None]:
    """Turn the store's errors inside the block into the site's own."""
    try:
        yield
    except StoreError as error:
        raise as_refusal(error) from error
