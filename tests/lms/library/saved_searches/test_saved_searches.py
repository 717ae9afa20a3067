"""Searches that people keep, and what they are told of what is new in them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from content_store import arrivals
from content_store.search import SearchUnavailable
from lms.core.actor import ANONYMOUS
from lms.core.clock import now
from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.library import services
from lms.library.forms import Search
from lms.library.saved_searches import services as saved_searches
from lms.library.saved_searches.alerts import has_due_searches, tell_saved_searches
from lms.library.saved_searches.joined_accounts import carry_searches
from lms.library.saved_searches.models import SavedSearch
from lms.library.saved_searches.services import keep_search, list_searches
from lms.notices.models import Notice
from lms.people.events import UsersMerged
from tests.cast import Cast, Person
from tests.factories.library import index_all, make_item, prepare_text

Enter = Callable[[Person], FlaskClient]
FRACTIONS = Search(q="phân số", chosen={"subject": ("toan",)})


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written is settled at once: nobody else writes here."""
    monkeypatch.setattr(arrivals, "SETTLED", timedelta(0))


def keep(who: Person, search: Search = FRACTIONS, alerts: str = "daily") -> SavedSearch:
    """Keep a search since yesterday, due now."""
    with write():
        saved = keep_search(who.actor, search, alerts=alerts)
        saved.looked_at, saved.due_at = now() - timedelta(days=1), now()
    return saved


def make_due(saved: SavedSearch) -> None:
    with write():
        db.session.execute(update(SavedSearch).where(SavedSearch.id == saved.id).values(due_at=now()))


def told(who: Person) -> list[int]:
    """Return how many items each notice speaks of, the first notice first."""
    db.session.rollback()
    rows = select(Notice.about).where(Notice.user_id == who.user.id, Notice.topic == "saved_search_news")
    return [about["count"] for about in db.session.scalars(rows.order_by(Notice.id))]


def test_the_same_search_is_kept_once(cast: Cast):
    with write():
        first = keep_search(cast.ha.actor, FRACTIONS)
        again = keep_search(cast.ha.actor, FRACTIONS, name="Cho lớp 6", alerts="weekly")
        keep_search(cast.lan.actor, FRACTIONS)
    assert (first.id, first.name, first.alerts) == (again.id, "Cho lớp 6", "weekly")
    assert [row.name for row in list_searches(cast.ha.actor)] == ["Cho lớp 6"]


def test_a_search_without_a_name_is_called_by_its_words_or_boxes(act: Flask, cast: Cast):
    with write():
        assert keep_search(cast.ha.actor, FRACTIONS).name == "phân số"
        assert keep_search(cast.ha.actor, Search(chosen={"subject": ("toan",)})).name == "Toán"


def test_what_cannot_be_kept_is_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(NotAllowed), write():
        keep_search(ANONYMOUS, FRACTIONS)
    with pytest.raises(Invalid), write():
        keep_search(cast.ha.actor, Search())
    with pytest.raises(Invalid), write():
        keep_search(cast.ha.actor, FRACTIONS, alerts="hourly")
    monkeypatch.setattr(saved_searches, "MOST", 1)
    keep(cast.ha)
    with pytest.raises(Conflict), write():
        keep_search(cast.ha.actor, Search(q="khác"))


def test_nobody_reaches_the_search_of_another(cast: Cast):
    saved = keep(cast.ha)
    for deed in (
        lambda: saved_searches.get_search(cast.lan.actor, saved.uuid),
        lambda: saved_searches.change_search(cast.lan.actor, saved.uuid, name="x", alerts="none"),
        lambda: saved_searches.remove_search(cast.lan.actor, saved.uuid),
    ):
        with pytest.raises(NotFound), write():
            deed()
    assert list_searches(cast.lan.actor) == []


def test_one_notice_tells_of_what_is_new_and_only_once(cast: Cast):
    saved = keep(cast.ha)
    make_item(cast.lan.actor, "Phân số bằng nhau", subject="toan")
    make_item(cast.lan.actor, "Cộng hai phân số", subject="toan")
    make_item(cast.lan.actor, "Phân số trong văn học", subject="ngu-van")
    index_all()
    tell_saved_searches()
    assert told(cast.ha) == [2]
    assert not has_due_searches()
    make_due(saved)
    tell_saved_searches()
    assert told(cast.ha) == [2]
    make_item(cast.lan.actor, "Trừ hai phân số", subject="toan")
    index_all()
    make_due(saved)
    tell_saved_searches()
    assert told(cast.ha) == [2, 1]


