"""The queue of stale documents, written in the same transaction as the change itself."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class SearchDirty(Base):
    """A page whose document in the index is older than its rows."""

    __tablename__ = "search_dirty"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    uuid: Mapped[str] = mapped_column(String(36))
