"""Pieces that a browser sends to the storage itself: granted, noted when they have arrived."""

from __future__ import annotations

from functools import lru_cache

from content_store import direct
from content_store.blobs.port import PartLink
from content_store.direct import Piece, PieceSigner
from content_store.resumable import Resumable, find_upload
from lms.core.actor import Actor
from lms.core.db import db
from lms.core.errors import NotAllowed
from lms.library.door import open_store, saying_refusals
from lms.library.permissions import can_contribute, owner_token

_signer = lru_cache(maxsize=4)(PieceSigner)


def takes_pieces() -> bool:
    """Tell whether browsers may send to the storage itself."""
    return open_store().blobs.origin() is not None


def grant_piece(actor: Actor, piece: Piece, *, secret: str) -> tuple[str, PartLink]:
    """Return name and address for the next piece of the actor's own upload. Raises NotAllowed, Conflict, Invalid."""
    if not can_contribute(actor):
        raise NotAllowed()
    with saying_refusals():
        return direct.grant_piece(
            db.session(), open_store().blobs, piece, owner=owner_token(actor), signer=_signer(secret)
        )


def check_arrived(actor: Actor, piece: Piece, name: str, *, secret: str) -> None:
    """Ask the storage for a piece; outside of `write()`, for it may be slow. Raises NotFound, Conflict, Invalid."""
    with saying_refusals():
        find_upload(db.session(), piece.upload, owner=owner_token(actor))
        db.session.rollback()
        direct.check_arrived(open_store().blobs, piece, name, signer=_signer(secret))


def note_arrived(actor: Actor, piece: Piece, name: str) -> Resumable:
    """Move the actor's upload on by a piece that is there. Raises Conflict when another one was faster."""
    with saying_refusals():
        return direct.note_arrived(db.session(), piece, name, owner=owner_token(actor))
