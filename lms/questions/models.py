"""A bank per course, questions in it, and their immutable versions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Rooted


class QuestionBank(Rooted, Base):
    """The questions of one course, kept apart from the lessons that show them."""

    __tablename__ = "question_bank"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), unique=True)


class Question(Rooted, Base):
    """One assessment item; what it says stands in its versions."""

    __tablename__ = "question"

    bank_id: Mapped[int] = mapped_column(ForeignKey("question_bank.id"), index=True)


class QuestionVersion(Rooted, Base):
    """An immutable state of a question; a published lesson names the version it asks."""

    __tablename__ = "question_version"
    __table_args__ = (UniqueConstraint("question_id", "number"),)

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
