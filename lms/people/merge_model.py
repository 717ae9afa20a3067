"""Rows of joined accounts: who went into whom, what moved, and under which account old statements now count."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Rooted


class UserMerge(Rooted, Base):
    """Two accounts of one person became one. Undone at most once, until `undo_until`."""

    __tablename__ = "user_merge"
    __table_args__ = (CheckConstraint("state IN ('done', 'undone')", name="state"),)

    kept_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    merged_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    state: Mapped[str] = mapped_column(String(8), default="done")
    undo_until: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class MergeChange(Base):
    """One row that a merge changed, in the order of the changes; `kind` says whose row it is.

    Rooms above write theirs here as well, so that one undo finds everything.
    """

    __tablename__ = "merge_change"
    __table_args__ = (Index("ix_merge_change_merge_id_kind", "merge_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    merge_id: Mapped[int] = mapped_column(ForeignKey("user_merge.id"))
    kind: Mapped[str] = mapped_column(String(40))
    row_id: Mapped[str] = mapped_column(String(40))
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class UserAlias(Base):
    """Statements of `account` count for `kept_id`. Chains are kept flat: the one kept is never an alias itself."""

    __tablename__ = "user_alias"

    merged_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True, autoincrement=False)
    account: Mapped[UUID] = mapped_column(unique=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
