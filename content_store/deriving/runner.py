"""Start the child that makes derived files, wait for it, and hand over what it left."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from content_store.formats.runner import child_environment, end_child
from content_store.formats.values import DEFAULT, Limits

_log = logging.getLogger(__name__)
STILL = DEFAULT
MOVING = replace(DEFAULT, cpu_s=1800, wall_s=2400.0, output_bytes=2 << 30)
"""A film is worked on for up to forty minutes, at the lowest priority."""


@dataclass(frozen=True)
class Made:
    """One derived file as the child left it; `path` is gone when the block ends."""

    kind: str
    path: Path
    media_type: str
    size: int
    width: int | None = None
    height: int | None = None


@contextmanager
def make_derived(path: Path, format: str, media_type: str) -> Iterator[list[Made]]:
    """Everything that can be made of a file. A child that fails or takes too long made what it had finished."""
    limits = MOVING if format == "video" else STILL
    with tempfile.TemporaryDirectory(prefix="derive-") as name:
        folder = Path(name)
        _run(path.resolve(), format, media_type, folder, limits)
        yield list(_left(folder))


def _run(path: Path, format: str, media_type: str, folder: Path, limits: Limits) -> None:
    command = [sys.executable, "-P", "-s", "-X", "utf8", "-m", "content_store.deriving.child"]
    child = subprocess.Popen(
        [*command, str(path), format, media_type, str(folder), json.dumps(asdict(limits))],
        cwd=folder,
        env=child_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        ended = child.wait(timeout=limits.wall_s)
        if ended:
            _log.warning("making of a %s ended with %s", format, ended)
    except subprocess.TimeoutExpired:
        _log.warning("making of a %s stopped after %s s", format, limits.wall_s)
    finally:
        end_child(child)


def _left(folder: Path) -> Iterator[Made]:
    """The files that the child has entered in its list: one line for each that is whole."""
    listed = folder / "made.jsonl"
    for line in listed.read_text(encoding="utf-8").splitlines() if listed.exists() else ():
        said = json.loads(line)
        path = folder / str(said["file"])
        if path.parent == folder and path.is_file() and path.stat().st_size:
            yield Made(
                str(said["kind"])[:20],
                path,
                str(said["media_type"])[:120],
                path.stat().st_size,
                said.get("width"),
                said.get("height"),
            )
