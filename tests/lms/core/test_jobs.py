"""Jobs are rows: they survive a lost wake-up, a killed worker and an error."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from lms.core import clock
from lms.core.db import db, write
from lms.core.errors import NotFound
from lms.core.jobs import Job, claim_job, enqueue, job, retry_job, run_due_jobs, run_job

ran: list[str] = []
broken: set[str] = set()


@job("test_note", max_attempts=2)
def note(text: str) -> None:
    """Keep the text, or fail when told to."""
    if text in broken:
        raise OSError("no luck")
    ran.append(text)


@pytest.fixture(autouse=True)
def _forget() -> None:
    ran.clear()
    broken.clear()


def test_a_job_runs_once_after_the_commit(act: Flask) -> None:
    with write():
        enqueue("test_note", text="one")
    assert run_due_jobs() == 1
    assert run_due_jobs() == 0
    assert ran == ["one"]


def test_a_job_of_a_failed_transaction_never_was(act: Flask) -> None:
    with pytest.raises(ValueError, match="stop"):
        with write():
            enqueue("test_note", text="one")
            raise ValueError("stop")
    assert run_due_jobs() == 0


def test_a_key_keeps_one_waiting_job(act: Flask) -> None:
    with write():
        first = enqueue("test_note", key="k", text="one")
        second = enqueue("test_note", key="k", text="two")
    assert first.id == second.id
    assert run_due_jobs() == 1
    with write():
        assert enqueue("test_note", key="k", text="three").id != first.id


def test_a_job_is_claimed_by_one_worker_and_again_after_its_lease(act: Flask) -> None:
    with write():
        row = enqueue("test_note", text="one")
    assert claim_job(row.id) is not None
    assert claim_job(row.id) is None
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        assert run_job(row.id)
    assert ran == ["one"]


def test_an_error_is_kept_tried_again_and_then_shown_as_failed(act: Flask) -> None:
    broken.add("one")
    with write():
        row = enqueue("test_note", text="one")
    assert run_due_jobs() == 0
    found = db.session.get_one(Job, row.id, populate_existing=True)
    assert (found.state, found.attempts, found.error) == ("queued", 1, "OSError: no luck")
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        run_due_jobs()
    db.session.rollback()
    assert db.session.scalar(select(Job.state).where(Job.id == row.id)) == "failed"
    broken.clear()
    with write():
        retry_job(row.id)
    assert run_due_jobs() == 1


def test_only_a_failed_job_can_be_retried(act: Flask) -> None:
    with write():
        row = enqueue("test_note", text="one")
    with write(), pytest.raises(NotFound):
        retry_job(row.id)
