"""A clock that jumps by an hour or a day, ahead and back, stops nothing and loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.core import clock, schedule
from lms.core.db import db, write
from lms.core.jobs import LEASE, Job, claim_job, enqueue, run_due_jobs, run_job
from lms.core.schedule import enqueue_repeated
from tests.cast import Cast

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def set_clock(jump: timedelta) -> time_machine.travel:
    """The site's clock is off by `jump` within the block."""
    return time_machine.travel(clock.now() + jump, tick=True)


def state_of(job_id: int) -> str | None:
    db.session.rollback()
    return db.session.scalar(select(Job.state).where(Job.id == job_id))


def send_letter() -> int:
    with write():
        return enqueue("send_mail", to="a@example.vn", subject="s", text="t").id


@pytest.mark.parametrize("jump", [HOUR, DAY])
def test_a_job_queued_while_the_clock_ran_ahead_does_not_wait_for_that_moment(act: Flask, jump: timedelta):
    """Cure: `from_the_future` in `jobs._may_run`. Without it the letter leaves after an hour or a day."""
    with set_clock(jump):
        letter = send_letter()
    run_due_jobs()
    assert state_of(letter) == "done"


@pytest.mark.parametrize("jump", [HOUR, DAY])
def test_a_job_put_back_while_the_clock_ran_ahead_is_tried_again(
    act: Flask, jump: timedelta, monkeypatch: pytest.MonkeyPatch
):
    """Cure: `started_at` in `from_the_future`. Without it the second try waits for the wrong moment."""
    letter = send_letter()
    mailer = act.extensions["mailer"]
    with set_clock(jump), monkeypatch.context() as broken:
        broken.setattr(mailer, "send", lambda *_: (_ for _ in ()).throw(OSError("away")))
        assert not run_job(letter)
    run_due_jobs()
    assert state_of(letter) == "done"


@pytest.mark.parametrize("jump", [HOUR, DAY])
def test_a_lease_from_the_future_is_no_lease(act: Flask, jump: timedelta):
    """Cure: the upper bound `far` of a lease. Without it a dead worker's job, and its whole lane, waits for the day."""
    with write():
        left, behind = enqueue("index_items").id, enqueue("index_items").id
    with set_clock(jump):
        assert claim_job(left) is not None  # and then its worker dies
    run_due_jobs()
    assert (state_of(left), state_of(behind)) == ("done", "done")


@pytest.mark.parametrize("jump", [-HOUR, -DAY])
def test_a_clock_that_falls_back_stops_no_job(act: Flask, jump: timedelta):
    """Cure: the same. Everything that was queued before the fall lies in the future afterwards."""
    letter = send_letter()
    with set_clock(jump):
        run_due_jobs()
        assert state_of(letter) == "done"


def test_a_worker_of_another_node_whose_clock_differs_a_little_takes_no_living_lease(act: Flask):
    with write():
        row = enqueue("index_items")
    assert claim_job(row.id) is not None
    for jump in (-LEASE / 2, LEASE / 2):
        with set_clock(jump):
            assert claim_job(row.id) is None


@pytest.mark.parametrize("jump", [HOUR, DAY])
def test_repeated_work_goes_on_after_the_clock_is_set_back(
    act: Flask, jump: timedelta, monkeypatch: pytest.MonkeyPatch
):
    """Cure: a turn further away than its interval counts as due. Without it nothing is repeated for a day."""
    monkeypatch.setattr(schedule, "_repeated", {})
    schedule.every("index_items", minutes=10)
    with set_clock(jump):
        assert enqueue_repeated() == 1
    run_due_jobs()
    assert enqueue_repeated() == 1
    assert enqueue_repeated() == 0


@pytest.mark.parametrize("jump", [HOUR, DAY, -HOUR, -DAY])
def test_who_is_signed_in_on_an_own_device_stays_so(
    client: FlaskClient, cast: Cast, sign_in: Callable[..., FlaskClient], jump: timedelta
):
    """Cure: `lms.core.cookies`. Without it a clock behind the one that signed refuses every cookie: on the next node
    too, where a second is enough."""
    sign_in(client, cast.minh)
    for moment in (timedelta(), jump, timedelta()):
        with set_clock(moment):
            assert client.get("/learn").status_code == 200
