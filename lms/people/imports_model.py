"""The draft of an import: exactly the rows that were shown, until they are written or forgotten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Rooted


class ImportDraft(Rooted, Base):
    """An uploaded list of people, read but not yet written.

    Its maker alone sees it. `rows` holds names, so it is emptied once everything is written, and the whole draft
    is deleted after `expires_at`; `problems` keeps line numbers and messages only.
    """

    __tablename__ = "import_draft"

    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)  # None: the command line
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(200), default="")
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    row_count: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(12), default="draft")  # draft queued done
    expires_at: Mapped[datetime] = mapped_column(index=True)
    job_id: Mapped[int | None]
    next_row: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
