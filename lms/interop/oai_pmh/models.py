"""The libraries that are harvested, and what was taken in from each."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.clock import now
from lms.core.db import Base, Rooted


class OaiSource(Rooted, Base):
    """One archive: where it is, what of it is taken, how often; and how far the present harvest is.

    `token` and `started_stamp` belong to a harvest under way: a worker that is killed goes on after its last page.
    `from_stamp` is their clock's word for where the next harvest begins. A removed source keeps its row, so that what
    was taken in is known again when the same library is added once more.
    """

    __tablename__ = "oai_source"

    name: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(1000))
    prefix: Mapped[str] = mapped_column(String(20), default="oai_dc")
    set_spec: Mapped[str | None] = mapped_column(String(200))
    scope: Mapped[str] = mapped_column(String(12), default="sector")
    policy: Mapped[str] = mapped_column(String(8), default="link", server_default="link")
    every_hours: Mapped[int] = mapped_column(default=24)
    is_paused: Mapped[bool] = mapped_column(default=False)
    next_at: Mapped[datetime] = mapped_column(default=now, index=True)
    token: Mapped[str | None] = mapped_column(Text)
    started_stamp: Mapped[str | None] = mapped_column(String(20))
    from_stamp: Mapped[str | None] = mapped_column(String(20))
    done_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(400))
    taken: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    removed_at: Mapped[datetime | None]


class OaiTaken(Base):
    """One of their records and the item that links to it, or holds a copy.

    `copy_state` is nothing for a link, else `wanted`, `done` or `refused`; `copy_from` has the addresses to try, a line
    each, and `copy_license` is the license under which they offer the work.
    """

    __tablename__ = "oai_taken"
    __table_args__ = (Index("ix_oai_taken_copy", "source_id", "copy_state"),)

    source_id: Mapped[int] = mapped_column(ForeignKey("oai_source.id"), primary_key=True)
    identifier: Mapped[str] = mapped_column(String(500), primary_key=True)
    item_uuid: Mapped[UUID]
    stamp: Mapped[str] = mapped_column(String(20))
    is_deleted: Mapped[bool] = mapped_column(default=False)
    copy_state: Mapped[str | None] = mapped_column(String(8))
    copy_license: Mapped[str | None] = mapped_column(String(40))
    copy_from: Mapped[str | None] = mapped_column(Text)
    copy_problem: Mapped[str | None] = mapped_column(String(200))
    has_copy: Mapped[bool] = mapped_column(default=False, server_default=false())
