"""A worker's runners: what takes minutes holds up nothing that is quick, and what is offered twice runs once."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from lms.core.db import db, write
from lms.core.jobs import Job, enqueue, job, perform
from lms.core.runners import LONG, Runners
from lms.core.worker import sweep

PATIENCE_S = 60.0
ran: list[str] = []
may_end, quick_ended, all_began = threading.Event(), threading.Event(), threading.Semaphore(0)


@job("test_endless", is_long=True)
def be_long(text: str) -> None:
    """Stay at work until told to end."""
    ran.append(text)
    all_began.release()
    assert may_end.wait(PATIENCE_S)


@job("test_quick")
def be_quick(text: str) -> None:
    """Keep the text."""
    ran.append(text)
    if text == "last":
        quick_ended.set()


@job("test_large", is_apart=True)
def be_large(text: str) -> None:
    """Keep the text."""
    ran.append(text)


apart: list[int] = []


def run_apart(job_id: int) -> None:
    apart.append(job_id)
    perform(job_id)


@pytest.fixture
def runners(act: Flask) -> Iterator[Runners]:
    """Runners with one thread for what is quick."""
    ran.clear()
    apart.clear()
    may_end.clear()
    quick_ended.clear()
    found = Runners(act, 1, run_apart)
    yield found
    may_end.set()
    found.stop(PATIENCE_S)


def queue(name: str, *texts: str) -> list[int]:
    with write():
        return [enqueue(name, text=text).id for text in texts]


def test_a_quick_job_waits_for_no_long_one(act: Flask, runners: Runners) -> None:
    queue("test_endless", *(f"long {number}" for number in range(LONG + 1)))
    assert sweep(act, runners.offer) == LONG + 1
    for _ in range(LONG):
        assert all_began.acquire(timeout=PATIENCE_S)
    queue("test_quick", "one", "last")
    sweep(act, runners.offer)
    assert quick_ended.wait(PATIENCE_S)
    assert ran[-2:] == ["one", "last"] and len(ran) == LONG + 2
    may_end.set()
    assert all_began.acquire(timeout=PATIENCE_S)


def test_what_is_offered_twice_runs_once_and_stopping_waits_for_it(act: Flask, runners: Runners) -> None:
    ids = queue("test_endless", "long")
    for _ in range(3):
        runners.offer(ids[0])
    assert all_began.acquire(timeout=PATIENCE_S)
    assert sweep(act, runners.offer) == 0
    may_end.set()
    runners.stop(PATIENCE_S)
    runners.offer(queue("test_quick", "after the end")[0])
    db.session.rollback()
    assert ran == ["long"]
    assert set(db.session.scalars(select(Job.state).where(Job.id == ids[0]))) == {"done"}


def test_large_jobs_are_given_away_and_small_ones_are_not(act: Flask, runners: Runners) -> None:
    large = queue("test_large", "large")
    queue("test_quick", "last")
    sweep(act, runners.offer)
    assert quick_ended.wait(PATIENCE_S)
    assert ran == ["large", "last"] and apart == large
