"""The counters of rate limits in this process's memory.

Those of `limits` start a thread at every count, which looks through all keys: with a thousand learners answering that
costs more than the answer. Here the count itself drops what is over, and keys without any are swept out now and then.
"""

from __future__ import annotations

import time
from collections import deque
from threading import Lock

from limits.storage import MemoryStorage

FEWEST_SWEPT = 1024


class HereCounters(MemoryStorage):
    """A moving window for each key: the moments of its counts."""

    def __init__(self) -> None:
        super().__init__()
        self._mutex = Lock()
        self._counts: dict[str, tuple[deque[float], int]] = {}
        self._sweep_at = FEWEST_SWEPT

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count `amount` more for `key`, unless there would be more than `limit` in the last `expiry` seconds."""
        with self._mutex:
            moment = time.time()
            if key not in self._counts:
                self._sweep(moment)
            counts, _expiry = self._counts.setdefault(key, (deque(), expiry))
            _drop_before(counts, moment - expiry)
            if len(counts) + amount > limit:
                return False
            counts.extend([moment] * amount)
            return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """Return when the oldest count that still counts was made, and how many there are."""
        with self._mutex:
            moment = time.time()
            counts, _expiry = self._counts.get(key, (deque(), expiry))
            _drop_before(counts, moment - expiry)
            return (counts[0] if counts else moment), len(counts)

    def clear(self, key: str) -> None:
        """Forget one key."""
        with self._mutex:
            self._counts.pop(key, None)

    def reset(self) -> int:
        """Forget all; return how many keys there were."""
        with self._mutex:
            found = len(self._counts)
            self._counts.clear()
            return found

    def _sweep(self, moment: float) -> None:
        """Let go of keys without living counts, once as many have come as were left the last time."""
        if len(self._counts) < self._sweep_at:
            return
        for key, (counts, expiry) in list(self._counts.items()):
            if not counts or counts[-1] < moment - expiry:
                del self._counts[key]
        self._sweep_at = max(FEWEST_SWEPT, 2 * len(self._counts))


def _drop_before(counts: deque[float], moment: float) -> None:
    while counts and counts[0] < moment:
        counts.popleft()
