"""From a changed item to the search index, through the queue."""

from __future__ import annotations

import io
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from content_store import indexing, taxonomy
from content_store.blobs import Blobs
from content_store.errors import StoreError
from content_store.models import SearchQueueRow
from content_store.search import Query
from content_store.store import ContentStore, Metadata, NewFile

LAN = "user:lan"


def add(store: ContentStore, title: str, text: str, **more: object) -> str:
    metadata = Metadata(title=title, license_id="CC-BY-4.0", **more)  # type: ignore[arg-type]
    file = NewFile("bai.md", io.BytesIO(text.encode()))
    return str(store.add(owner=LAN, files=[file], metadata=metadata).item.uuid)


def bring_up_to_date(store: ContentStore) -> int:
    """Do what the worker does; returns how many items it took."""
    pending = store.read_pending()
    store.index_pending(pending)
    store.settle_pending(pending.row_ids)
    return pending.count


def found(store: ContentStore, text: str, *tokens: str) -> list[str]:
    return [
        hit.uuid for hit in store.search(Query(text=text, audiences=frozenset(tokens or {"public"}))).hits
    ]


def test_a_published_item_is_found_by_title_text_and_keyword_without_accents(store: ContentStore):
    uuid = add(store, "Hồi quy softmax", "Xác suất của từng lớp.", keywords=("học máy",), authors=("Cô Lan",))
    store.publish(uuid, audiences=frozenset({"public"}))
    assert bring_up_to_date(store) == 1
    for text in ("hoi quy softmax", "xac suat", "hoc may", "co lan"):
        assert found(store, text) == [uuid]


def test_a_draft_is_found_by_its_owner_alone(store: ContentStore):
    uuid = add(store, "Nháp", "bản nháp")
    bring_up_to_date(store)
    assert found(store, "nhap", LAN) == [uuid]
    assert found(store, "nhap", "public") == []


def test_a_retired_item_leaves_the_index_and_comes_back(store: ContentStore):
    uuid = add(store, "Phân số", "phân số")
    store.publish(uuid, audiences=frozenset({"public"}))
    bring_up_to_date(store)
    store.retire(uuid)
    bring_up_to_date(store)
    assert found(store, "phan so") == []
    store.restore(uuid)
    bring_up_to_date(store)
    assert found(store, "phan so") == [uuid]


def test_changes_of_one_item_are_indexed_once_and_the_queue_empties(
    store: ContentStore, store_session: Session
):
    uuid = add(store, "A", "a")
    for title in ("B", "C"):
        store.update_metadata(uuid, Metadata(title=title), owner=LAN)
    assert indexing.count_pending(store_session) == 3
    assert bring_up_to_date(store) == 1
    assert indexing.count_pending(store_session) == 0
    assert bring_up_to_date(store) == 0


def test_a_change_that_is_rolled_back_leaves_nothing_to_index(store: ContentStore, store_session: Session):
    with store_session.begin_nested() as savepoint:
        add(store, "A", "a")
        savepoint.rollback()
    assert indexing.count_pending(store_session) == 0


def test_facets_follow_the_metadata(store: ContentStore):
    uuid = add(store, "A", "a", subject="toan", grades=(6, 0))
    assert indexing.facets_of(store.get(uuid)) == {
        "subject": ("toan",),
        "topic": (),
        "grade": ("6", "adult"),
        "level": ("lower-secondary", "adult"),
        "type": ("page",),
        "language": ("vi",),
        "license": ("CC-BY-4.0",),
        "source": (),
        "duration": (),
        "reviewed": (),
        "state": ("draft",),
    }


@pytest.mark.parametrize(
    ("seconds", "band"),
    [(None, None), (0, None), (300, "to-5"), (301, "5-15"), (2700, "15-45"), (2701, "over-45")],
)
def test_a_playing_time_falls_into_one_band(seconds: float | None, band: str | None):
    assert taxonomy.duration_band(seconds) == band


def test_an_item_says_in_whose_name_it_is(store: ContentStore):
    metadata = Metadata(title="Chung", license_id="CC-BY-4.0")
    file = NewFile("bai.md", io.BytesIO(b"chung"))
    version = store.add(owner=LAN, home="place-1", files=[file], metadata=metadata)
    assert indexing.facets_of(version)["source"] == ("place-1",)


