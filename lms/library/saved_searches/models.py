"""Searches that people keep."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.clock import now
from lms.core.db import Base, Rooted

ALERTS = ("none", "daily", "weekly")


class SavedSearch(Rooted, Base):
    """A search of the library under a name, seen by its person alone.

    `address` has the words and boxes as they stand in the address of the search page; `digest` is made of it, so that
    the same search is kept once. Where alerts are wanted, `due_at` is when to look next, at what came after
    `looked_at`. `told` has the pins that were told of, the latest first; the first `fresh` of them by the last notice.
    """

    __tablename__ = "saved_search"
    __table_args__ = (
        UniqueConstraint("user_id", "digest"),
        CheckConstraint("alerts IN ('none', 'daily', 'weekly')", name="alerts"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    name: Mapped[str] = mapped_column(String(120))
    address: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    alerts: Mapped[str] = mapped_column(String(8), default="none")
    looked_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    told: Mapped[list[str]] = mapped_column(JSON, default=list)
    fresh: Mapped[int] = mapped_column(default=0)
