"""ffmpeg and ffprobe when the machine has them: facts and a poster. Without them, None and a warning."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

_SECONDS = 20
_SAFE = ("-v", "error", "-protocol_whitelist", "file,pipe")


def probe(path: Path) -> dict[str, Any]:
    """What ffprobe tells about streams and format; empty without it or when it fails."""
    program = shutil.which("ffprobe")
    if program is None:
        return {}
    asked = ("-show_format", "-show_streams", "-of", "json", "-i", str(path))
    output = _run([program, *_SAFE, *asked])
    try:
        told = json.loads(output or b"{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def poster(path: Path, at_s: float, width: int) -> bytes | None:
    """One frame as PNG, or None."""
    program = shutil.which("ffmpeg")
    if program is None:
        return None
    options = ("-nostdin", "-threads", "1", "-ss", f"{at_s:.2f}", "-i", str(path))
    shape = ("-frames:v", "1", "-vf", f"scale='min({width},iw)':-2", "-f", "image2pipe", "-c:v", "png", "-")
    return _run([program, *_SAFE, *options, *shape]) or None


def _run(command: list[str]) -> bytes:
    try:
        ended = subprocess.run(
            command, capture_output=True, timeout=_SECONDS, stdin=subprocess.DEVNULL, check=False
        )
    except (subprocess.TimeoutExpired, OSError):
        return b""
    return ended.stdout if ended.returncode == 0 else b""
