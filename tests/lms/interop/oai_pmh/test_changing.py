"""A source is given other terms: what was taken in before follows, and nothing is lost."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.core.db import db, write
from lms.core.errors import Invalid, NotAllowed
from lms.core.jobs import Job, run_due_jobs
from lms.interop.oai_pmh import jobs, services
from lms.interop.oai_pmh.models import OaiSource
from lms.library.harvest import retire_link
from tests.cast import Cast, Person
from tests.factories.people import make_user, sign_in
from tests.lms.interop.oai_pmh.test_copies import OPEN, TEXT, Answers, list_of, record, rows, shown, theirs
from tests.lms.interop.oai_pmh.test_harvesting import Hostile, add, harvest, hostile, say, taken, url_of

__all__ = ["hostile", "theirs"]
TERMS = {"name": "Kho bạn", "scope": "sector", "every_hours": 24, "policy": "link"}


@pytest.fixture
def keeper(cast: Cast):
    """The keeper of the site."""
    return Person(make_user(roles=(("sysadmin", cast.school),)))


def change(keeper, source: OaiSource, **terms: object) -> None:
    with write():
        services.change_source(keeper.actor, source.uuid, **{**TERMS, **terms})


def test_the_page_changes_a_source_and_says_what_is_wrong(client: FlaskClient, keeper) -> None:
    source = add("https://library.example.org/oai")
    path = f"/manage/sources/{source.uuid}"
    sign_in(client, keeper.user)
    assert path in client.get("/manage/sources").text
    page = client.get(path)
    assert page.status_code == 200 and "Kho bạn" in page.text
    wrong = client.post(path, data={**TERMS, "every_hours": "5", "scope": "friends", "name": ""})
    assert wrong.status_code == 422 and "f-every_hours-error" in wrong.text and "f-scope-error" in wrong.text
    good = {"name": "Kho khác", "scope": "public", "policy": "copy", "every_hours": "168"}
    assert client.post(path, data=good).status_code == 303
    db.session.expire_all()
    now = db.session.scalars(select(OaiSource)).one()
    assert (now.name, now.scope, now.policy, now.every_hours) == ("Kho khác", "public", "copy", 168)
    assert now.url == "https://library.example.org/oai"


def test_others_neither_see_nor_change_it(client: FlaskClient, cast: Cast) -> None:
    source = add("https://library.example.org/oai")
    path = f"/manage/sources/{source.uuid}"
    assert client.get(path).status_code == 404
    sign_in(client, cast.lan.user)
    assert client.get(path).status_code == 403
    assert client.post(path, data=TERMS).status_code == 403
    with pytest.raises(NotAllowed):
        services.change_source(cast.lan.actor, source.uuid, **TERMS)  # type: ignore[arg-type]


@pytest.mark.usefixtures("open_network", "act")
def test_what_was_taken_in_is_shown_to_the_new_circle(hostile: Hostile, theirs: Answers, keeper, monkeypatch):
    monkeypatch.setattr(jobs, "SHOWN_AT_ONCE", 2)
    theirs["/oai"] = list_of(
        *(record(f"r{number}", "", f"https://x.example/{number}") for number in range(5))
    )
    source = harvest(add(url_of(hostile)))
    assert (source.error, source.taken, source.skipped) == (None, 5, 0)
    with write():
        retire_link(taken(source)["oai:x:r3"].uuid)
    for scope in ("public", "sector"):
        change(keeper, source, scope=scope)
        jobs.show_links_again(source.id)
        items = taken(source)
        assert [item.audiences for item in items.values()] == [{scope}] * 5
        assert {name: item.state for name, item in items.items() if item.state != "published"} == {
            "oai:x:r3": "retired"
        }


@pytest.mark.usefixtures("open_network", "act")
def test_links_become_copies_and_copies_stay_when_links_are_chosen_again(
    hostile: Hostile, theirs: Answers, keeper
) -> None:
    site = url_of(hostile).removesuffix("/oai")
    theirs["/oai"] = list_of(record("mo", OPEN, f"{site}/bai.md"), record("xa", OPEN, f"{site}/hong.md"))
    theirs["/bai.md"], theirs["/hong.md"] = say(TEXT, Content_Type="text/markdown"), say(b"", 404)
    source = harvest(add(url_of(hostile)))
    run_due_jobs()
    assert shown(source, "mo").license_id == "link-only"
    change(keeper, source, policy="copy")
    run_due_jobs()
    assert {name: row.copy_state for name, row in rows(source).items()} == {"mo": "done", "xa": "refused"}
    assert shown(source, "mo").license_id == "CC-BY-SA-4.0"
    change(keeper, source, policy="link")
    run_due_jobs()
    assert {name: row.copy_state for name, row in rows(source).items()} == {"mo": "done", "xa": None}
    assert shown(source, "mo").license_id == "CC-BY-SA-4.0"


@pytest.mark.usefixtures("act")
def test_a_paused_source_stays_paused_and_a_shorter_time_counts_from_now(keeper) -> None:
    source = add("https://library.example.org/oai", every_hours=168)
    with write():
        services.pause_source(keeper.actor, source.uuid)
    before = source.next_at
    change(keeper, source, policy="copy", every_hours=1)
    source = db.session.get_one(OaiSource, source.id, populate_existing=True)
    assert source.is_paused and source.next_at < before
    assert len(db.session.scalars(select(Job).where(Job.name == "harvest_source")).all()) == 1
    with pytest.raises(Invalid):
        change(keeper, source, every_hours=2)
