"""Real workers beside a test: processes on an installation of their own, ended whatever becomes of the test."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
WORKER = (sys.executable, "-m", "lms", "worker")
PATIENCE_S = 60.0

Start = Callable[..., "subprocess.Popen[bytes]"]


@contextmanager
def workers_on(folder: Path) -> Iterator[Start]:
    """Give a function that starts a worker on the installation in `folder`; its words are added to `worker.log` there."""
    running: list[subprocess.Popen[bytes]] = []
    environ = {**os.environ, "DATA_DIR": str(folder), "SECRET_KEY": "s" * 40, "MAIL_URL": "console:"}

    def starting(command: Sequence[str] = WORKER) -> subprocess.Popen[bytes]:
        with (folder / "worker.log").open("ab") as log:
            child = subprocess.Popen(
                command,
                env={**environ, "PYTHONPATH": str(ROOT)},
                cwd=folder,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        running.append(child)
        return child

    try:
        yield starting
    finally:
        for child in running:
            if child.poll() is None:
                child.kill()
            child.wait(timeout=30)


def wait_for(is_so: Callable[[], bool]) -> bool:
    """Look again until it is so; a busy machine gets a minute."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.1)
    return False
