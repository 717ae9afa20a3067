"""The processes that run beside the pages, kept alive by their parent and ended with it.

On Linux they are forked from the parent once it has loaded the site: what was loaded is then one memory for all, and a
child is there at once. Fork only while the parent has one thread and no connection. Elsewhere a child is a program of
its own.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import NoReturn, Protocol

import structlog

log = structlog.get_logger("serve")
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
SETTLED_S = 60.0
FORKS = sys.platform == "linux"


class Running(Protocol):
    """A started process, as `subprocess.Popen` shows it."""

    def poll(self) -> int | None:
        """Return how it ended, None while it runs."""
        ...

    def terminate(self) -> None:
        """Ask it to finish."""
        ...

    def wait(self, timeout: float) -> int:
        """Wait for its end; raises `subprocess.TimeoutExpired`."""
        ...


@dataclass
class Forked:
    """A child that was forked; whoever else waits for all children (gunicorn's parent does) may learn its end first."""

    pid: int
    ended: int | None = None

    def poll(self) -> int | None:
        """Return how it ended, 0 when another has been told; None while it runs."""
        if self.ended is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                self.ended = 0
            else:
                self.ended = os.waitstatus_to_exitcode(status) if pid else None
        return self.ended

    def terminate(self) -> None:
        """Ask it to finish."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)

    def wait(self, timeout: float) -> int:
        """Wait for its end; raises `subprocess.TimeoutExpired`."""
        end = time.monotonic() + timeout
        while (status := self.poll()) is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(0.05)
        return status


def _let_nothing_go() -> None:
    """A parent that holds nothing which its children must not have."""


@dataclass
class Child:
    """A process that is to run as long as the parent does. One that dies at once is given longer and longer pauses.

    `run` is what it does when it is forked, `arguments` after `python -m` when it is a program of its own.
    """

    name: str
    run: Callable[[], None]
    arguments: Sequence[str]
    environ: dict[str, str]
    pause_s: float = FIRST_PAUSE_S
    began: float = 0.0
    process: Running | None = field(default=None, repr=False)

    def keep_running(self, let_go: Callable[[], None] = _let_nothing_go) -> None:
        """Start it, or start it again when it has ended and its pause is over.

        `let_go` is called in the forked child first, and closes what is the parent's alone.
        """
        moment = time.monotonic()
        if self.process is not None:
            if self.process.poll() is None or moment < self.began + self.pause_s:
                return
            calm = moment - self.began >= SETTLED_S
            self.pause_s = FIRST_PAUSE_S if calm else min(self.pause_s * 2, LONGEST_PAUSE_S)
            log.warning("serve.child_died", child=self.name, again_after_s=self.pause_s)
        self.began = moment
        self.process = _fork(self, let_go) if FORKS else _start(self)

    def end(self) -> None:
        """Ask it to finish."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self) -> None:
        """Wait for its end, 20 s at most."""
        if self.process is not None:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=20)


@contextmanager
def ended_together(children: Sequence[Child]) -> Iterator[None]:
    """End the children when the block ends."""
    parent = os.getpid()
    try:
        yield
    finally:
        if os.getpid() == parent:  # a web process that ends is no reason to end the others
            for child in children:
                child.end()
            for child in children:
                child.wait()


def name_process(name: str) -> None:
    """Call this process `name` in the lists of `ps` and `top`: forked ones would all look alike. 15 letters at most."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_NAME, name.encode())


def _start(child: Child) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", *child.arguments], env=child.environ)


def _fork(child: Child, let_go: Callable[[], None]) -> Forked:
    """Fork `child`. No signal reaches it before the handlers of the parent are off."""
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    heard = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        pid = os.fork()
        if pid == 0:
            _live(child, let_go, parent, heard)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, heard)
    return Forked(pid)


def _live(child: Child, let_go: Callable[[], None], parent: int, heard: set[int]) -> NoReturn:
    """Be the child until it has done; whatever happens, never go on as a second parent."""
    status = 1
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)  # even when the parent ends by `kill -9`
        if os.getppid() != parent:
            os._exit(0)
        name_process(f"lms {child.name}")
        _forget_handlers()
        signal.pthread_sigmask(signal.SIG_SETMASK, heard)
        let_go()
        child.run()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        status = 130
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status & 0xFF)


def _forget_handlers() -> None:
    """Put back the signals that the parent handles; what it ignores stays ignored."""
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
