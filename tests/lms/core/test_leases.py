"""A killed worker's jobs go on within half a minute, whatever the clocks of the nodes say."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from lms.core import clock, jobs
from lms.core.db import db, write
from lms.core.jobs import Job, claim_job, due_job_ids, enqueue, job, renew_leases, run_job
from lms.core.leases import RENEW_S, STILL_S, LeaseWatch

ran: list[str] = []


@job("test_left")
def note(text: str) -> None:
    """Keep the text."""
    ran.append(text)


@pytest.fixture(autouse=True)
def _forget() -> None:
    ran.clear()


class Hours:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hours() -> Hours:
    return Hours()


def claimed() -> int:
    with write():
        row = enqueue("test_left", text="held")
    assert claim_job(row.id) is not None
    return row.id


def test_a_lease_that_stands_still_ends_and_its_job_is_run_once_more(act: Flask, hours: Hours) -> None:
    held, watch = claimed(), LeaseWatch(hours)
    assert watch.end_dead() == 0 and due_job_ids() == []
    hours.now += STILL_S - 1
    assert watch.end_dead() == 0
    hours.now += 1
    assert watch.end_dead() == 1
    with time_machine.travel(clock.now() + timedelta(seconds=1), tick=False):
        assert due_job_ids() == [held]
        assert run_job(held)
    assert ran == ["held"]
    hours.now += STILL_S
    assert watch.end_dead() == 0


def test_a_lease_that_is_renewed_is_left_alone(act: Flask, hours: Hours) -> None:
    held, watch = claimed(), LeaseWatch(hours)
    with time_machine.travel(clock.now(), tick=False) as passing:
        for _ in range(20):
            assert watch.end_dead() == 0
            passing.shift(RENEW_S)
            hours.now += RENEW_S
            _renew(held)
    assert db.session.get_one(Job, held, populate_existing=True).state == "running"


def test_a_lease_renewed_since_it_was_looked_at_is_not_taken(
    act: Flask, hours: Hours, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, watch = claimed(), LeaseWatch(hours)
    watch.end_dead()
    hours.now += STILL_S

    def renewed_meanwhile() -> float:
        with time_machine.travel(clock.now() + timedelta(seconds=9), tick=False):
            _renew(held)
        return hours.now

    monkeypatch.setattr(watch, "_seconds", renewed_meanwhile)
    assert watch.end_dead() == 0 and due_job_ids() == []


@pytest.mark.parametrize("apart", [-60, 60])
def test_a_node_whose_clock_differs_takes_no_living_lease(act: Flask, hours: Hours, apart: int) -> None:
    held, watch = claimed(), LeaseWatch(hours)
    start = clock.now()
    for turn in range(12):
        with time_machine.travel(start + timedelta(seconds=turn * RENEW_S), tick=False):
            _renew(held)
        with time_machine.travel(start + timedelta(seconds=turn * RENEW_S + apart), tick=False):
            assert watch.end_dead() == 0 and due_job_ids() == []
        hours.now += RENEW_S


def _renew(held: int) -> None:
    """As the worker that has it in hand does."""
    jobs._in_hand.add(held)
    try:
        assert renew_leases() == 1
    finally:
        jobs._in_hand.discard(held)
