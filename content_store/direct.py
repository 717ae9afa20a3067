"""Pieces of an upload that a browser puts on the storage by itself, past the application.

For each piece an address is signed that is good for exactly its bytes (length and digest), under a name made from all
that was agreed. Nothing is noted until the piece has arrived: the name itself proves what it was given for. Whatever
the storage lets through, a piece is read and compared before the whole becomes a blob (`resumable.join_parts`).
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from content_store import clock
from content_store.blobs import Blobs
from content_store.blobs.port import PartLink, is_part, is_sha256
from content_store.errors import BlobMissing, Conflict, RefusedFile, StoreError
from content_store.resumable import Resumable, append_part, find_upload

HOLDS = timedelta(minutes=15)
ASKED_WITHIN = timedelta(hours=1)
PIECE = 16 * 1024 * 1024
LARGEST_PIECE = 64 * 1024 * 1024
_AGREED = struct.Struct(">Q16sQQ32s")


@dataclass(frozen=True)
class Piece:
    """What sender and site agree on: whose upload, from where on, how much, and its digest."""

    upload: UUID
    start: int
    size: int
    sha256: str


class PieceSigner:
    """Gives pieces their names and knows its own again."""

    def __init__(self, secret: str) -> None:
        """Derive a key of our own from the secret."""
        self._key = hmac.digest(secret.encode(), b"content_store.direct.v1", "sha256")

    def name(self, piece: Piece) -> str:
        """A name of 32 hex digits: the moment, as in every part's name, then the proof."""
        return self._name(piece, int(clock.now().timestamp() * 1000))

    def knows(self, piece: Piece, name: str) -> bool:
        """Whether this name was given for this piece, within the last hour."""
        if not is_part(name):
            return False
        moment = int(name[:12], 16)
        age_ms = int(clock.now().timestamp() * 1000) - moment
        is_fresh = -60_000 <= age_ms <= ASKED_WITHIN.total_seconds() * 1000
        return is_fresh and hmac.compare_digest(name, self._name(piece, moment))

    def _name(self, piece: Piece, moment: int) -> str:
        agreed = _AGREED.pack(
            moment, piece.upload.bytes, piece.start, piece.size, bytes.fromhex(piece.sha256)
        )
        return f"{moment:012x}{hashlib.blake2b(agreed, digest_size=10, key=self._key).hexdigest()}"


def grant_piece(
    session: Session, blobs: Blobs, piece: Piece, *, owner: str, signer: PieceSigner
) -> tuple[str, PartLink]:
    """The name and the address for the next piece of an upload. Raises Conflict with where it is, RefusedFile."""
    row = find_upload(session, piece.upload, owner=owner)
    if row.is_over:
        raise Conflict("This upload is no longer kept. Send the file again.", code="upload-over")
    if piece.start != row.offset:
        raise Conflict("The upload is at another place.", code="upload-moved", offset=row.offset)
    if not is_sha256(piece.sha256) or not 0 < piece.size <= min(LARGEST_PIECE, row.length - row.offset):
        raise RefusedFile("This is no piece of the file that was announced.", code="bad-piece")
    name = signer.name(piece)
    link = blobs.part_link(name, size=piece.size, sha256=piece.sha256, expires_s=int(HOLDS.total_seconds()))
    if link is None:
        raise StoreError("This storage takes nothing directly.", code="not-direct")
    return name, link


def check_arrived(blobs: Blobs, piece: Piece, name: str, *, signer: PieceSigner) -> None:
    """Ask the storage whether a piece is there, in its length. Touches no row. Raises Conflict, RefusedFile."""
    if not is_sha256(piece.sha256) or not signer.knows(piece, name):
        raise RefusedFile("This is no piece of the file that was announced.", code="bad-piece")
    try:
        size = blobs.size_of_part(name)
    except BlobMissing:
        raise Conflict("The piece has not arrived. Send it again.", code="piece-missing") from None
    if size != piece.size:
        raise RefusedFile("This is no piece of the file that was announced.", code="bad-piece")


def note_arrived(session: Session, piece: Piece, name: str, *, owner: str) -> Resumable:
    """Move the upload on by a piece that has arrived. Raises Conflict when another one was faster."""
    return append_part(
        session,
        piece.upload,
        owner=owner,
        start=piece.start,
        size=piece.size,
        name=name,
        sha256=piece.sha256,
    )
