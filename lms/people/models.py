"""Rows of people. One person has one account, however many roles and schools.

Dated rows are half-open: valid from `valid_from` on, no more on `valid_to`.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.clock import now
from lms.core.db import Base, Rooted

ROLES = (
    "learner",
    "guardian",
    "teacher",
    "editor",
    "reviewer",
    "school_admin",
    "org_admin",
    "auditor",
    "sysadmin",
)
STAFF_ROLES = frozenset(ROLES) - {"learner", "guardian"}

# Bytewise order on every engine, see lms.core.vietnamese.sort_key.
SortKey = String(255).with_variant(String(255, collation="C"), "postgresql")


class User(Rooted, Base):
    """A person with an account. Pupils sign in by `login`, citizens by `email`, teachers by either.

    `uuid` is the opaque account that learning statements name; nothing personal ever leaves with them.
    """

    __tablename__ = "user"
    __table_args__ = (
        Index("ix_user_order", "sort_key", "id"),
        CheckConstraint("status IN ('active', 'deactivated')", name="status"),
    )

    login: Mapped[str | None] = mapped_column(String(80), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    email_verified_at: Mapped[datetime | None]
    full_name: Mapped[str] = mapped_column(String(120))
    sort_key: Mapped[str] = mapped_column(SortKey)
    search_text: Mapped[str] = mapped_column(String(500), default="")
    locale: Mapped[str | None] = mapped_column(String(5))
    password_hash: Mapped[str | None] = mapped_column(String(160))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    has_second_factor: Mapped[bool] = mapped_column(default=False, server_default=false())
    home_org_id: Mapped[int | None] = mapped_column(ForeignKey("org.id"), index=True)
    status: Mapped[str] = mapped_column(String(12), default="active")
    last_seen_on: Mapped[date | None]

    @property
    def is_active(self) -> bool:
        """False once deactivated: no sign-in, no session, no role counts."""
        return self.status == "active"


class ExternalId(Rooted, Base):
    """An identifier given elsewhere (pupil code, personal number): dated, verified by someone, never a key of ours."""

    __tablename__ = "external_id"
    __table_args__ = (Index("ix_external_id_value", "type", "value"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    type: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    verified_by: Mapped[str | None] = mapped_column(String(120))


class RoleGrant(Rooted, Base):
    """A role at a node of the tree, for a time; it reaches every node below.

    Membership of a homeroom class is the role `learner` at that class.
    """

    __tablename__ = "role_grant"
    __table_args__ = (
        Index("ix_role_grant_members", "org_id", "role"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="order"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"))
    role: Mapped[str] = mapped_column(String(20))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class UserSession(Rooted, Base):
    """One signed-in browser. The cookie holds a random token; only its hash is here, so a stolen table opens nothing.

    Ending a session deletes its row: from the next request on the token is just a number.
    """

    __tablename__ = "user_session"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    is_shared: Mapped[bool] = mapped_column(default=False)
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    seen_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    factor_due_at: Mapped[datetime | None]  # from then on the owner must have a second factor
    factor_checked_on: Mapped[date | None]  # the day the policies were last read for this session
