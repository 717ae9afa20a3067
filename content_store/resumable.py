"""Uploads that survive a broken line: their offset is a row, their bytes wait as parts on the storage.

Every piece that arrives is a part of its own, hashed by nobody and named by chance; the row moves on by
comparing and setting its offset, so of two writers of one upload exactly one wins and the other's bytes
are forgotten. Nothing is held in memory or in one process: any node goes on where another one stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from content_store import clock
from content_store.blobs import Blobs, Staged
from content_store.blobs.port import CHUNK
from content_store.errors import Conflict, ItemNotFound, RefusedFile, StoreError, TooLarge
from content_store.filenames import clean_filename, folder_of
from content_store.models import BIG_KEY, Base

KEPT = timedelta(days=7)
MOST_OPEN = 300
MOST_PARTS = 5_000
ORPHANED_AFTER = timedelta(days=1)


class Resumable(Base):
    """One upload on its way: how long it will be, how much is here, and the item it became."""

    __tablename__ = "cs_resumable"
    __table_args__ = (Index("ix_cs_resumable_owner", "owner", "expires_at"),)

    id: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=clock.new_uuid, unique=True)
    owner: Mapped[str] = mapped_column(String(100))
    home: Mapped[str | None] = mapped_column(String(100))
    filename: Mapped[str] = mapped_column(String(255))
    folder: Mapped[str | None] = mapped_column(String(500))
    length: Mapped[int] = mapped_column(BigInteger)
    offset: Mapped[int] = mapped_column(BigInteger, default=0)
    item_uuid: Mapped[UUID | None]
    tried_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(index=True)

    @property
    def is_whole(self) -> bool:
        """Whether every byte is here."""
        return self.offset == self.length

    @property
    def percent(self) -> int:
        """How far it is, rounded down so that only a whole one says 100."""
        return self.offset * 100 // self.length

    @property
    def is_over(self) -> bool:
        """Whether its time has passed."""
        return self.expires_at <= clock.now()


class ResumablePart(Base):
    """One piece of an upload, and the name under which the storage keeps it."""

    __tablename__ = "cs_resumable_part"

    resumable_id: Mapped[int] = mapped_column(
        ForeignKey("cs_resumable.id", ondelete="CASCADE"), primary_key=True
    )
    start: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    sha256: Mapped[str | None] = mapped_column(String(64))  # what the sender said, where it sent past us


def begin_upload(
    session: Session,
    *,
    owner: str,
    filename: str,
    length: int,
    limit: int,
    home: str | None = None,
    path: str = "",
) -> Resumable:
    """Note an upload that is going to come. Raises TooLarge, RefusedFile before a byte is taken.

    `path` is where the file lay below the chosen folder, its own name included.
    """
    if length > limit:
        raise TooLarge(
            "The file is larger than the limit. Compress or split it.", code="file-too-large", limit=limit
        )
    name = clean_filename(filename)
    if length < 1:
        raise RefusedFile(f"“{name}” is empty. Check the file and send it again.", code="empty-file")
    waiting = select(func.count()).where(
        Resumable.owner == owner, Resumable.item_uuid.is_(None), Resumable.expires_at > clock.now()
    )
    if (session.scalar(waiting) or 0) >= MOST_OPEN:
        raise TooLarge("Too many uploads are unfinished. Finish or discard some.", code="too-many-unfinished")
    row = Resumable(
        owner=owner,
        home=home,
        filename=name,
        folder=folder_of(path),
        length=length,
        offset=0,
        expires_at=clock.now() + KEPT,
    )
    session.add(row)
    session.flush()
    return row


def find_upload(session: Session, uuid: UUID, *, owner: str) -> Resumable:
    """An upload of this owner, over or not. Raises ItemNotFound for everyone else's."""
    row = session.scalar(
        select(Resumable)
        .where(Resumable.uuid == uuid, Resumable.owner == owner)
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise ItemNotFound("There is no such upload. Send the file again.", code="upload-not-found")
    return row


def list_unfinished(session: Session, *, owner: str, limit: int = 20) -> list[Resumable]:
    """Uploads of the owner that wait for the rest of their bytes, the latest first."""
    statement = select(Resumable).where(
        Resumable.owner == owner, Resumable.expires_at > clock.now(), Resumable.offset < Resumable.length
    )
    return list(session.scalars(statement.order_by(Resumable.id.desc()).limit(limit)))


def list_waiting(session: Session, *, owner: str, limit: int = 20) -> list[Resumable]:
    """Whole uploads of the owner that nobody has tried to read yet, the latest first."""
    statement = select(Resumable).where(
        Resumable.owner == owner,
        Resumable.expires_at > clock.now(),
        Resumable.offset == Resumable.length,
        Resumable.item_uuid.is_(None),
        Resumable.tried_at.is_(None),
    )
    return list(session.scalars(statement.order_by(Resumable.id.desc()).limit(limit)))


def list_forgotten(session: Session, *, older_than: timedelta, limit: int = 100) -> list[Resumable]:
    """Whole uploads that became no item and were not tried: who sent them went away before asking for it."""
    statement = select(Resumable).where(
        Resumable.offset == Resumable.length,
        Resumable.item_uuid.is_(None),
        Resumable.tried_at.is_(None),
        Resumable.expires_at > clock.now(),
        Resumable.expires_at < clock.now() + KEPT - older_than,
    )
    return list(session.scalars(statement.order_by(Resumable.id).limit(limit)))


def keep_part(blobs: Blobs, staged: Staged) -> str:
    """Put arrived bytes on the storage; they count only once `append_part` has named them."""
    name = clock.new_uuid().hex
    blobs.keep_part(name, staged)
    return name


def append_part(
    session: Session, uuid: UUID, *, owner: str, start: int, size: int, name: str, sha256: str | None = None
) -> Resumable:
    """Move an upload on by one part. Raises Conflict when another writer did so first."""
    moment = clock.now()
    moved = session.execute(
        update(Resumable)
        .where(
            Resumable.uuid == uuid,
            Resumable.owner == owner,
            Resumable.offset == start,
            Resumable.length >= start + size,
            Resumable.expires_at > moment,
        )
        .values(offset=start + size, expires_at=moment + KEPT)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("Another part of this file arrived first. Ask how far it is.", code="upload-moved")
    row = find_upload(session, uuid, owner=owner)
    counted = select(func.count()).where(ResumablePart.resumable_id == row.id)
    if (session.scalar(counted) or 0) >= MOST_PARTS:
        raise TooLarge("The file came in too many pieces. Send it anew.", code="too-many-parts")
    session.add(ResumablePart(resumable_id=row.id, start=start, size=size, name=name, sha256=sha256))
    session.flush()
    return row


@dataclass(frozen=True)
class KeptPart:
    """One part as it is read: where its bytes belong, their name on the storage, and their digest if it was told."""

    start: int
    size: int
    name: str
    sha256: str | None = None


def list_parts(session: Session, row: Resumable) -> list[KeptPart]:
    """The parts of an upload, in order."""
    part = ResumablePart
    statement = select(part.start, part.size, part.name, part.sha256).where(part.resumable_id == row.id)
    return [KeptPart(*found) for found in session.execute(statement.order_by(part.start))]


def join_parts(blobs: Blobs, parts: Sequence[KeptPart], length: int) -> Staged:
    """The whole file as a staged one, in flat memory. Raises StoreError when bytes are missing or are others.

    A storage that can put the pieces together by itself does so first, under a name that nobody was given: what is
    read and judged then cannot be changed by whoever still has an address for a piece, and is not sent again.
    """
    staged = blobs.stage()
    try:
        if sum(part.size for part in parts) != length:
            raise StoreError("The upload is not whole. Send it again.", code="upload-cut")
        origin = blobs.gather([(part.name, part.size) for part in parts])
        if origin is not None:
            staged.origin, staged.release = origin, partial(blobs.drop_part, origin)
            with blobs.open_part(origin) as stream:
                for part in parts:
                    _take_piece(staged, stream, part)
        else:
            for part in parts:
                with blobs.open_part(part.name) as stream:
                    _take_piece(staged, stream, part)
        staged.finish()
    except BaseException:
        staged.abort()
        raise
    return staged


def _take_piece(staged: Staged, stream: BinaryIO, part: KeptPart) -> None:
    """Copy one piece and check it. Raises StoreError, with the place where the upload has to go on."""
    digest, left = hashlib.sha256(), part.size
    while left and (data := stream.read(min(CHUNK, left))):
        digest.update(data)
        staged.write(data)
        left -= len(data)
    if left or (part.sha256 is not None and digest.hexdigest() != part.sha256):
        raise StoreError(
            "A part of the upload is not whole. Send it again.", code="piece-damaged", start=part.start
        )


def rewind_upload(session: Session, uuid: UUID, *, start: int) -> list[str]:
    """Take an upload back to `start`, where its bytes were wrong; returns the names of parts to drop afterwards."""
    row = session.scalar(select(Resumable).where(Resumable.uuid == uuid, Resumable.item_uuid.is_(None)))
    if row is None:
        return []
    names = [part.name for part in list_parts(session, row) if part.start >= start]
    session.execute(
        delete(ResumablePart).where(ResumablePart.resumable_id == row.id, ResumablePart.start >= start)
    )
    session.execute(
        update(Resumable)
        .where(Resumable.id == row.id, Resumable.offset > start)
        .values(offset=start)
        .execution_options(synchronize_session=False)
    )
    return names


def settle_upload(session: Session, uuid: UUID, item_uuid: UUID) -> None:
    """Note the item an upload became. Raises Conflict when it became one already: the caller's must go."""
    settled = session.execute(
        update(Resumable)
        .where(Resumable.uuid == uuid, Resumable.item_uuid.is_(None))
        .values(item_uuid=item_uuid)
        .execution_options(synchronize_session=False)
    )
    if settled.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("This upload became an item already.", code="upload-settled")


def note_tried(session: Session, uuid: UUID) -> None:
    """Note that the item was tried without its sender, so that a refused file is not read again and again."""
    session.execute(
        update(Resumable)
        .where(Resumable.uuid == uuid)
        .values(tried_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def forget_parts(session: Session, row: Resumable) -> list[str]:
    """Delete the rows of the parts; returns the names to drop from the storage after the commit."""
    names = [part.name for part in list_parts(session, row)]
    session.execute(delete(ResumablePart).where(ResumablePart.resumable_id == row.id))
    return names


def forget_upload(session: Session, row: Resumable) -> list[str]:
    """Delete an upload; returns the names of parts to drop from the storage after the commit."""
    names = forget_parts(session, row)
    session.execute(delete(Resumable).where(Resumable.id == row.id))
    return names


def list_over(session: Session, limit: int = 100) -> list[Resumable]:
    """Uploads whose time has passed."""
    statement = select(Resumable).where(Resumable.expires_at <= clock.now())
    return list(session.scalars(statement.order_by(Resumable.expires_at).limit(limit)))


def drop_parts(blobs: Blobs, names: Iterable[str]) -> None:
    """Remove parts from the storage."""
    for name in names:
        blobs.drop_part(name)


def drop_orphaned_parts(session: Session, blobs: Blobs, *, kept: frozenset[str] = frozenset()) -> int:
    """Remove parts that no upload names, left by writers that were killed; returns how many.

    `kept` are the names that the application holds for purposes of its own.
    """
    oldest = int((clock.now() - ORPHANED_AFTER).timestamp() * 1000)
    count = 0
    for name in list(blobs.list_parts()):
        if name in kept:
            continue
        made_at = int(name[:12], 16)  # a UUIDv7 begins with its millisecond
        if (
            made_at < oldest
            and session.scalar(select(ResumablePart.name).where(ResumablePart.name == name)) is None
        ):
            blobs.drop_part(name)
            count += 1
    return count
