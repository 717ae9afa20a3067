"""How long to rest between two writes of the index, so that what trickles in is taken together.

Every write costs a fixed part: a folder gets a file more, and reads it from then on. Items that arrive a few at a time
would be written a few at a time. A write is followed by a rest of a few times its own length: the first change after a
pause is taken at once, and the last one of many within seconds.
"""

from __future__ import annotations

import mmap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

TIMES = 3
"""A rest is so many times as long as the write before it."""

LONGEST_S = 2.0
"""With it, and a write of its own, an item is found within five seconds."""

SHORT_S = 0.1
"""A write so short needs no rest after it."""


class Pace:
    """The pace of one process and of those that are forked from it; a lane sees to it that one writes at a time."""

    def __init__(
        self, now: Callable[[], float] = time.perf_counter, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """Begin rested."""
        self._now, self._sleep = now, sleep
        self._rested_at = memoryview(mmap.mmap(-1, mmap.PAGESIZE)).cast("d")  # one memory after a fork, too
        self._rested_at[0] = float("-inf")

    def left_s(self) -> float:
        """How long there is still to rest."""
        return max(0.0, self._rested_at[0] - self._now())

    def rest(self) -> bool:
        """Rest as long as there is to; say whether it was needed: something more may wait now."""
        left = self.left_s()
        if left:
            self._sleep(left)
        return left > 0

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Note how long a write takes, one that failed as well."""
        began = self._now()
        try:
            yield
        finally:
            ended = self._now()
            took = ended - began
            self._rested_at[0] = ended + (min(LONGEST_S, TIMES * took) if took > SHORT_S else 0.0)