def test_a_rebuilt_index_holds_the_same(store: ContentStore, store_session: Session):
    kept, gone = add(store, "Giữ", "giữ lại"), add(store, "Bỏ", "bỏ đi")
    store.retire(gone)
    rebuilt = store.rebuild_index()
    assert rebuilt.count == 1
    assert found(store, "giu lai", LAN) == [kept]
    assert indexing.count_pending(store_session) == 3
    store.settle_rebuilt(rebuilt)
    assert indexing.count_pending(store_session) == 0


def test_a_store_without_an_index_says_so(store_session: Session, blobs: Blobs):
    with pytest.raises(StoreError, match="without a search index"):
        ContentStore(store_session, blobs=blobs).index_pending(indexing.Pending())


def test_a_change_made_while_the_engine_writes_is_not_lost(store: ContentStore, store_session: Session):
    uuid = add(store, "Trước", "bài")
    pending = store.read_pending()
    store.update_metadata(uuid, Metadata(title="Sau"), owner=LAN)
    store.index_pending(pending)
    store.settle_pending(pending.row_ids)
    assert indexing.count_pending(store_session) == 1
    bring_up_to_date(store)
    assert found(store, "sau", LAN) == [uuid]


def test_reading_what_waits_changes_no_row(store: ContentStore, store_session: Session):
    add(store, "A", "a")
    before = indexing.count_pending(store_session)
    assert store.read_pending().count == 1
    assert indexing.count_pending(store_session) == before
    assert not store_session.dirty


def test_a_change_committed_late_with_a_lower_number_survives_a_rebuild(
    store: ContentStore, store_session: Session
):
    uuid = add(store, "Trước", "bài")
    store_session.execute(update(SearchQueueRow).values(id=SearchQueueRow.id + 100))
    rebuilt = store.rebuild_index()
    store_session.add(SearchQueueRow(id=1, item_uuid=UUID(uuid)))  # as another transaction on PostgreSQL may
    store_session.flush()
    store.settle_rebuilt(rebuilt)
    assert indexing.count_pending(store_session) == 1


def test_a_passage_of_a_text_names_its_section(store: ContentStore):
    text = "# Mở đầu\n\nCon cá vàng bơi trong hồ.\n\n# Hai\n\nQuả cam chín đỏ trên cây."
    uuid = add(store, "Truyện", text, description="Chuyện kể cho em.")
    bring_up_to_date(store)
    assert places(store, "cá vàng") == ["section 1"]
    assert places(store, "qua cam") == ["section 2"]
    assert places(store, "chuyen ke") == [""]
    assert found(store, "qua cam", LAN) == [uuid]


def test_a_passage_of_captions_names_its_moment(store: ContentStore):
    cues = "WEBVTT\n\n00:00:05.000 --> 00:00:09.000\nXin chào các em.\n\n00:02:14.000 --> 00:02:20.000\nGieo con xúc xắc."
    metadata = Metadata(title="Phụ đề", license_id="CC-BY-4.0")
    store.add(owner=LAN, files=[NewFile("loi.vtt", io.BytesIO(cues.encode()))], metadata=metadata)
    bring_up_to_date(store)
    assert places(store, "xuc xac") == ["00:02:14"]


def places(store: ContentStore, text: str) -> list[str]:
    hits = store.search(Query(text=text, audiences=frozenset({LAN}))).hits
    return [passage.place for hit in hits for passage in hit.passages]


def test_what_was_published_goes_before_many_drafts(store: ContentStore):
    drafts = [add(store, f"Nháp {number}", "bản nháp") for number in range(4)]
    last = add(store, "Bài mới", "bài mới")
    store.publish(last, audiences=frozenset({"public"}))
    pending = store.read_pending(limit=2)
    assert {document.uuid for document in pending.documents} == {last, *drafts[:2]}
    store.index_pending(pending)
    store.settle_pending(pending.row_ids)
    assert found(store, "bai moi") == [last]
    while bring_up_to_date(store):
        pass
    assert sorted(found(store, "nhap", LAN)) == sorted(drafts)
