"""What is repeated by the clock: rows decide, so any number of nodes makes one job."""

import threading
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from lms.core import clock, schedule
from lms.core.db import db
from lms.core.jobs import Job, job, run_due_jobs
from lms.core.schedule import Schedule, enqueue_repeated, every

ran: list[str] = []


@job("test_tick")
def tick() -> None:
    """Note that it ran."""
    ran.append("tick")


@pytest.fixture(autouse=True)
def _only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    ran.clear()
    monkeypatch.setattr(schedule, "_repeated", {})


def jobs() -> int:
    return db.session.scalar(select(func.count(Job.id)).where(Job.name == "test_tick")) or 0


def test_a_repeated_job_is_made_once_an_interval(act: Flask) -> None:
    every("test_tick", minutes=60)
    start = clock.now()
    with time_machine.travel(start, tick=False):
        assert [enqueue_repeated(), enqueue_repeated()] == [1, 0]
    with time_machine.travel(start + timedelta(minutes=59), tick=False):
        assert enqueue_repeated() == 0
        assert run_due_jobs() == 1
    with time_machine.travel(start + timedelta(minutes=60), tick=False):
        assert enqueue_repeated() == 1
        run_due_jobs()
    assert ran == ["tick", "tick"]


def test_what_was_missed_while_the_site_was_away_is_done_once(act: Flask) -> None:
    every("test_tick", minutes=60)
    start = clock.now()
    with time_machine.travel(start, tick=False):
        enqueue_repeated()
        run_due_jobs()
    with time_machine.travel(start + timedelta(days=3), tick=False):
        assert [enqueue_repeated(), enqueue_repeated()] == [1, 0]


def test_no_job_is_made_when_there_is_no_work(act: Flask) -> None:
    every("test_tick", minutes=1, has_work=lambda: False)
    assert enqueue_repeated() == 0
    assert jobs() == 0
    assert db.session.scalar(select(Schedule.next_at)) > clock.now()


def test_many_nodes_make_one_job(app: Flask) -> None:
    every("test_tick", minutes=60)
    made: list[int] = []
    ready = threading.Barrier(4)

    def node() -> None:
        with app.app_context():
            ready.wait()
            made.append(enqueue_repeated())
            db.session.remove()

    nodes = [threading.Thread(target=node) for _ in range(4)]
    for one in nodes:
        one.start()
    for one in nodes:
        one.join()
    assert sorted(made) == [0, 0, 0, 1]


def test_looking_costs_one_query_when_nothing_is_due(act: Flask, query_count: object) -> None:
    every("test_tick", minutes=60)
    enqueue_repeated()
    with query_count() as sent:  # type: ignore[operator]
        enqueue_repeated()
    assert len(sent) == 1
