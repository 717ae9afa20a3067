"""Stamps are commit order: an answer's moment and a stamp never overlap on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, delete, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from content_store import clock
from content_store.models import Item, ItemAudience, SearchQueueRow, Version
from content_store.oai import stamping
from content_store.oai.models import HarvestChange, HarvestRecord, HarvestSet

pytestmark = pytest.mark.postgres


@pytest.fixture
def engine(store_postgres: Engine) -> Iterator[Engine]:
    """Real commits, and empty tables afterwards."""
    yield store_postgres
    with Session(store_postgres) as session:
        for table in (HarvestChange, HarvestRecord, HarvestSet, SearchQueueRow, Version, ItemAudience, Item):
            session.execute(delete(table))
        session.commit()


def put(session: Session) -> Item:
    """Write a published item that everyone may see, without committing."""
    item = Item(owner="u", state="published", latest_number=1, published_number=1)
    item.audience_rows = [ItemAudience(token="public")]
    version = Version(item=item, number=1, title="A", type="link", license_id="link-only", created_by="u")
    session.add(version)
    session.flush()
    stamping.note_change(session, item.uuid)
    session.flush()
    return item


def test_while_stamps_are_given_no_answer_takes_its_moment(engine: Engine) -> None:
    with Session(engine) as writer:
        put(writer)
        writer.commit()
    with Session(engine) as stamper, Session(engine) as reader:
        assert stamping.stamp_changes(stamper) == 1
        reader.execute(text("SET LOCAL lock_timeout = '200ms'"))
        with pytest.raises(OperationalError):
            stamping.read_moment(reader)
        reader.rollback()
        stamper.commit()
        moment = stamping.read_moment(reader)
        reader.rollback()
        assert reader.scalar(select(HarvestRecord.stamp)) <= moment


def test_a_change_committed_late_gets_a_later_stamp(engine: Engine) -> None:
    with Session(engine) as slow, Session(engine) as fast, Session(engine) as stamper:
        late = put(slow)  # begun first
        early = put(fast)
        fast.commit()
        assert stamping.stamp_changes(stamper) == 1
        stamper.commit()
        reached = stamping.read_moment(stamper)
        stamper.rollback()
        slow.commit()  # committed after a harvester has passed
        assert stamping.stamp_changes(stamper) == 1
        stamper.commit()
        stamps = dict(stamper.execute(select(HarvestRecord.item_uuid, HarvestRecord.stamp)).all())
        assert stamps[early.uuid] <= reached < stamps[late.uuid]


def test_a_clock_that_jumps_back_gives_no_stamp_twice(engine: Engine) -> None:
    with Session(engine) as session:
        ahead = clock.now().replace(year=2999)
        session.add(HarvestRecord(item_uuid=clock.new_uuid(), stamp=ahead, is_deleted=True))
        put(session)
        put(session)
        session.commit()
        stamping.stamp_changes(session)
        session.commit()
        stamps = list(session.scalars(select(HarvestRecord.stamp).order_by(HarvestRecord.stamp)))
        assert stamps[0] == ahead
        assert len(set(stamps)) == 3
