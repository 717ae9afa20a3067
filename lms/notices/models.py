"""Rows of notices. Words are not stored: a notice keeps its topic and what to put into the sentence."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Rooted

MAIL_MODES = ("none", "at_once", "daily")


class Notice(Rooted, Base):
    """One piece of news for one person.

    `key` says what the news is about, so that the same news told twice is one row. `is_shown` is False for someone
    who wants the topic by mail only; such a one counts as read from the start. `mail_at` is the moment from which it may be mailed; it is emptied when that
    was done, or need not be done any more.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("user_id", "topic", "key"),
        Index("ix_notice_list", "user_id", "is_shown", "id"),
        Index(
            "ix_notice_unread",
            "user_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
        Index(
            "ix_notice_mail",
            "mail_at",
            sqlite_where=text("mail_at IS NOT NULL"),
            postgresql_where=text("mail_at IS NOT NULL"),
        ),
        Index("ix_notice_created_at", "created_at"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    topic: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(160))
    about: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    is_shown: Mapped[bool] = mapped_column(default=True)
    read_at: Mapped[datetime | None]
    mail_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]


class NoticeChoice(Base):
    """How someone wants a topic; without a row, or without a word on mail, it is as the topic says."""

    __tablename__ = "notice_choice"
    __table_args__ = (CheckConstraint("mail IN ('none', 'at_once', 'daily')", name="mail"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(40), primary_key=True)
    is_shown: Mapped[bool] = mapped_column(default=True)
    mail: Mapped[str | None] = mapped_column(String(8))


class NoticeHours(Base):
    """When someone may be written to, in hours of the city's clock: quiet from `quiet_from` until `quiet_to`.

    Equal hours mean no quiet time. The letter of the day is written at `daily_at`.
    """

    __tablename__ = "notice_hours"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    quiet_from: Mapped[int] = mapped_column(default=21)
    quiet_to: Mapped[int] = mapped_column(default=6)
    daily_at: Mapped[int] = mapped_column(default=18)
