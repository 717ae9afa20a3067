"""`kill -9` in the middle of every deed: what was acknowledged is there, nothing is half made, the worker settles it.

The tests at the end take a cure away and must see the damage: so the questions asked here can be answered with no.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lms.core import jobs
from lms.core.db import db, write
from lms.lessons import services as lessons
from lms.library import jobs as library_jobs
from lms.questions.grading import Response
from lms.records import services as records
from tests.faults import deeds
from tests.faults.database import DURABLE, Postgres
from tests.faults.dying import Child, make_settings
from tests.faults.school import School
from tests.faults.site import kill_site_parts
from tests.fixtures_postgres import fresh_database, postgres_server

ENGINES = ["embedded", pytest.param("postgres", marks=[pytest.mark.postgres])]
KILLS = 3


def make_school(folder: Path, **urls: Any) -> School:
    school = School(make_settings(str(folder), **urls), random.Random(3))
    school.found()
    return school


@pytest.fixture(scope="module", params=ENGINES)
def school(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> School:
    """One school for all deeds of this file: faults pile up, as they do."""
    urls = {}
    if request.param == "postgres":
        urls["database_url"] = fresh_database(request.getfixturevalue("postgres_url"))
    return make_school(tmp_path_factory.mktemp("school"), **urls)


@pytest.mark.parametrize("deed", deeds.DEEDS)
def test_a_kill_loses_nothing_and_leaves_no_half(school: School, deed: str):
    """Cures: bytes are stored before their rows; each deed is one `write()`; an index row is settled after the engine
    has it; a job's lease ends; a new index is filled aside and swapped."""
    for _kill in range(KILLS):
        school.kill_during(deed)
    assert school.look() == ([], [])


@pytest.fixture(scope="module")
def killed_database() -> Iterator[Postgres]:
    with postgres_server(DURABLE) as url:
        yield Postgres(fresh_database(url))


@pytest.mark.postgres
def test_a_killed_database_keeps_what_it_acknowledged(killed_database: Postgres, tmp_path: Path):
    """Cure: `synchronous_commit` is left on and every deed is one transaction."""
    school = make_school(tmp_path, database_url=killed_database.url)
    for deed in ("answer", "upload", "index", "publish", "enroll"):
        school.number += 1
        child = Child(deeds.DEEDS[deed], school.settings, school.number)
        time.sleep(school.dice.uniform(0.0, 0.5))
        killed_database.kill()
        school.acknowledged += child.wait().told
        killed_database.start()
    assert school.look() == ([], [])


def test_parts_of_a_served_site_come_back_and_lose_nothing(tmp_path: Path):
    """Cure: gunicorn's parent starts its children again (`Child.keep_running`). Without it the worker and the file
    server stay dead, and the site waits in vain for them."""
    assert kill_site_parts(tmp_path, random.Random(4), rounds=1) == (3, [], [])


# What the questions above would say without the cures.


def test_a_commit_in_the_middle_is_seen_as_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The cure taken away: one transaction for one deed."""
    school = make_school(tmp_path)
    insert = records.insert_if_new

    def insert_and_commit(*arguments: Any, **values: Any) -> bool:
        done = insert(*arguments, **values)
        db.session.commit()
        return done

    monkeypatch.setattr(records, "insert_if_new", insert_and_commit)
    assert any(halves_after(school, "answer") for _kill in range(8))


def test_an_acknowledgment_before_the_commit_is_seen_as_loss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The cure taken away: the answer to the browser comes after the commit."""
    school = make_school(tmp_path)
    monkeypatch.setitem(deeds.DEEDS, "answer", answer_too_early)
    points = [school.do("answer").points for _whole in range(2)][-1]  # the first one has more to make
    killed = [school.do("answer", die_at=points - before_the_end) for before_the_end in range(6)]
    assert any(ended.was_killed and ended.told for ended in killed)
    lost, _half = school.look()
    assert lost


def answer_too_early(app: object, number: int) -> Iterator[dict[str, Any]]:
    """Tell of the answer while its transaction is open."""
    minh, run = deeds.actor_of("minh"), deeds.run_of(deeds.TAUGHT)
    asked = deeds.activity_of(deeds.TAUGHT, "question")
    with write():
        lessons.answer_question(minh, run.uuid, asked.uuid, Response(text="Huế"), key=f"early-{number}")
        yield {"deed": "answer", "account": minh.uuid, "key": f"{asked.uuid.hex}:early-{number}"}


def test_a_queue_settled_before_the_engine_wrote_is_seen_as_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The cure taken away: index first, settle then."""
    school = make_school(tmp_path)

    def settle_first() -> None:
        store = library_jobs.open_store()
        while (pending := store.read_pending(limit=50)).row_ids:
            with write():
                store.settle_pending(pending.row_ids)
            store.index_pending(pending)

    monkeypatch.setattr(library_jobs, "_index_all", settle_first)
    assert any(halves_after(school, "index") for _kill in range(8))


def test_a_lease_that_never_ends_is_seen_as_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The cure taken away: expired leases are offered again."""
    school = make_school(tmp_path)
    monkeypatch.setattr(jobs, "_may_run", lambda moment: jobs.Job.state == "queued")
    assert any(halves_after(school, "index") for _kill in range(8))


def halves_after(school: School, deed: str) -> bool:
    school.kill_during(deed)
    return school.look()[1] != []
