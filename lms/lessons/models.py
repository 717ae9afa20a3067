"""Drafts (Lesson, Activity), what is taught (Revision, RunLesson), and where learners stand (the Progress tables)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.clock import now
from lms.core.db import Base, Rooted

SEEN, TRIED, DONE = "seen", "tried", "done"


class Lesson(Rooted, Base):
    """An ordered list of activities, as its author is writing it. Learners never read this row's activities."""

    __tablename__ = "lesson"
    __table_args__ = (Index("ix_lesson_unit_id_position", "unit_id", "position"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    goal: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[int | None]
    free_preview: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)  # counts saves, so that two editors notice each other
    updated_at: Mapped[datetime] = mapped_column(default=now)
    trashed_at: Mapped[datetime | None]


class Activity(Rooted, Base):
    """One block of a draft. Its uuid survives edits and is what results are counted by."""

    __tablename__ = "activity"
    __table_args__ = (Index("ix_activity_lesson_id_position", "lesson_id", "position"),)

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200), default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    pin: Mapped[str | None] = mapped_column(
        String(60), index=True
    )  # 'item-uuid@3': one library version forever
    version: Mapped[int] = mapped_column(default=1)
    trashed_at: Mapped[datetime | None]


class Revision(Rooted, Base):
    """A published state of a lesson: never updated, so whoever learns by it meets no surprise.

    `digest` is the SHA-256 of the snapshot's canonical JSON; equal content has an equal digest.
    """

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("lesson_id", "number"),)

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    number: Mapped[int]
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]  # how many activities
    points: Mapped[float] = mapped_column(default=0.0)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    published_at: Mapped[datetime] = mapped_column(default=now)


class RevisionPin(Base):
    """That a revision shows a library version: who teaches with it is found without opening snapshots."""

    __tablename__ = "revision_pin"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), primary_key=True)
    pin: Mapped[str] = mapped_column(String(60), primary_key=True, index=True)


class OfferDecline(Base):
    """That a lesson keeps the version it has of an item although `number` was offered."""

    __tablename__ = "offer_decline"

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), primary_key=True)
    item_uuid: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    declined_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    declined_at: Mapped[datetime] = mapped_column(default=now)


class RunLesson(Base):
    """Which revision of a lesson a run teaches, from when, until when."""

    __tablename__ = "run_lesson"

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), primary_key=True, index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    opens_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]


class Progress(Base):
    """Where a learner stands with one activity in one run. Written by `listeners.py` only, from statements.

    `tried` holds the chosen ids of every try (`b;a,c`), so that results are counted without opening statements;
    what was written stands in the statements' texts, found by `first_statement_id` and `last_statement_id`.
    """

    __tablename__ = "progress"
    __table_args__ = (
        UniqueConstraint("run_id", "user_id", "activity_uuid"),
        Index("ix_progress_run_id_lesson_id", "run_id", "lesson_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    activity_uuid: Mapped[UUID]
    status: Mapped[str] = mapped_column(String(8))  # seen tried done
    tries: Mapped[int] = mapped_column(default=0)
    tried: Mapped[str] = mapped_column(Text, default="")
    is_correct: Mapped[bool | None]
    first_correct: Mapped[bool | None]
    score: Mapped[float | None]
    max_score: Mapped[float | None]
    first_statement_id: Mapped[int | None]
    last_statement_id: Mapped[int | None]
    viewed_at: Mapped[datetime | None]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]


class LessonProgress(Base):
    """Where a learner stands with a lesson in a run, and on which revision. Written by `listeners.py` only."""

    __tablename__ = "lesson_progress"
    __table_args__ = (
        UniqueConstraint("run_id", "user_id", "lesson_id"),
        Index("ix_lesson_progress_user_id_last_at", "user_id", "last_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    score: Mapped[float] = mapped_column(default=0.0)
    max_score: Mapped[float] = mapped_column(default=0.0)
    at_activity: Mapped[UUID]
    started_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    last_at: Mapped[datetime]
