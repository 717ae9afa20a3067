"""Memory that is given back: the C library of Linux keeps what each thread once needed, unless it is told otherwise."""

from __future__ import annotations

import ctypes
from contextlib import suppress

_ARENA_MAX, _ARENAS = -8, 2  # each thread would get a heap of its own
_MMAP_THRESHOLD, _LARGE = -3, 256 * 1024
_UNKNOWN = (OSError, AttributeError, TypeError)  # other systems have no such knobs


def keep_few_heaps() -> None:
    """Have all threads share two heaps, and give what is large back to the system as soon as it is free.

    Left alone, one long text that is let go teaches the library to keep texts of that size in the heap from then on.
    """
    with suppress(*_UNKNOWN):
        library = ctypes.CDLL(None)
        library.mallopt(_ARENA_MAX, _ARENAS)
        library.mallopt(_MMAP_THRESHOLD, _LARGE)


def give_back() -> None:
    """Give back what lies free at this moment; takes about a millisecond."""
    with suppress(*_UNKNOWN):
        ctypes.CDLL(None).malloc_trim(0)
