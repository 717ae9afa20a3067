"""A worker is a process of its own: it runs what was queued, and what a killed one left."""

from __future__ import annotations

import signal
from collections.abc import Iterator
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
from tests.workers import PATIENCE_S, Start, wait_for, workers_on

pytestmark = pytest.mark.slow


@pytest.fixture
def home(make_app: Any, tmp_path: Path) -> Iterator[Flask]:
    """An installation with its tables, whose queue is the one a worker listens to."""
    app = make_app(queue_url=f"sqlite:///{tmp_path / 'queue.db'}")
    with app.app_context():
        upgrade_database(db.engine)
        db.session.remove()
        yield app


@pytest.fixture
def start_worker(tmp_path: Path) -> Iterator[Start]:
    """Start `python -m lms worker` on the installation; whatever still runs is ended afterwards."""
    with workers_on(tmp_path) as starting:
        yield starting


def state_of(job_id: int) -> str | None:
    db.session.rollback()
    return db.session.scalar(select(Job.state).where(Job.id == job_id))


def send_letter(subject: str) -> int:
    with write():
        return enqueue("send_mail", to="a@example.vn", subject=subject, text="t").id


def test_a_worker_runs_what_is_queued_and_leaves_when_told(home: Flask, start_worker: Start, tmp_path: Path):
    before = send_letter("before")
    worker = start_worker()
    assert wait_for(lambda: state_of(before) == "done"), (tmp_path / "worker.log").read_text()
    meanwhile = send_letter("meanwhile")
    assert wait_for(lambda: state_of(meanwhile) == "done")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=PATIENCE_S) == 0
    assert "mail to a@example.vn: meanwhile" in (tmp_path / "worker.log").read_text()


def test_what_a_killed_worker_held_is_run_again_after_its_lease(
    home: Flask, start_worker: Start, tmp_path: Path
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
