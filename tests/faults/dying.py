"""Doing deeds in forked processes that may be killed at a point, and learning what they acknowledged before.

The parent never opens the database, so that a child inherits neither connections nor locks: it only imports.
"""

from __future__ import annotations

import json
import os
import signal
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask

from lms.app import create_app
from lms.core.config import Settings
from tests.faults.points import watch_points

Told = dict[str, Any]
Deed = Callable[..., Iterator[Told]]
_apps: dict[Settings, Flask] = {}


@dataclass(frozen=True)
class Ended:
    """How a deed ended: what it acknowledged, at how many points it passed, whether it was killed, what went wrong."""

    told: list[Told] = field(default_factory=list)
    points: int = 0
    was_killed: bool = False
    error: str = ""


def do_forked(deed: Deed, settings: Settings, *arguments: Any, die_at: int = 0) -> Ended:
    """Do `deed(app, *arguments)` in a child that dies at point `die_at`; return what came of it."""
    return Child(deed, settings, *arguments, die_at=die_at).wait()


class Child:
    """A deed under way in a process of its own."""

    def __init__(self, deed: Deed, settings: Settings, *arguments: Any, die_at: int = 0) -> None:
        if settings not in _apps:
            _apps[settings] = create_app(settings)  # opens nothing yet
        reading, writing = os.pipe()
        self._die_at = die_at
        self.pid = os.fork()
        if self.pid == 0:
            os.close(reading)
            _be_the_child(writing, deed, _apps[settings], arguments, die_at)
        os.close(writing)
        self._pipe = os.fdopen(reading, "rb")

    def kill(self) -> None:
        """Kill it, wherever it is."""
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> Ended:
        """Wait for its end and return what it told."""
        with self._pipe as pipe:
            lines = [json.loads(line) for line in pipe.read().splitlines() if line.endswith(b"}")]
        _pid, status = os.waitpid(self.pid, 0)
        told = [line for line in lines if "error" not in line]
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            return Ended(told, self._die_at, was_killed=True)
        return Ended(told, lines[-1]["points"], error=lines[-1]["error"])


def _be_the_child(pipe: int, deed: Deed, app: Flask, arguments: tuple[Any, ...], die_at: int) -> None:
    """Never returns: the child must not go on with its parent's work. What is acknowledged is told at once."""
    error, countdown = "", watch_points(0)
    try:
        with app.app_context():
            watch_points(die_at)
            for told in deed(app, *arguments):
                _tell(pipe, told)
    except BaseException:
        error = traceback.format_exc()[-3000:]
    countdown.last = 0
    _tell(pipe, {"error": error, "points": countdown.passed})
    os._exit(0)


def _tell(pipe: int, values: Told) -> None:
    os.write(pipe, json.dumps(values, default=str).encode() + b"\n")


def must(ended: Ended) -> list[Told]:
    """Return what was acknowledged; a deed that failed without being killed is an error of its own."""
    if ended.error or ended.was_killed:
        raise AssertionError(ended.error or "killed")
    return ended.told


def make_settings(folder: str, **chosen: Any) -> Settings:
    """The settings of a small installation in `folder`, or of one with other engines."""
    values = {"data_dir": folder, "queue_url": "none:", "mail_url": "memory:", "secret_key": "s" * 40}
    return Settings(**{**values, **chosen}).completed()
