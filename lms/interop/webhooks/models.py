"""Addresses that want to be told, and every message to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Rooted


class Webhook(Rooted, Base):
    """One address: whose it is, what it is told of, and with which secret it is signed.

    The secret is sealed, not hashed, for each message is signed with it; `sealed_before` is the one before the last
    rotation, which signs too until `before_until`. `failing_since` is the first failure after the last success.
    """

    __tablename__ = "webhook"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    url: Mapped[str] = mapped_column(String(1000))
    topics: Mapped[list[str]] = mapped_column(JSON)
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_before: Mapped[bytes | None] = mapped_column(LargeBinary)
    before_until: Mapped[datetime | None]
    is_paused: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]


class WebhookDelivery(Rooted, Base):
    """One message: about what, and how the last try to send it went. What it says is put together at each try."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_uuid"),
        Index("ix_webhook_delivery_latest", "webhook_id", "id"),
    )

    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    event_uuid: Mapped[UUID]
    topic: Mapped[str] = mapped_column(String(40))
    about: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(12), default="waiting")  # waiting sent failed dropped
    attempts: Mapped[int] = mapped_column(default=0)
    status: Mapped[int | None]  # of their last answer
    error: Mapped[str | None] = mapped_column(String(200))
    tried_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
