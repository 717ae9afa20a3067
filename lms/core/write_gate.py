"""A fair queue for writers on SQLite: first come, first served, across threads and processes.

Without it SQLite lets writers poll: under load the unlucky wait seconds. PostgreSQL has its own locks and passes.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

try:
    import fcntl
except ImportError:  # Windows: threads still queue fairly; processes fall back to SQLite's busy timeout
    fcntl = None  # type: ignore[assignment]


class WriteGate:
    """Hands the right to write from one waiting thread to the next in order of arrival."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._busy = False
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def hold(self, engine: Engine) -> Iterator[None]:
        """Hold the gate of `engine`'s database file for the block; other engines pass at once."""
        path = engine.url.database
        if engine.dialect.name != "sqlite" or not path or path == ":memory:":
            yield
            return
        self._enter()
        try:
            with _file_lock(Path(f"{path}.writer")):
                yield
        finally:
            self._leave()

    def _enter(self) -> None:
        with self._mutex:
            if not self._busy:
                self._busy = True
                return
            turn = threading.Event()
            self._waiting.append(turn)
        turn.wait()

    def _leave(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().set()  # stays busy: the right passes straight on
            else:
                self._busy = False


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    if fcntl is None:
        yield
        return
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