def test_a_new_version_is_news_and_a_change_of_nothing_is_not(cast: Cast):
    saved = keep(cast.ha)
    version = make_item(cast.lan.actor, "Phân số", subject="toan")
    index_all()
    tell_saved_searches()
    with write():
        services.publish_item(cast.lan.actor, version.item.uuid, scope="public")
    index_all()
    make_due(saved)
    tell_saved_searches()
    assert told(cast.ha) == [1]
    with write():
        services.add_version(cast.lan.actor, version.item.uuid, [prepare_text("Phân số, bản hai.")])
        services.publish_item(cast.lan.actor, version.item.uuid, scope="public")
    index_all()
    make_due(saved)
    tell_saved_searches()
    assert told(cast.ha) == [1, 1]


def test_only_what_one_may_see_is_told_and_never_ones_own(cast: Cast):
    keep(cast.ha), keep(cast.phuc), keep(cast.lan)
    make_item(cast.lan.actor, "Phân số của trường", subject="toan", scope="school", home=cast.school)
    make_item(cast.lan.actor, "Phân số nháp", subject="toan", scope=None)
    index_all()
    tell_saved_searches()
    assert (told(cast.ha), told(cast.phuc), told(cast.lan)) == ([1], [], [])


def test_a_circle_that_widens_is_news_for_those_outside_only(cast: Cast):
    inside, outside = keep(cast.ha), keep(cast.phuc)
    version = make_item(cast.lan.actor, "Phân số", subject="toan", scope="school", home=cast.school)
    index_all()
    tell_saved_searches()
    with write():
        services.publish_item(cast.lan.actor, version.item.uuid, scope="public")
    index_all()
    make_due(inside), make_due(outside)
    tell_saved_searches()
    assert (told(cast.ha), told(cast.phuc)) == ([1], [1])


def test_what_was_made_private_before_the_look_is_not_told(cast: Cast):
    keep(cast.ha)
    version = make_item(cast.lan.actor, "Phân số", subject="toan")
    index_all()
    with write():
        services.retire_item(cast.lan.actor, version.item.uuid)
    # The index still knows it: the rows decide. The queue is emptied, so that the moment counts as settled.
    store = services.open_store()
    with write():
        store.settle_pending(store.read_pending().row_ids)
    tell_saved_searches()
    assert told(cast.ha) == []


def test_what_was_made_private_after_the_look_is_named_nowhere(
    cast: Cast, browse_as: Enter, client: FlaskClient
):
    saved = keep(cast.ha)
    version = make_item(cast.lan.actor, "Phân số bí mật", subject="toan")
    index_all()
    tell_saved_searches()
    browser = browse_as(cast.ha)
    assert "Phân số bí mật" in browser.get(f"/library/searches/{saved.uuid}").text
    with write():
        services.retire_item(cast.lan.actor, version.item.uuid)
    page = browser.get(f"/library/searches/{saved.uuid}?lang=en")
    assert page.status_code == 200 and "Phân số bí mật" not in page.text
    assert "bí mật" not in str(db.session.scalars(select(Notice.about)).all())


def test_what_the_index_has_not_taken_in_is_told_at_a_later_look(cast: Cast):
    saved = keep(cast.ha)
    make_item(cast.lan.actor, "Phân số", subject="toan")
    tell_saved_searches()
    assert told(cast.ha) == []
    index_all()
    make_due(saved)
    tell_saved_searches()
    assert told(cast.ha) == [1]


def test_what_was_published_and_not_indexed_is_told_at_a_later_look(cast: Cast):
    saved = keep(cast.ha)
    draft = make_item(cast.lan.actor, "Phân số", subject="toan", scope=None)
    index_all()
    with write():
        services.publish_item(cast.lan.actor, draft.item.uuid, scope="public")
    tell_saved_searches()
    assert told(cast.ha) == []
    index_all()
    make_due(saved)
    tell_saved_searches()
    assert told(cast.ha) == [1]


def test_without_the_engine_the_look_is_made_up_for(cast: Cast, act: Flask, monkeypatch: pytest.MonkeyPatch):
    saved = keep(cast.ha)
    make_item(cast.lan.actor, "Phân số", subject="toan")
    index_all()

    def refuse(_query: object) -> None:
        raise SearchUnavailable()

    with monkeypatch.context() as patch:
        patch.setattr(act.extensions["item_index"], "search", refuse)
        tell_saved_searches()
        assert not has_due_searches()
    make_due(saved)
    tell_saved_searches()
    assert told(cast.ha) == [1]


def test_whoever_wants_no_alerts_or_cannot_sign_in_hears_nothing(cast: Cast):
    keep(cast.ha), keep(cast.phuc)
    with write():
        saved_searches.change_search(
            cast.ha.actor, list_searches(cast.ha.actor)[0].uuid, name="x", alerts="none"
        )
        cast.phuc.user.status = "deactivated"
    make_item(cast.lan.actor, "Phân số", subject="toan")
    index_all()
    tell_saved_searches()
    assert (told(cast.ha), told(cast.phuc)) == ([], [])
    assert not has_due_searches()


