"""Rows of curated shelves and of short addresses."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.clock import now
from lms.core.db import Base, Rooted


class Shelf(Rooted, Base):
    """A collection that the librarians of a place keep together; others see it once it is open."""

    __tablename__ = "shelf"

    collection_uuid: Mapped[UUID] = mapped_column(unique=True)
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"), index=True)
    opened_at: Mapped[datetime | None] = mapped_column(index=True)


class ShortLink(Base):
    """The short code of an item, as it is printed: it never changes and never names another item."""

    __tablename__ = "short_link"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    item_uuid: Mapped[UUID] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
