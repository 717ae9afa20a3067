"""Points at which a process dies by `kill -9`: every statement, commit, rename, new folder, opened file and connection.

A deed is first done once to count its points; then again and again, each time in a fresh process that kills itself for
real when it comes to the chosen one. So every half-done state that a power cut or an operator can leave is reached on
purpose, not by luck, and a seed names it.
"""

from __future__ import annotations

import os
import signal
import sys

from sqlalchemy import Engine, event

WATCHED = {"os.rename", "os.remove", "os.mkdir", "os.link", "open", "socket.connect"}


class Countdown:
    """Counts the points that this process passes and ends it at the one chosen (0: never)."""

    def __init__(self) -> None:
        self.passed = 0
        self.last = 0

    def point(self, *_: object) -> None:
        """Pass one point, or die at it."""
        self.passed += 1
        if self.passed == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


_countdown = Countdown()
_installed: list[bool] = []


def watch_points(last: int) -> Countdown:
    """Begin to count in this process; die at point `last`."""
    _countdown.passed, _countdown.last = 0, last
    if not _installed:
        _installed.append(True)
        sys.addaudithook(_on_audit)
        for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
            event.listen(Engine, name, _countdown.point)
    return _countdown


def _on_audit(name: str, arguments: tuple[object, ...]) -> None:
    if name not in WATCHED:
        return
    if name == "open" and not (isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")):
        return
    _countdown.point()
