"""Two workers that meet at the index: the second looks again in a moment, and nothing waits for a long retry."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from content_store.search import SearchBusy
from lms.core import clock
from lms.core.db import db, write
from lms.core.jobs import Job, enqueue, run_due_jobs
from tests.cast import Cast
from tests.factories.library import make_item


@pytest.mark.parametrize("name", ["index_items", "index_pages"])
def test_a_busy_index_is_looked_at_again_within_seconds(
    cast: Cast, act: Flask, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def busy(*_: object) -> int:
        raise SearchBusy()

    with write():
        enqueue(name, key=name)
    if name == "index_items":
        make_item(cast.lan.actor, "phân số.md")
        monkeypatch.setattr(act.extensions["item_index"], "put", busy)
    else:
        monkeypatch.setattr("lms.search.jobs.index_dirty_pages", busy)
    run_due_jobs()
    waiting = db.session.scalars(select(Job).where(Job.name == name, Job.state == "queued")).all()
    db.session.rollback()
    assert len(waiting) == 1
    assert waiting[0].run_after - clock.now() <= timedelta(seconds=2)
    assert waiting[0].error is None
    monkeypatch.undo()
    with time_machine.travel(clock.now() + timedelta(seconds=5), tick=False):
        assert run_due_jobs() >= 1
