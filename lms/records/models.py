"""Statements: narrow typed columns and a body without names or free text.

The id and the idempotency key stand in a table of their own, so that on PostgreSQL the statements can later be
partitioned by month (a unique index there must contain the partition key).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.clock import new_uuid, now
from lms.core.db import Base

BigId = BigInteger().with_variant(Integer, "sqlite")


class Statement(Base):
    """Someone did something to something, once. Never updated, never deleted.

    `account` is the user's opaque uuid; `context_uuid` the run; scores are points, `duration_ms` milliseconds.
    """

    __tablename__ = "statement"
    __table_args__ = (
        Index("ix_statement_account", "account", "id"),
        Index("ix_statement_context", "context_uuid", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid)
    at: Mapped[datetime] = mapped_column(default=now)
    account: Mapped[UUID]
    verb: Mapped[str] = mapped_column(String(20))
    object_kind: Mapped[str] = mapped_column(String(20))
    object_uuid: Mapped[UUID]
    context_uuid: Mapped[UUID | None]
    revision_uuid: Mapped[UUID | None]
    score: Mapped[float | None]
    max_score: Mapped[float | None]
    success: Mapped[bool | None]
    completion: Mapped[bool | None]
    duration_ms: Mapped[int | None]
    attempt: Mapped[int | None]
    body: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    response_digest: Mapped[str | None] = mapped_column(String(64))


class StatementKey(Base):
    """What makes a deed the same deed when it arrives again: unique per account."""

    __tablename__ = "statement_key"

    account: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    statement_uuid: Mapped[UUID]


class StatementText(Base):
    """What a learner wrote, apart from the statement, so that a person can be erased while records still verify."""

    __tablename__ = "statement_text"

    statement_id: Mapped[int] = mapped_column(BigId, ForeignKey("statement.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
