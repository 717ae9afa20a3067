"""The process that reads many files one after another, each in a fork of its own with the same limits.

Run by `runner.py` as `python -m content_store.formats.batch <list> <limits>`. Most of half a second for a
small file is loading the libraries; here they are loaded once and every fork starts with them. A file that
breaks its process breaks no other one.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from content_store.formats import child

READERS = (
    "image",
    "svg",
    "pdf",
    "word",
    "slides",
    "odt",
    "epub",
    "web",
    "markdown",
    "table",
    "video",
    "audio",
)
ENDED = "ended"
_STEP_S = 0.005


def main(arguments: list[str]) -> int:
    """Read every file of the list; each folder gets its result and how its process ended."""
    listed, given = arguments
    for name in READERS:
        importlib.import_module(f"content_store.formats.{name}")
    for path, filename, folder in json.loads(Path(listed).read_text(encoding="utf-8")):
        ended = _read_apart([path, filename, folder, given], folder, json.loads(given))
        (Path(folder) / ENDED).write_text(str(ended), encoding="utf-8")
    return 0


def _read_apart(arguments: list[str], folder: str, limits: dict[str, Any]) -> int:
    """Fork, read there, and return the exit code, negative for a signal."""
    pid = os.fork()
    if pid == 0:
        _become_child(folder)
        os._exit(_read(arguments))
    deadline = time.monotonic() + limits["wall_s"]
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            _end_group(pid)
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > deadline:
            _end_group(pid)
            os.waitpid(pid, 0)
            return -signal.SIGKILL
        time.sleep(_STEP_S)


def _become_child(folder: str) -> None:
    """Take a process group of one's own, as the single child has: whatever is started ends with it."""
    os.setsid()
    os.chdir(folder)
    os.environ.update(TMPDIR=folder, HOME=folder)
    told = os.open(str(Path(folder) / "stderr"), os.O_WRONLY | os.O_CREAT)
    os.dup2(told, 2)


def _read(arguments: list[str]) -> int:
    try:
        return child.main(arguments)
    except BaseException:  # a fork must never run on into its parent's loop
        return 1


def _end_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
