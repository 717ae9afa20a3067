"""Tables of improving together: what an item was made from, and changes that others offer for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content_store import clock
from content_store.models import BIG_KEY, Base, Item, Reading, Version

SUGGESTION_STATES = ("open", "accepted", "declined", "withdrawn")


class Lineage(Base):
    """That an item was made from a version of another one. Never deleted: a credit is owed for ever.

    `since` is the number of the item's version in which it came; older versions owe nothing to it. `how` says whether
    the source was changed (`adaptation`) or stands in it unaltered (`collection`). What stood in it and was taken out
    again has the number of the last version that shows it as `until`: later ones owe nothing to it.
    """

    __tablename__ = "cs_lineage"
    __table_args__ = (CheckConstraint("how in ('adaptation', 'collection')", name="how"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("cs_item.id"), primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("cs_version.id"), primary_key=True, index=True)
    how: Mapped[str] = mapped_column(String(12))
    since: Mapped[int]
    until: Mapped[int | None]
    created_by: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Suggestion(Base):
    """A change that somebody offers for an item of another: what would be said of it, another main file, or both.

    `changes` holds only what differs from the version it was made against, so that it still fits a newer one. The
    bytes of its file are kept by the key to their blob.
    """

    __tablename__ = "cs_suggestion"
    __table_args__ = (
        CheckConstraint("state in ('open', 'accepted', 'declined', 'withdrawn')", name="state"),
        Index("ix_cs_suggestion_item_state", "item_id", "state", "id"),
        Index("ix_cs_suggestion_author", "author", "id"),
    )

    id: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=clock.new_uuid, unique=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("cs_item.id"))
    base_id: Mapped[int] = mapped_column(ForeignKey("cs_version.id"), index=True)
    author: Mapped[str] = mapped_column(String(100))
    credit: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(Text)
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    filename: Mapped[str | None] = mapped_column(String(255))
    sha256: Mapped[str | None] = mapped_column(ForeignKey("cs_blob.sha256"), index=True)
    size: Mapped[int | None] = mapped_column(BigInteger)
    reading_id: Mapped[int | None] = mapped_column(ForeignKey("cs_reading.id"), index=True)
    state: Mapped[str] = mapped_column(String(12), default="open")
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str | None] = mapped_column(String(100))
    made_number: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    decided_at: Mapped[datetime | None]

    item: Mapped[Item] = relationship(lazy="joined", innerjoin=True)
    base: Mapped[Version] = relationship(lazy="select")
    reading: Mapped[Reading | None] = relationship(lazy="joined")
