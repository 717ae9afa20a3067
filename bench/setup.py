"""How long a newcomer waits: from a clean clone with empty caches to the first page, and again when all is there.

The clone sees no node, npm or uv of this machine, and caches of its own; package indexes are the machine's.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Figure

ROOT = Path(__file__).resolve().parents[1]
HIDDEN = ("node", "nodejs", "npm", "npx", "uv", "uvx")
PATIENCE_S = 600


def measure() -> Iterator[Figure]:
    """Yield `setup.first_page_s` (empty caches) and `setup.second_page_s` (everything kept)."""
    with tempfile.TemporaryDirectory(prefix="benhoc-setup-") as name:
        folder = Path(name)
        clone = folder / "clone"
        env = bare_environment(folder)
        started = time.monotonic()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        yield Figure("setup.first_page_s", seconds_to_page(clone, env, started), "s")
        yield Figure("setup.second_page_s", seconds_to_page(clone, env, time.monotonic()), "s")


def bare_environment(folder: Path) -> dict[str, str]:
    """Return an environment with empty caches and a PATH on which this machine's node and uv are hidden."""
    commands = folder / "bin"
    commands.mkdir()
    for place in os.environ["PATH"].split(os.pathsep):
        for path in Path(place).glob("*") if place else ():
            if path.name not in HIDDEN and not (commands / path.name).exists():
                (commands / path.name).symlink_to(path)
    caches = ("UV_CACHE_DIR", "PIP_CACHE_DIR", "npm_config_cache", "XDG_CACHE_HOME")
    dropped = {"VENV", "VIRTUAL_ENV", "DATA_DIR", "MAKEFLAGS", "MAKELEVEL"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, **{cache: str(folder / cache) for cache in caches}, "PATH": str(commands)}


def seconds_to_page(clone: Path, env: dict[str, str], started: float) -> float:
    """Run `make run` in the clone until the front page answers; return the seconds since `started`."""
    port, content_port = free_port(), free_port()
    python = f"PYTHON={Path(sys.executable).resolve()}"
    command = ["make", "run", python, f"PORT={port}", f"CONTENT_PORT={content_port}"]
    with (clone.parent / "make.log").open("w+") as log:
        server = subprocess.Popen(command, cwd=clone, env=env, stdout=log, stderr=log, start_new_session=True)
        try:
            while not answers(f"http://127.0.0.1:{port}/"):
                if server.poll() is not None or time.monotonic() - started > PATIENCE_S:
                    log.seek(0)
                    raise RuntimeError(f"make run showed no page:\n{log.read()[-3000:]}")
                time.sleep(0.1)
            return time.monotonic() - started
        finally:
            stop(server)


def answers(url: str) -> bool:
    """Tell whether a page is served at `url` now."""
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return bool(answer.status == 200 and answer.read())
    except OSError:
        return False


def stop(server: subprocess.Popen[bytes]) -> None:
    """End the server with all its children and wait for them."""
    if server.poll() is None:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
