"""Tokens with which programs act for a person, and what a unit says about those of its people."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Rooted


class ApiToken(Rooted, Base):
    """One token: whose, for what, until when. Only its hash is here, so a stolen table opens nothing.

    Revoking deletes the row. `start` is what the owner recognizes it by.
    """

    __tablename__ = "api_token"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    start: Mapped[str] = mapped_column(String(12))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    last_used_on: Mapped[date | None]


class ApiTokenRule(Base):
    """For how many days at most tokens of people with a role at or below a unit work; 0: not at all."""

    __tablename__ = "api_token_rule"

    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"), primary_key=True)
    most_days: Mapped[int]
    set_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
