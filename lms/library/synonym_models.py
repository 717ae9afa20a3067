"""What librarians change in the list of school words that mean the same."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Rooted


class SynonymLine(Rooted, Base):
    """A line of names, `toán = mathematics`, of this site; or one of the open list that was switched off or on again.

    Nothing is deleted: a line that was taken away is off, and can be given back.
    """

    __tablename__ = "synonym_line"

    line: Mapped[str] = mapped_column(String(300), unique=True)
    is_base: Mapped[bool]
    is_on: Mapped[bool]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
