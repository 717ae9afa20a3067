"""The public face of a course."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, Rooted
from lms.courses.models import Course, Run

AUDIENCES = ("primary", "lower", "upper", "everyone", "teachers")


class OpenCourse(Rooted, Base):
    """What the catalogue says of a course, and the open run that takes people in.

    `effort_hours` is the whole time a learner needs; `facets` hold what the catalogue filters by.
    """

    __tablename__ = "open_course"
    __table_args__ = (Index("ix_open_course_listed", "listed_at", "id"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), unique=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), unique=True)
    promise: Mapped[str] = mapped_column(Text, default="")
    receives: Mapped[list[str]] = mapped_column(JSON, default=list)
    teachers: Mapped[list[str]] = mapped_column(JSON, default=list)
    audience: Mapped[str] = mapped_column(String(20), default="everyone")
    effort_hours: Mapped[int] = mapped_column(default=1)
    provider: Mapped[str] = mapped_column(String(200), default="")
    preview_lesson: Mapped[UUID | None]
    listed_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]

    course: Mapped[Course] = relationship(lazy="raise")
    run: Mapped[Run] = relationship(lazy="raise")
