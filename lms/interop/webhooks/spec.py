"""The shape of Standard Webhooks: the secret, the headers, the signature. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

PREFIX = "whsec_"
SECRET_BYTES = 32
# After each failure; the last try is about three days after the first.
BACKOFF = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)


def new_secret() -> str:
    """Return a fresh secret, as receivers take it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return one signature: HMAC-SHA256 over id, moment and body."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def make_headers(
    secrets_in_use: Iterable[str], delivery: UUID, moment: datetime, body: bytes
) -> dict[str, str]:
    """Return the headers of a message, signed with each of the secrets in use."""
    message_id, timestamp = f"msg_{delivery.hex}", int(moment.timestamp())
    signatures = [sign(secret, message_id, timestamp, body) for secret in secrets_in_use]
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def next_wait(attempts: int) -> timedelta | None:
    """Return how long to wait after so many failed tries, None when it is given up."""
    return BACKOFF[attempts - 1] if attempts <= len(BACKOFF) else None
