"""Jobs are rows: they survive a lost wake-up, a killed worker and an error."""

import sqlite3
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from lms.core import clock
from lms.core.db import db, is_sqlite, write
from lms.core.errors import NotFound
from lms.core.jobs import (
    LEASE,
    Job,
    claim_job,
    due_job_ids,
    enqueue,
    job,
    renew_leases,
    retry_job,
    run_due_jobs,
    run_job,
)

ran: list[str] = []
broken: set[str] = set()


@job("test_note", max_attempts=2)
def note(text: str) -> None:
    """Keep the text, or fail when told to."""
    if text in broken:
        raise OSError("no luck")
    ran.append(text)


@job("test_first_in_lane", lane="test lane")
@job("test_second_in_lane", lane="test lane")
def keep_to_the_lane(text: str) -> None:
    """Keep the text."""
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


def test_no_worker_takes_a_waiting_job_before_what_asked_again_is_committed(act: Flask) -> None:
    with write():
        row = enqueue("test_note", key="k", text="one")
    with write():
        assert enqueue("test_note", key="k", text="two").id == row.id
        assert taken_by_another(row.id) is None
    assert taken_by_another(row.id) == row.id


def taken_by_another(job_id: int) -> int | None:
    """The id of the job as another connection gets it for a change, None while it is held."""
    if is_sqlite():  # its one writer cannot start before the present one has committed
        return job_id if _gate_is_free() else None
    wanted = select(Job.id).where(Job.id == job_id).with_for_update(skip_locked=True)
    with db.engine.connect() as other:
        return other.scalar(wanted)


def _gate_is_free() -> bool:
    other = sqlite3.connect(str(db.engine.url.database), timeout=0)
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    finally:
        other.close()
    return True


def test_jobs_of_one_lane_run_one_after_another(act: Flask) -> None:
    with write():
        first = enqueue("test_first_in_lane", text="first")
        second = enqueue("test_second_in_lane", text="second")
        other = enqueue("test_note", text="other")
    assert claim_job(first.id) is not None
    assert due_job_ids() == [other.id]
    assert not run_job(second.id)
    assert run_job(other.id)
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):  # the first one's worker is dead
        assert run_job(second.id)
    assert ran == ["other", "second"]


def test_a_job_in_hand_keeps_its_lease_however_long_it_takes(act: Flask) -> None:
    with write():
        row = enqueue("test_slow", text="slow")
    assert run_job(row.id)
    assert ran == ["renewed 1", "claimed None"]
    assert renew_leases() == 0


@job("test_slow")
def take_long(text: str) -> None:
    """Stay at work for longer than a lease, renewed once in between."""
    job_id = db.session.scalar(select(Job.id).where(Job.name == "test_slow"))
    start = clock.now()
    with time_machine.travel(start + LEASE - timedelta(seconds=1), tick=False):
        ran.append(f"renewed {renew_leases()}")
    with time_machine.travel(start + LEASE + timedelta(seconds=1), tick=False):
        ran.append(f"claimed {claim_job(job_id)}")


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


def test_a_job_whose_worker_dies_each_time_ends_as_failed(act: Flask) -> None:
    with write():
        row = enqueue("test_note", text="deadly")
    for hours in range(2):
        with time_machine.travel(clock.now() + timedelta(hours=hours), tick=False):
            assert claim_job(row.id) is not None  # and the worker is killed
    with time_machine.travel(clock.now() + timedelta(hours=9), tick=False):
        assert not run_job(row.id)
    db.session.rollback()
    assert db.session.scalar(select(Job.state).where(Job.id == row.id)) == "failed"
    assert ran == []
