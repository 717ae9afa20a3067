"""Large jobs run in processes of their own, forked from a seed, and end with whoever asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from lms.core.children import FORKS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FORKS, reason="processes of their own are for Linux"),
]

ROOT = Path(__file__).parents[3]
PATIENCE_S = 60.0
# A worker whose jobs are five kinds of end.
PROGRAM = """
import json, os, signal, subprocess, sys, threading, time
from pathlib import Path
from lms import app as wiring
from lms.core.apart import FailedApart, Seed
from lms.core.db import db
from lms.core.errors import Conflict

TOLD = Path(os.environ["DATA_DIR"]) / "told"

def run(number):
    if number == 1:
        assert db.session.execute(db.text("SELECT 1")).scalar() == 1
        assert subprocess.run(["true"]).returncode == 0
        TOLD.write_text(json.dumps([os.getpid(), os.getppid()]))
    elif number == 2:
        raise OSError("no luck")
    elif number == 3:
        raise Conflict("never")
    elif number == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    elif number == 5:
        print(json.dumps([os.getpid(), os.getppid()]), flush=True)
        time.sleep(3600)

site = wiring.create_app_from_env()
seed = Seed(site, run)
threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()  # a worker has threads

def ended(number):
    try:
        seed.run(number)
    except FailedApart as error:
        return [str(error), error.is_hopeless]

said = [ended(number) for number in (1, 2, 3, 4, 1)]
print(json.dumps([os.getpid(), json.loads(TOLD.read_text()), said]), flush=True)
ended(5)
"""


@pytest.fixture
def worker(tmp_path: Path):
    """The program, at work."""
    environ = {**os.environ, "DATA_DIR": str(tmp_path), "SECRET_KEY": "s" * 40, "PYTHONPATH": str(ROOT)}
    environ |= {"MAIL_URL": "console:", "QUEUE_URL": "none:"}
    with (tmp_path / "log").open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-c", PROGRAM], env=environ, cwd=tmp_path, stdout=subprocess.PIPE, stderr=log
        )
    yield child
    child.kill()
    child.wait(timeout=PATIENCE_S)
    assert child.stdout is not None
    child.stdout.close()


def has_ended(pid: int) -> bool:
    """Whether a process is no more; one that nobody has collected yet counts as ended."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False


def test_each_job_has_its_process_tells_how_it_ended_and_dies_with_the_worker(
    worker: subprocess.Popen[bytes], tmp_path: Path
):
    assert worker.stdout is not None
    first = worker.stdout.readline()
    assert first, (tmp_path / "log").read_text()
    me, (job, seed), said = json.loads(first)
    assert len({me, job, seed}) == 3 and me == worker.pid
    well, broke, refused, killed, again = said
    assert well is None and again is None
    assert broke == ["OSError: no luck", False]
    assert refused[1] is True and "Conflict" in refused[0]
    assert killed[1] is False and "killed" in killed[0]
    at_work, same_seed = json.loads(worker.stdout.readline())
    assert same_seed == seed and not worker.poll()
    worker.kill()
    assert has_ended(at_work) and has_ended(seed)
