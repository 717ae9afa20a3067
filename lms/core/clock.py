"""Time, randomness and ids: one door, so that tests can hold them still."""

import os
import secrets
import threading
import time
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

CITY = ZoneInfo("Asia/Ho_Chi_Minh")
_lock = threading.Lock()
_last_ms = 0
_sequence = 0


def now() -> datetime:
    """Return the present moment, aware and in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return the calendar day in the city the site serves; dated rules are read on this day."""
    return now().astimezone(CITY).date()


def new_token(size: int = 32) -> str:
    """Return an unguessable URL-safe token of `size` random bytes."""
    return secrets.token_urlsafe(size)


def new_uuid() -> UUID:
    """Return a version 7 UUID (RFC 9562, section 5.7): ordered by time, so that indexes stay compact.

    Within one millisecond a 12-bit counter keeps the order inside this process.
    """
    global _last_ms, _sequence
    with _lock:
        ms = time.time_ns() // 1_000_000
        if ms <= _last_ms:
            _sequence += 1
            if _sequence > 0xFFF:
                _last_ms, _sequence = _last_ms + 1, 0
        else:
            _last_ms, _sequence = ms, 0
        stamp, sequence = _last_ms, _sequence
    tail = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
    return UUID(int=(stamp << 80) | (0x7 << 76) | (sequence << 64) | (0b10 << 62) | tail)
