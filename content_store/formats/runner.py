"""Start the child that reads a file, wait for it, and turn however it ends into an answer."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import content_store
from content_store.errors import RefusedFile
from content_store.formats.refusals import refusal
from content_store.formats.values import DEFAULT, Inspection, Limits, from_json

_log = logging.getLogger(__name__)
_CODE_ROOT = str(Path(content_store.__file__).resolve().parent.parent)
_KEPT_ENVIRONMENT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
MOST_PROCESSES = 2
_TOO_SLOW = {-getattr(signal, "SIGXCPU", 24), -getattr(signal, "SIGKILL", 9)}


def inspect(path: Path, filename: str, *, limits: Limits = DEFAULT) -> Inspection:
    """What the file is and says. Takes about half a second: call it from the worker or the upload."""
    if path.stat().st_size == 0:
        raise refusal("empty", filename=filename)
    with tempfile.TemporaryDirectory(prefix="inspect-") as folder:
        ended = _run(path.resolve(), filename, Path(folder), limits)
        return _answer(ended, filename, Path(folder))


def inspect_many(files: Sequence[tuple[Path, str]], *, limits: Limits = DEFAULT) -> list[Inspection]:
    """What several files are, in their order: many times faster than one by one. Raises for the first refused."""
    if not hasattr(os, "fork"):
        return [inspect(path, filename, limits=limits) for path, filename in files]
    for path, filename in files:
        if path.stat().st_size == 0:
            raise refusal("empty", filename=filename)
    with tempfile.TemporaryDirectory(prefix="inspect-") as name, ExitStack() as running:
        folders = [Path(name) / str(number) for number in range(len(files))]
        rows = []
        for folder, (path, filename) in zip(folders, files, strict=True):
            folder.mkdir()
            rows.append([str(path.resolve()), filename, str(folder)])
        shares = [rows[start::MOST_PROCESSES] for start in range(MOST_PROCESSES)]
        started = [_start_batch(Path(name), number, share, limits) for number, share in enumerate(shares)]
        for batch in started:
            running.callback(end_child, batch)
        for batch in started:
            batch.wait(timeout=limits.wall_s * (len(files) + 1))
        return [_answer(_ended(folder), row[1], folder) for folder, row in zip(folders, rows, strict=True)]


def _start_batch(folder: Path, number: int, rows: list[list[str]], limits: Limits) -> subprocess.Popen[bytes]:
    listed = folder / f"list-{number}.json"
    listed.write_text(json.dumps(rows), encoding="utf-8")
    command = [sys.executable, "-P", "-s", "-X", "utf8", "-m", "content_store.formats.batch"]
    return subprocess.Popen(
        [*command, str(listed), json.dumps(asdict(limits))],
        cwd=folder,
        env=child_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _ended(folder: Path) -> int:
    told = folder / "ended"
    return int(told.read_text(encoding="utf-8")) if told.exists() else 1


def _run(path: Path, filename: str, folder: Path, limits: Limits) -> int:
    command = [sys.executable, "-P", "-s", "-X", "utf8", "-m", "content_store.formats.child"]
    arguments = [str(path), filename, str(folder), json.dumps(asdict(limits))]
    with (folder / "stderr").open("wb") as stderr:
        child = subprocess.Popen(
            [*command, *arguments],
            cwd=folder,
            env=child_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            start_new_session=True,
        )
        try:
            return child.wait(timeout=limits.wall_s)
        except subprocess.TimeoutExpired:
            _log.warning("inspection stopped after %s s", limits.wall_s)
            raise refusal("too-slow", filename=filename) from None
        finally:
            end_child(child)


def child_environment(folder: Path) -> dict[str, str]:
    """Only what an interpreter needs: no secret of the application reaches the child."""
    kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    paths = [_CODE_ROOT, *(entry for entry in sys.path if entry.endswith("site-packages"))]
    return kept | {"PYTHONPATH": os.pathsep.join(paths), "TMPDIR": str(folder), "HOME": str(folder)}


def end_child(child: subprocess.Popen[bytes]) -> None:
    """Kill whatever the child has started too (its own session is one process group)."""
    if hasattr(os, "killpg"):
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    elif child.poll() is None:
        child.kill()
    child.wait()


def _answer(ended: int, filename: str, folder: Path) -> Inspection:
    result = folder / "result.json"
    if ended != 0 or not result.exists():
        told = folder / "stderr"
        tail = told.read_bytes()[-2000:].decode(errors="replace") if told.exists() else ""
        _log.warning("inspection ended with %s: %s", ended, tail)
        raise refusal("too-slow" if ended in _TOO_SLOW else "corrupt", filename=filename)
    values = json.loads(result.read_text(encoding="utf-8"))
    if "refused" in values:
        told = values["refused"]
        raise RefusedFile(told["message"], code=told["code"], **(told["params"] | {"filename": filename}))
    preview = folder / "preview.webp"
    return from_json(values["inspection"], preview.read_bytes() if preview.exists() else None)