def test_alerts_begin_when_they_are_chosen(cast: Cast):
    with write():
        saved = keep_search(cast.ha.actor, FRACTIONS)
    make_item(cast.lan.actor, "Phân số cũ", subject="toan")
    index_all()
    with write():
        saved_searches.change_search(cast.ha.actor, saved.uuid, name="x", alerts="weekly")
    assert saved.due_at is not None and saved.due_at > now() + timedelta(days=6)
    make_due(saved)
    tell_saved_searches()
    assert told(cast.ha) == []


def test_two_workers_at_once_make_one_notice(cast: Cast, act: Flask):
    for number in range(3):
        keep(cast.ha, Search(q=f"phân số {number}" if number else "phân số"))
    make_item(cast.lan.actor, "Phân số 1 2", subject="toan")
    index_all()
    start, failed = threading.Barrier(2), list[BaseException]()

    def work() -> None:
        with act.app_context():
            try:
                start.wait()
                tell_saved_searches()
            except BaseException as error:
                failed.append(error)
            finally:
                db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(2)]
    [worker.start() for worker in workers], [worker.join() for worker in workers]
    assert not failed
    assert told(cast.ha) == [1, 1, 1]


def test_a_quiet_night_costs_a_few_statements_however_many_searches(cast: Cast, query_count: Callable):
    def cost(searches: int) -> int:
        for number in range(searches):
            keep(cast.ha, Search(q=f"bài {searches} {number}"))
        with query_count() as sent:
            tell_saved_searches()
        return len([one for one in sent if one.startswith("SELECT")])

    assert cost(8) <= cost(1) + 1


def test_searches_follow_their_person_into_the_kept_account(cast: Cast):
    mine, both = keep(cast.phuc, Search(q="một")), keep(cast.phuc)
    keep(cast.ha)
    with write():
        event = UsersMerged(merge_id=0, kept_id=cast.ha.user.id, merged_id=cast.phuc.user.id)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("lms.library.saved_searches.joined_accounts.note_change", lambda *_values: None)
            carry_searches(event)
    assert {row.id for row in list_searches(cast.ha.actor)} >= {mine.id}
    assert [row.id for row in list_searches(cast.phuc.actor)] == [both.id]


def test_keeping_changing_and_removing_through_the_pages(client: FlaskClient, cast: Cast, browse_as: Enter):
    make_item(cast.lan.actor, "Phân số", subject="toan")
    index_all()
    browser = browse_as(cast.ha)
    page = browser.get("/library?q=phan+so&subject=toan&lang=en").text
    assert "Keep this search" in page
    answer = browser.post(
        "/library/searches", data={"q": "phan so", "subject": "toan", "name": "Phân số 6", "alerts": "daily"}
    )
    assert answer.status_code == 303 and "subject=toan" in answer.location
    saved = list_searches(cast.ha.actor)[0]
    listed = browser.get("/library/searches").text
    assert "Phân số 6" in listed and "“phan so”" in listed and "Toán" in listed
    refused = browser.post(f"/library/searches/{saved.uuid}", data={"name": " ", "alerts": "daily"})
    assert refused.status_code == 422 and 'aria-invalid="true"' in refused.text
    browser.post(f"/library/searches/{saved.uuid}", data={"name": "Tên mới", "alerts": "none"})
    assert "Tên mới" in browser.get("/library/searches").text
    browser.post(f"/library/searches/{saved.uuid}/remove")
    gone = browser.get("/library/searches").text
    undo = gone.partition('action="/library/searches?')[2].partition('"')[0].replace("&amp;", "&")
    browser.post(f"/library/searches?{undo}")
    db.session.rollback()
    assert [(row.name, row.address) for row in list_searches(cast.ha.actor)] == [
        ("Tên mới", {"q": "phan so", "subject": ["toan"]})
    ]


def test_a_stranger_is_asked_to_sign_in(client: FlaskClient, cast: Cast):
    assert "Keep this search" not in client.get("/library?q=a&lang=en").text
    for answer in (client.get("/library/searches"), client.post("/library/searches", data={"q": "a"})):
        assert answer.status_code == 303 and "/sign-in" in answer.location


def test_an_address_without_words_is_refused_with_a_reason(cast: Cast, browse_as: Enter):
    answer = browse_as(cast.ha).post("/library/searches?lang=en", data={"q": "   "})
    assert answer.status_code == 422 and "Type some words or tick a box first" in answer.text
