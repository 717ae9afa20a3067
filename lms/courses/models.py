"""Course ≠ run ≠ class: the design holds no people; a run is one delivery with people and dates."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.clock import new_uuid, now
from lms.core.db import Base, Rooted


def draw_stamp() -> int:
    """Return a number that was never drawn before: the random bits of a new uuid."""
    return new_uuid().int & ((1 << 62) - 1)


class Course(Rooted, Base):
    """The design: units of lessons of activities. Taught by any number of runs, stored once.

    `outline_stamp` is another one whenever a unit, a lesson or what a run teaches has changed (`lessons/outlines.py`).
    """

    __tablename__ = "course"
    __table_args__ = (Index("ix_course_org_id_id", "org_id", "id"),)

    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(8), default="vi")
    subject: Mapped[str | None] = mapped_column(String(60))
    grades: Mapped[list[int]] = mapped_column(JSON, default=list)
    cover_ink: Mapped[str | None] = mapped_column(String(12))
    updated_at: Mapped[datetime] = mapped_column(default=now)
    archived_at: Mapped[datetime | None]
    outline_stamp: Mapped[int] = mapped_column(BigInteger, default=draw_stamp, server_default="0")


class Unit(Rooted, Base):
    """An ordered part of a course (chapter, topic)."""

    __tablename__ = "unit"
    __table_args__ = (Index("ix_unit_course_id_position", "course_id", "position"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    trashed_at: Mapped[datetime | None]


class Run(Rooted, Base):
    """One delivery of a course to people: a class taught by a teacher, or an open session."""

    __tablename__ = "run"
    __table_args__ = (Index("ix_run_org_id_id", "org_id", "id"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"))
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(12), default="class")  # class open
    state: Mapped[str] = mapped_column(String(12), default="open")  # planned open ended
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    join_code: Mapped[str | None] = mapped_column(String(12), unique=True)

    course: Mapped[Course] = relationship(lazy="raise")


class RunClass(Base):
    """A homeroom class whose members are kept enrolled in a run."""

    __tablename__ = "run_class"

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"), primary_key=True, index=True)


class Enrollment(Rooted, Base):
    """A person's place in a run. Ended, never deleted: results stay attached to it."""

    __tablename__ = "enrollment"
    __table_args__ = (
        UniqueConstraint("run_id", "user_id", "role"),
        Index("ix_enrollment_user_id_status", "user_id", "status"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    role: Mapped[str] = mapped_column(String(12), default="learner")  # learner teacher
    status: Mapped[str] = mapped_column(String(12), default="active")  # active ended
    source: Mapped[str] = mapped_column(String(12), default="teacher")  # teacher class code csv self
    started_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]

    run: Mapped[Run] = relationship(lazy="raise")


class RunEnding(Base):
    """A run that ended together with its classes; `cause` is the plan that ended them, by which it is taken back."""

    __tablename__ = "run_ending"

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    cause: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    state_before: Mapped[str] = mapped_column(String(12))
