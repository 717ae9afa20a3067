"""`lms serve` runs pages, files and a worker, and stops without cutting anyone off."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[3]
PATIENCE_S = 60.0
# The site, with one slow page of our own.
PROGRAM = """
import os, sys, time
from lms import app as wiring
from lms.core.serving import serve_site
site = wiring.create_app_from_env()

@site.get("/slow")
def slow():
    open(os.environ["DATA_DIR"] + "/begun", "w").close()
    time.sleep(2)
    return "finished"

serve_site(site, "127.0.0.1", int(sys.argv[1]), int(sys.argv[2]), workers=1, threads=4, worker=True)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def read(url: str) -> str:
    """Return the body, or '' while nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""


def wait_until(url: str) -> bool:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if read(url):
            return True
        time.sleep(0.2)
    return False


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A served installation and its port."""
    port, content_port = free_port(), free_port()
    environ = {
        **os.environ,
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": "s" * 40,
        "BASE_URL": f"http://127.0.0.1:{port}",
        "CONTENT_URL": f"http://127.0.0.1:{content_port}",
        "PYTHONPATH": str(ROOT),
    }
    with (tmp_path / "serve.log").open("wb") as log:
        subprocess.run([sys.executable, "-m", "lms", "db", "upgrade"], env=environ, check=True, stderr=log)
        child = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(port), str(content_port)], env=environ, stderr=log
        )
    try:
        assert wait_until(f"http://127.0.0.1:{port}/readyz"), (tmp_path / "serve.log").read_text()
        yield child, port
    finally:
        if child.poll() is None:
            child.kill()
        child.wait(timeout=30)


def test_a_request_in_hand_is_finished_and_the_children_end_with_it(
    serving: tuple[subprocess.Popen[bytes], int], tmp_path: Path
):
    child, port = serving
    family = psutil.Process(child.pid).children(recursive=True)
    assert len(family) >= 3  # the pages, the files, the worker
    bodies: list[str] = []
    reader = threading.Thread(target=lambda: bodies.append(read(f"http://127.0.0.1:{port}/slow")))
    reader.start()
    end = time.monotonic() + PATIENCE_S
    while not (tmp_path / "begun").exists() and time.monotonic() < end:
        time.sleep(0.05)
    child.send_signal(signal.SIGTERM)
    reader.join(timeout=PATIENCE_S)
    assert bodies == ["finished"], (tmp_path / "serve.log").read_text()
    child.wait(timeout=PATIENCE_S)
    _gone, alive = psutil.wait_procs(family, timeout=PATIENCE_S)
    assert alive == []
    assert read(f"http://127.0.0.1:{port}/healthz") == ""
