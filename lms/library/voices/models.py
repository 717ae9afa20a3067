"""Rows of what colleagues say of an item: a rating with its reason, comments with answers one deep."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.clock import now
from lms.core.db import Base, Rooted


class Hideable:
    """What a librarian may hide, with the reason that its writer reads."""

    hidden_at: Mapped[datetime | None]
    hidden_by: Mapped[int | None]
    hidden_reason: Mapped[str] = mapped_column(String(500), default="")


class ItemRating(Rooted, Hideable, Base):
    """How good somebody finds an item, of one to five, and why; `number` is the version that was looked at.

    Hiding takes its words away; the stars count on, so that nobody's mean is bent by whoever moderates.
    """

    __tablename__ = "item_rating"
    __table_args__ = (
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
        UniqueConstraint("item_uuid", "user_id"),
        Index("ix_item_rating_item", "item_uuid", "id"),
    )

    item_uuid: Mapped[UUID]
    number: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    stars: Mapped[int]
    reason: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text, default="")
    updated_at: Mapped[datetime] = mapped_column(default=now)


class ItemComment(Rooted, Hideable, Base):
    """Something a colleague says of an item, or answers to what another said: answers have no answers."""

    __tablename__ = "item_comment"
    __table_args__ = (
        Index("ix_item_comment_item", "item_uuid", "id"),
        Index("ix_item_comment_parent", "parent_id", "id"),
    )

    item_uuid: Mapped[UUID]
    number: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("item_comment.id"))
    text: Mapped[str] = mapped_column(Text)
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
