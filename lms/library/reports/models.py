"""Rows of reported problems: one case for each item while it is looked into, with all reports of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.clock import now
from lms.core.db import Base, Rooted

IS_LIVE = text("state IN ('open', 'taken')")


class ItemCase(Rooted, Base):
    """What librarians do about the problems of an item. At most one of an item is open or taken.

    `org_id` is the place the item came from; what has none concerns system administrators. `note` is what its author
    was told last.
    """

    __tablename__ = "item_case"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'taken', 'settled', 'rejected', 'recalled')", name="state"),
        Index("ix_item_case_queue", "state", "id"),
        Index("ix_item_case_item", "item_uuid", "id"),
        Index("uq_item_case_live", "item_uuid", unique=True, sqlite_where=IS_LIVE, postgresql_where=IS_LIVE),
    )

    item_uuid: Mapped[UUID]
    org_id: Mapped[int | None] = mapped_column(ForeignKey("org.id"), index=True)
    state: Mapped[str] = mapped_column(String(12), default="open")
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    answer: Mapped[str] = mapped_column(Text, default="")
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    closed_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")
    noted_at: Mapped[datetime | None]

    @property
    def is_live(self) -> bool:
        """True while it is being looked into."""
        return self.state in {"open", "taken"}

    def close(self, state: str, answer: str, user_id: int | None) -> None:
        """End it."""
        self.state, self.answer, self.closed_by, self.closed_at = state, answer, user_id, now()


class ItemReport(Rooted, Base):
    """A problem that somebody saw in a version of the item; one of a person in a case."""

    __tablename__ = "item_report"
    __table_args__ = (UniqueConstraint("case_id", "user_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("item_case.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(Text, default="")
