"""A worker is a process of its own: it runs what was queued, and what a killed one left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms.core import clock
from lms.core.db import db, write
from lms.core.jobs import Job, claim_job, enqueue
from lms.core.migrate import upgrade_database

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
PATIENCE_S = 60.0


def wait_for(is_so: Callable[[], bool]) -> bool:
    """Look again until it is so; a busy machine gets a minute."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def home(make_app: Any, tmp_path: Path) -> Iterator[Flask]:
    """An installation with its tables, whose queue is the one a worker listens to."""
    app = make_app(queue_url=f"sqlite:///{tmp_path / 'queue.db'}")
    with app.app_context():
        upgrade_database(db.engine)
        db.session.remove()
        yield app


@pytest.fixture
def start_worker(tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start `python -m lms worker` on the installation; whatever still runs is ended afterwards."""
    running: list[subprocess.Popen[bytes]] = []

    def starting() -> subprocess.Popen[bytes]:
        environ = {
            **os.environ,
            "DATA_DIR": str(tmp_path),
            "SECRET_KEY": "s" * 40,
            "MAIL_URL": "console:",
            "PYTHONPATH": str(ROOT),
        }
        with (tmp_path / "worker.log").open("wb") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", "lms", "worker"],
                env=environ,
                cwd=tmp_path,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        running.append(child)
        return child

    yield starting
    for child in running:
        if child.poll() is None:
            child.kill()
        child.wait(timeout=30)


def state_of(job_id: int) -> str | None:
    db.session.rollback()
    return db.session.scalar(select(Job.state).where(Job.id == job_id))


def send_letter(subject: str) -> int:
    with write():
        return enqueue("send_mail", to="a@example.vn", subject=subject, text="t").id


def test_a_worker_runs_what_is_queued_and_leaves_when_told(
    home: Flask, start_worker: Callable[[], subprocess.Popen[bytes]], tmp_path: Path
):
    before = send_letter("before")
    worker = start_worker()
    assert wait_for(lambda: state_of(before) == "done"), (tmp_path / "worker.log").read_text()
    meanwhile = send_letter("meanwhile")
    assert wait_for(lambda: state_of(meanwhile) == "done")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=PATIENCE_S) == 0
    assert "mail to a@example.vn: meanwhile" in (tmp_path / "worker.log").read_text()


def test_what_a_killed_worker_held_is_run_again_after_its_lease(
    home: Flask, start_worker: Callable[[], subprocess.Popen[bytes]], tmp_path: Path
):
    held = send_letter("held")
    claim_job(held)  # as the worker that was killed had done
    later = send_letter("later")
    start_worker()
    assert wait_for(lambda: state_of(later) == "done"), (tmp_path / "worker.log").read_text()
    with write():  # the worker would end it by itself, half a minute later (`test_leases`)
        lapsed = clock.now() - timedelta(seconds=1)
        db.session.execute(update(Job).where(Job.id == held).values(lease_until=lapsed))
    assert wait_for(lambda: state_of(held) == "done")
    assert db.session.scalar(select(Job.attempts).where(Job.id == held)) == 2
