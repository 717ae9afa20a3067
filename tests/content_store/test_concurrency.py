"""Two people at once, on a database that lets them."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from content_store.blobs import Blobs
from content_store.collections import create_collection
from content_store.models import Base, Collection
from content_store.store import ContentStore, NewFile
from tests.fixtures_postgres import fresh_database

pytestmark = pytest.mark.postgres


@pytest.fixture
def engine(postgres_url: str):
    engine = create_engine(fresh_database(postgres_url))
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def file(text: str) -> NewFile:
    return NewFile("a.md", io.BytesIO(text.encode()))


def test_versions_added_at_the_same_moment_get_numbers_of_their_own(engine, blobs: Blobs):
    with Session(engine) as session:
        uuid = ContentStore(session, blobs=blobs).add(owner="lan", files=[file("một")]).item.uuid
        session.commit()
    has_read = threading.Event()

    def second() -> int:
        with Session(engine) as session:
            store = ContentStore(session, blobs=blobs)
            seen = store.get(uuid)
            has_read.set()
            added = store.add_version(uuid, owner="hung", files=[file("ba")])
            session.commit()
            assert seen.number == 1
            return added.number

    with ThreadPoolExecutor(1) as pool, Session(engine) as session:
        store = ContentStore(session, blobs=blobs)
        first = store.add_version(uuid, owner="lan", files=[file("hai")])
        other = pool.submit(second)
        assert has_read.wait(60)
        session.commit()
        assert (first.number, other.result(60)) == (2, 3)


def test_the_same_new_file_added_at_the_same_moment_is_recorded_once(engine, blobs: Blobs):
    barrier = threading.Barrier(2)

    def add(owner: str) -> UUID:
        with Session(engine) as session:
            store = ContentStore(session, blobs=blobs)
            prepared = store.prepare([file("cùng một tệp")])
            session.rollback()
            barrier.wait(60)
            version = store.add(owner=owner, files=prepared)
            session.commit()
            assert version.main
            return version.main.reading.id

    with ThreadPoolExecutor(2) as pool:
        readings = list(pool.map(add, ["lan", "hung"]))
    assert readings[0] == readings[1]


def test_a_button_pressed_twice_within_a_moment_makes_one_collection(engine):
    with Session(engine) as first, Session(engine) as second, Session(engine) as third:
        made = create_collection(first, owner="lan", title="Ôn tập").uuid
        second.execute(text("SET LOCAL lock_timeout = '50ms'"))
        with pytest.raises(OperationalError):  # it waits for what the first press makes
            create_collection(second, owner="lan", title="Ôn tập")
        second.rollback()
        other = create_collection(
            third, owner="hung", title="Ôn tập"
        ).uuid  # nobody waits for somebody else's
        third.commit()
        first.commit()
        assert create_collection(second, owner="lan", title="Ôn tập").uuid == made != other
        second.commit()
        assert second.scalar(select(func.count()).select_from(Collection)) == 2
