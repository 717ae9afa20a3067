"""Lessons and the library: which item a lesson was shared as, and which shared lesson another one was made from."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class LessonShare(Base):
    """That a lesson stands in the library as an item, and the revision its newest version was made of."""

    __tablename__ = "lesson_share"

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), primary_key=True)
    item_uuid: Mapped[UUID] = mapped_column(unique=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)


class LessonOrigin(Base):
    """That a lesson was made from a shared one, by its pin. Kept for ever: its authors are owed the credit."""

    __tablename__ = "lesson_origin"

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), primary_key=True)
    pin: Mapped[str] = mapped_column(String(60), primary_key=True, index=True)
