"""The log of what came to new people: what is an arrival, what is none, and who is told of which."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content_store import arrivals, clock
from content_store.arrivals import Arrival, forget_arrivals, has_arrivals, list_arrived, settled_moment
from content_store.store import ContentStore, Metadata, NewFile

LAN, PUBLIC, SCHOOL = "user:lan", frozenset({"public"}), frozenset({"org:school"})
LONG_AGO, FAR = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def add(store: ContentStore, title: str = "Bài") -> str:
    file = NewFile("bai.md", io.BytesIO(b"chung"))
    said = Metadata(title=title, license_id="CC-BY-4.0")
    return str(store.add(owner=LAN, files=[file], metadata=said).item.uuid)


def count(session: Session) -> int:
    session.flush()
    return session.scalar(select(func.count()).select_from(Arrival)) or 0


def seen(session: Session, *tokens: str) -> list[str]:
    rows = list_arrived(session, LONG_AGO, FAR, audiences=frozenset(tokens), most=10)
    return [row.pin.partition("@")[2] for row in rows]


def test_a_draft_comes_to_nobody_and_its_first_publication_does(store: ContentStore, store_session: Session):
    uuid = add(store)
    assert count(store_session) == 0
    store.publish(uuid, audiences=PUBLIC)
    assert count(store_session) == 1
    assert seen(store_session, "public") == ["1"]


def test_a_new_version_and_a_wider_circle_arrive_again(store: ContentStore, store_session: Session):
    uuid = add(store)
    store.publish(uuid, audiences=SCHOOL)
    assert seen(store_session, "public") == []
    store.publish(uuid, audiences=SCHOOL | PUBLIC)
    assert count(store_session) == 2
    assert seen(store_session, "public") == ["1"]
    store.add_version(uuid, owner=LAN, files=[NewFile("bai.md", io.BytesIO(b"khac"))])
    assert count(store_session) == 2
    store.publish(uuid)
    assert count(store_session) == 3
    assert seen(store_session, "public") == ["2"]


def test_what_takes_nothing_to_anybody_new_is_no_arrival(store: ContentStore, store_session: Session):
    uuid = add(store)
    store.publish(uuid, audiences=SCHOOL | PUBLIC)
    before = count(store_session)
    store.publish(uuid, audiences=SCHOOL | PUBLIC)
    store.publish(uuid, audiences=SCHOOL)
    store.retire(uuid)
    store.restore(uuid)
    assert count(store_session) == before


def test_nobody_hears_of_own_items_or_of_what_is_gone(store: ContentStore, store_session: Session):
    uuid = add(store)
    store.publish(uuid, audiences=PUBLIC)
    assert seen(store_session, "public", LAN) == []
    store.retire(uuid)
    assert seen(store_session, "public") == []


def test_a_span_has_its_end_and_not_its_beginning(
    store: ContentStore, store_session: Session, monkeypatch: pytest.MonkeyPatch
):
    moment = datetime(2026, 5, 1, 8, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: moment)
    store.publish(add(store), audiences=PUBLIC)
    later = moment + timedelta(seconds=1)
    assert not has_arrivals(store_session, moment, later)
    assert has_arrivals(store_session, moment - timedelta(seconds=1), moment)


def test_what_the_index_has_not_taken_in_is_not_settled(store: ContentStore, store_session: Session):
    store.publish(add(store), audiences=PUBLIC)
    late = clock.now() + timedelta(hours=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: late)
        assert settled_moment(store_session) < late - arrivals.SETTLED
        store.settle_pending(store.read_pending().row_ids)
        assert settled_moment(store_session) == late - arrivals.SETTLED


def test_the_log_is_cleared_of_what_is_old(store: ContentStore, store_session: Session):
    store.publish(add(store), audiences=PUBLIC)
    store_session.flush()
    assert forget_arrivals(store_session, LONG_AGO) == 0
    assert forget_arrivals(store_session, FAR) == 1
    assert count(store_session) == 0
