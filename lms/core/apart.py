"""Jobs in a process of their own: what they needed goes back to the system when they end, and none breaks the worker.

A process with many threads cannot fork safely. The worker therefore forks one *seed* before it has any thread or
connection; the seed waits, and forks a process for each job that it is asked to run. Linux only: elsewhere, and where
the seed is gone, such jobs run in the thread that asked.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

import structlog
from flask import Flask

from lms.core.children import FORKS, PR_SET_PDEATHSIG, name_process
from lms.core.db import db
from lms.core.errors import Refusal

log = structlog.get_logger("worker")
_LONGEST = 64


class FailedApart(Exception):
    """A job failed in its own process; `is_hopeless` says that trying again would be in vain."""

    def __init__(self, told: str, is_hopeless: bool) -> None:
        """Keep what it said."""
        super().__init__(told)
        self.is_hopeless = is_hopeless


class Seed:
    """The process that forks a process for each job."""

    def __init__(self, app: Flask, run: Callable[[int], None]) -> None:
        """Fork it. Call while this process has one thread and no connection; `run` runs the job of an id."""
        self._app, self._run = app, run
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        parent = os.getpid()
        sys.stdout.flush()
        sys.stderr.flush()
        if os.fork() == 0:
            with _NeverReturning():
                self._ours.close()
                _die_with(parent)
                name_process("lms seed")
                self._wait(theirs)
        theirs.close()

    def run(self, job_id: int) -> None:
        """Run a job in a process of its own and wait for its end. Raises FailedApart, OSError where there is no seed."""
        answer, given = os.pipe()
        try:
            socket.send_fds(self._ours, [str(job_id).encode()], [given])
        except BaseException:
            os.close(answer)
            raise
        finally:
            os.close(given)
        with os.fdopen(answer, "rb") as stream:
            said = stream.read()
        if not said:
            raise FailedApart(
                "The process that ran it was killed, or needed more memory than there is.", False
            )
        told = json.loads(said)
        if told is not None:
            raise FailedApart(*told)

    def _wait(self, asked: socket.socket) -> None:
        """Be the seed: until the worker is no more, fork what it asks for. The system collects what has ended."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_IGN)  # a job in hand is finished; the worker's end is the seed's
        gc.collect()
        gc.freeze()
        me = os.getpid()
        while True:
            message, given, *_ = socket.recv_fds(asked, _LONGEST, 1)
            if not message:
                return
            if os.fork() == 0:
                with _NeverReturning():
                    asked.close()
                    _die_with(me)
                    self._work(int(message), given[0])
            os.close(given[0])

    def _work(self, job_id: int, answer: int) -> None:
        """Be the process of one job, and say in the end how it went."""
        name_process("lms job")
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        told: tuple[str, bool] | None = None
        try:
            with self._app.app_context():
                db.engine.dispose(close=False)  # what was open before the fork is the worker's
                self._run(job_id)
        except Exception as error:  # the row keeps what happened, as with jobs that run in a thread
            log.warning("job.broke", id=job_id, exc_info=error)
            said = "".join(traceback.format_exception_only(error)).strip()
            told = said, isinstance(error, Refusal | LookupError)
        with os.fdopen(answer, "w", encoding="utf-8") as stream:
            json.dump(told, stream)


class _NeverReturning:
    """A block of a forked process: whatever happens in it, the process ends there and runs none of its parent's code."""

    def __enter__(self) -> None:
        """Enter."""

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> NoReturn:
        """End the process."""
        if kind is not None:
            with suppress(BaseException):
                traceback.print_exc()
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(kind is not None)


def _die_with(parent: int) -> None:
    """End at once when the parent ends, even by `kill -9`."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def plant_seed(app: Flask, run: Callable[[int], None]) -> Seed | None:
    """Return a seed where this system forks, None elsewhere."""
    return Seed(app, run) if FORKS else None
