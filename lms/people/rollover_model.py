"""The plan of a year's rollover: what becomes of every homeroom class, kept as it was shown."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Rooted

MOVE, LEAVE, KEEP = "move", "leave", "keep"


class Rollover(Rooted, Base):
    """One school's step from the school year `year` to the next, which begins on `starts_on`.

    draft (may be edited) → queued (waits for its day, then runs) → applied → undone; a draft may be canceled.
    """

    __tablename__ = "rollover"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'queued', 'applied', 'undone', 'canceled')", name="state"),
    )

    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"), index=True)
    year: Mapped[int]
    starts_on: Mapped[date]
    carry_staff: Mapped[bool] = mapped_column(default=True)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    job_id: Mapped[int | None]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class RolloverClass(Base):
    """What becomes of one class: its pupils move to `target_name`, leave, or the class is left as it is.

    `ended` and `made` hold what applying changed, exactly enough to take it back.
    """

    __tablename__ = "rollover_class"
    __table_args__ = (UniqueConstraint("rollover_id", "org_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rollover_id: Mapped[int] = mapped_column(ForeignKey("rollover.id"))
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"), index=True)
    action: Mapped[str] = mapped_column(String(8))  # move leave keep
    target_name: Mapped[str] = mapped_column(String(200), default="")
    repeat_name: Mapped[str] = mapped_column(String(200), default="")
    repeaters: Mapped[list[int]] = mapped_column(JSON, default=list)  # ids of users who do not go along
    state: Mapped[str] = mapped_column(String(8), default="todo")  # todo done skipped
    note: Mapped[str] = mapped_column(String(300), default="")
    moved: Mapped[int] = mapped_column(default=0)
    target_id: Mapped[int | None]  # no foreign key: undoing removes the class, the plan remembers its number
    made_org_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    made_grant_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    ended: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)  # [grant id, its end before]
