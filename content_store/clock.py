"""Time and identifiers: the only place that asks the machine for either.

Tests hold them still by replacing `now` (time-machine does so for the whole process).
"""

from __future__ import annotations

import secrets
import threading
from datetime import UTC, datetime
from uuid import UUID

_lock = threading.Lock()
_last = 0
_RANDOM_BITS = 74


def now() -> datetime:
    """The present moment, aware and in UTC."""
    return datetime.now(UTC)


def new_uuid() -> UUID:
    """A UUIDv7 that is larger than every one this process made before it.

    The ordering makes keyset paging by uuid follow creation, and keeps index pages warm.
    """
    global _last
    milliseconds = int(now().timestamp() * 1000)
    fresh = (milliseconds << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
    with _lock:
        _last = fresh if fresh > _last else _last + 1 + secrets.randbits(32)
        value = _last
    milliseconds, tail = divmod(value, 1 << _RANDOM_BITS)
    high, low = divmod(tail, 1 << 62)
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low)
