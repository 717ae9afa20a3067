"""Rows of the second step of signing in: what an organization asks for, and what each person holds."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.clock import now
from lms.core.db import Base, Rooted


class FactorPolicy(Rooted, Base):
    """An organization asks its staff for a second factor, from a day on; it reaches every node below.

    Half-open dates, as role grants have. A change ends the row and begins another, so that the past stays known.
    """

    __tablename__ = "factor_policy"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="order"),
        CheckConstraint("grace_days BETWEEN 0 AND 90", name="grace"),
        CheckConstraint("remember_days BETWEEN 0 AND 90", name="remember"),
    )

    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"), index=True)
    roles: Mapped[list[str]] = mapped_column(JSON)
    grace_days: Mapped[int]
    remember_days: Mapped[int]  # 0: no device is remembered
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    set_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class AuthenticatorApp(Rooted, Base):
    """A secret shared with a program that shows a new code every 30 seconds (RFC 6238); encrypted at rest.

    Until it is confirmed by a first code it opens nothing. `last_step` is the newest step that was used: a code
    works once, also for someone who read it over a shoulder.
    """

    __tablename__ = "authenticator_app"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), unique=True)
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)


class Passkey(Rooted, Base):
    """A key pair kept by a device or a security key (WebAuthn); only the public half is here."""

    __tablename__ = "passkey"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    transports: Mapped[list[str]] = mapped_column(JSON, default=list)
    last_used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """One of ten codes on paper that each work once; only a keyed hash is here."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None]


class TrustedDevice(Rooted, Base):
    """A browser that is not asked for the second factor for some days. The cookie holds a token, here is its hash."""

    __tablename__ = "trusted_device"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    seen_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]


class PendingSignIn(Base):
    """A right password that still waits for the second factor: no session, no actor, ten minutes, a few tries.

    `challenge` is what a passkey signs; it ends with the row, so that an answer cannot be used twice.
    """

    __tablename__ = "pending_sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    is_shared: Mapped[bool] = mapped_column(default=False)
    challenge: Mapped[bytes] = mapped_column(LargeBinary)
    tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(index=True)
