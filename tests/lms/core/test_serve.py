"""`lms serve` runs pages, files and a worker, and stops without cutting anyone off."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.ports import free_port

pytestmark = pytest.mark.slow

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

serve_site(site, "127.0.0.1", int(sys.argv[1]), int(sys.argv[2]), workers=2, threads=4)
"""


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
        whole_family(child.pid)
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


def child_of(parent: int, name: str) -> psutil.Process | None:
    """The child of that name in the lists of the system."""
    for child in psutil.Process(parent).children():
        try:
            if child.name() == name:
                return child
        except psutil.Error:
            continue
    return None


def comes_back(parent: int, gone: int, name: str) -> bool:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        found = child_of(parent, name)
        if found is not None and found.pid != gone:
            return True
        time.sleep(0.1)
    return False


def test_a_killed_worker_and_a_killed_file_server_are_started_again(
    serving: tuple[subprocess.Popen[bytes], int],
):
    """Cure: `Child.keep_running`, called by gunicorn's parent. Without it both stay dead until the next restart."""
    parent, port = serving[0].pid, serving[1]
    for name in ("lms worker", "lms files"):
        child = child_of(parent, name)
        assert child is not None
        child.kill()
        assert comes_back(parent, child.pid, name)
    for name in ("lms worker", "lms files"):
        again = child_of(parent, name)
        assert again is not None
        assert port not in {at.laddr.port for at in again.net_connections() if at.laddr}


def hears_hangups(pid: int) -> bool:
    """Whether the process has a handler for SIGHUP, the first bit of what it catches."""
    status = Path(f"/proc/{pid}/status").read_text()
    return bool(int(status.partition("SigCgt:")[2].split()[0], 16) & 1)


def test_a_worker_that_is_told_to_begin_anew_stays_a_worker(serving: tuple[subprocess.Popen[bytes], int]):
    """Cure: `sys.argv` of the forked worker. Without it huey would execute the parent's command: a second site."""
    parent = serving[0].pid
    worker = child_of(parent, "lms worker")
    assert worker is not None
    end = time.monotonic() + PATIENCE_S
    while not hears_hangups(worker.pid) and time.monotonic() < end:
        time.sleep(0.1)
    worker.send_signal(signal.SIGHUP)
    while worker.cmdline()[1:] != ["-m", "lms", "worker"] and time.monotonic() < end:
        time.sleep(0.1)
    assert worker.cmdline()[1:] == ["-m", "lms", "worker"]
    while (found := child_of(parent, "lms worker")) is None and time.monotonic() < end:
        time.sleep(0.1)
    assert found is not None and found.pid == worker.pid


def test_children_end_with_a_parent_that_is_killed(
    serving: tuple[subprocess.Popen[bytes], int],
):
    """Cure: `PR_SET_PDEATHSIG` in the forked child. Without it worker and file server go on without a site."""
    parent = serving[0]
    family = psutil.Process(parent.pid).children(recursive=True)
    assert {"lms worker", "lms files", "lms web"} <= {child.name() for child in family}
    parent.kill()
    parent.wait(timeout=PATIENCE_S)
    _gone, alive = psutil.wait_procs(family, timeout=PATIENCE_S)
    assert alive == []


def whole_family(pid: int) -> list[psutil.Process]:
    """Return the children once all parts are there; pages may be answered before worker and file server are."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        family = psutil.Process(pid).children(recursive=True)
        if {"lms worker", "lms files", "lms web"} <= {child.name() for child in family}:
            return family
        time.sleep(0.2)
    raise AssertionError(f"missing: {[child.name() for child in family]}")


def test_figures_of_all_web_processes_are_counted_together(serving: tuple[subprocess.Popen[bytes], int]):
    """Cure: `share_figures` after the fork. Without it `/metrics` knows one process's share."""
    _child, port = serving
    before = counted(port)
    for _visit in range(40):
        assert read(f"http://127.0.0.1:{port}/healthz")
    assert [counted(port) - before for _look in range(6)] == [40.0] * 6


def counted(port: int) -> float:
    """How many visits to /healthz the site says it had."""
    line = re.search(
        r'benhoc_requests_total{endpoint="core.healthz",status="200"} (\S+)',
        read(f"http://127.0.0.1:{port}/metrics"),
    )
    return float(line[1]) if line else 0.0
