"""What an item stands for in search: the reviewed mark by the store itself, the other steps as they are told."""

from __future__ import annotations

from sqlalchemy import func, select

from content_store.models import Item, SearchQueueRow
from content_store.reviewing import mark_reviewed
from content_store.search import Query
from content_store.standing import MOST, REVIEWED, set_standings, standing_of
from content_store.store import ContentStore, Metadata

PUBLIC = frozenset({"public"})


def add(store: ContentStore, *, source: str) -> Item:
    metadata = Metadata(title="Phân số", license_id="link-only", source_url=source)
    item = store.add(owner="user:lan", files=[], metadata=metadata).item
    store.publish(item.uuid, audiences=PUBLIC)
    return item


def bring_up_to_date(store: ContentStore) -> int:
    pending = store.read_pending()
    store.index_pending(pending)
    store.settle_pending(pending.row_ids)
    return pending.count


def found(store: ContentStore) -> list[str]:
    return [hit.uuid for hit in store.search(Query("phân số", PUBLIC)).hits]


def test_of_two_equal_items_the_reviewed_one_comes_first_as_long_as_its_version_is_shown(store: ContentStore):
    old, new = add(store, source="https://one.example"), add(store, source="https://two.example")
    bring_up_to_date(store)
    assert found(store) == [str(new.uuid), str(old.uuid)]
    mark_reviewed(store.session, store.get(old.uuid))
    bring_up_to_date(store)
    assert found(store) == [str(old.uuid), str(new.uuid)]
    assert standing_of(store.get(old.uuid)) == REVIEWED
    store.add_version(old.uuid, owner="user:lan", files=[], metadata=None)
    store.publish(old.uuid, audiences=PUBLIC)
    assert standing_of(store.get(old.uuid)) == 0


def test_only_items_whose_steps_change_are_indexed_again(store: ContentStore):
    old, new = add(store, source="https://one.example"), add(store, source="https://two.example")
    bring_up_to_date(store)
    moment = old.updated_at
    assert set_standings(store.session, {old.uuid: 1, new.uuid: 0}) == 1
    assert set_standings(store.session, {old.uuid: 1, new.uuid: 0}) == 0
    assert store.session.scalar(select(func.count(SearchQueueRow.id))) == 1
    bring_up_to_date(store)
    assert found(store) == [str(old.uuid), str(new.uuid)]
    store.session.refresh(old)
    assert (old.standing, old.updated_at) == (1, moment)


def test_a_rebuild_takes_standings_in(store: ContentStore):
    old, _new = add(store, source="https://one.example"), add(store, source="https://two.example")
    assert set_standings(store.session, {old.uuid: 99}) == 1
    store.settle_rebuilt(store.rebuild_index())
    assert (old.standing, found(store)[0]) == (MOST, str(old.uuid))
