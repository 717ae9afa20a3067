"""How far an item reaches: counted by a job from what learners did, never while a page waits."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class ItemReach(Base):
    """An item that learners have met: in how many lessons, and whether something happened since it was counted.

    `marked_at` is when the last unread deed was seen; counting clears it only if it is still the same.
    """

    __tablename__ = "item_reach"
    __table_args__ = (Index("ix_item_reach_marked", "marked_at", "item_uuid"),)

    item_uuid: Mapped[UUID] = mapped_column(primary_key=True)
    lessons: Mapped[int] = mapped_column(default=0)
    marked_at: Mapped[datetime | None]
    counted_at: Mapped[datetime | None]


class ItemUsage(Base):
    """How many learners of a place met an item in a lesson, and how many of them finished one. Exact: shown never so."""

    __tablename__ = "item_usage"

    item_uuid: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"), primary_key=True)
    learners: Mapped[int]
    completed: Mapped[int]
