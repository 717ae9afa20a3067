"""How much a place may keep in the library."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class LibraryQuota(Base):
    """The bytes that a place, with all places below it, may keep. Without a row there is no limit."""

    __tablename__ = "library_quota"

    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"), primary_key=True)
    max_bytes: Mapped[int] = mapped_column(BigInteger)
