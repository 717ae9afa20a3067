"""An import of many library items: the rows that were shown, the archive they speak of, how far it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Rooted


class LibraryImport(Rooted, Base):
    """Files and the table that describes them, read but not yet written.

    Its maker alone sees it. `archive` names the zip on the storage, which goes once everything is written;
    `problems` keeps line, code and value, so that they are said in the language of whoever reads them.
    """

    __tablename__ = "library_import"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    home_id: Mapped[int | None] = mapped_column(ForeignKey("org.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(200), default="")
    archive: Mapped[str | None] = mapped_column(String(32))
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    row_count: Mapped[int] = mapped_column(default=0)
    known_count: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(12), default="draft")  # draft queued done
    job_id: Mapped[int | None]
    next_row: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    expires_at: Mapped[datetime] = mapped_column(index=True)
