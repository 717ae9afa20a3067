"""A pupil's way from class to class, planned or made."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Rooted


class PupilMove(Rooted, Base):
    """A pupil leaves one class and joins another on a day; `planned` until that day has come.

    The ids of the roles that ended and began are kept, so that undoing touches these and no others.
    """

    __tablename__ = "pupil_move"
    __table_args__ = (
        Index("ix_pupil_move_user_id_state", "user_id", "state"),
        CheckConstraint("state IN ('planned', 'done', 'canceled', 'undone', 'failed')", name="state"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    from_org_id: Mapped[int] = mapped_column(ForeignKey("org.id"))
    to_org_id: Mapped[int | None] = mapped_column(ForeignKey("org.id"))
    starts_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default="planned")
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    done_at: Mapped[datetime | None]
    ended_grant_id: Mapped[int | None]
    made_grant_id: Mapped[int | None]
    home_before_id: Mapped[int | None]
    problem: Mapped[str] = mapped_column(String(300), default="")
