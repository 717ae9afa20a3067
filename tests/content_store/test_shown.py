"""The shown version without a session says what a session would load, and what is long is never silently empty."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from sqlalchemy import inspect
from sqlalchemy.orm.exc import DetachedInstanceError

from content_store import clock
from content_store.models import Base, Version
from content_store.recall import recall_version
from content_store.shown import find_shown, load_passages, read_html
from content_store.store import ContentStore, Metadata, NewFile

LAN, ALL = "user:lan", frozenset({"public", "org:1", "staff"})
SRT = b"1\n00:00:01,000 --> 00:00:02,000\nXin ch\xc3\xa0o.\n"


def add(store: ContentStore, *, license_id: str = "CC-BY-4.0", source_url: str | None = None) -> Version:
    link = source_url is not None
    said = Metadata(
        title="Phân số", license_id=license_id, grades=(6, 7), authors=("Cô Lan",), source_url=source_url
    )
    files = [
        NewFile("bai.md", io.BytesIO(b"# One\n\nTwo.")),
        NewFile("loi.srt", io.BytesIO(SRT), role="captions"),
    ]
    return store.add(owner=LAN, files=[] if link else files, metadata=said)


def values(row: Base) -> dict[str, object]:
    return {one.key: getattr(row, one.key) for one in inspect(type(row)).column_attrs if not one.deferred}


def whole(version: Version) -> list[dict[str, object]]:
    tokens = sorted(version.item.audience_rows, key=lambda row: row.token)
    recall = [version.recall] if version.recall else []
    readings = [file.reading for file in version.files]
    return [values(row) for row in (version, version.item, *tokens, *recall, *version.files, *readings)]


@pytest.mark.parametrize("state", ["draft", "published", "recalled", "link", "newer draft"])
def test_it_says_what_a_session_loads_in_one_statement(
    store: ContentStore, queries: Callable[[], int], state: str
):
    made = add(
        store, **({"license_id": "link-only", "source_url": "https://example.vn/"} if state == "link" else {})
    )
    if state != "draft":
        store.publish(made.item.uuid, audiences=ALL)
    if state == "newer draft":
        store.add_version(made.item.uuid, owner=LAN, files=[NewFile("b.md", io.BytesIO(b"New."))])
    if state == "recalled":
        recall_version(store.session, made.item.uuid, 1, by=LAN, reason="Sai.")
    store.session.flush()
    uuid = made.item.uuid
    store.session.expire_all()
    before = queries()
    found = find_shown(store.session, uuid)
    assert queries() == before + 1
    assert found is not None and found not in store.session
    loaded = store.get_shown(uuid)
    assert whole(found) == whole(loaded)
    assert (found.pin, found.format, found.number) == (loaded.pin, loaded.format, 1)
    assert all(file.version is found for file in found.files)
    for tokens in (ALL, {LAN}, {"user:other"}):
        assert store.may_use(found, tokens, "view") == store.may_use(loaded, tokens, "view")


def test_what_is_long_is_asked_for_and_never_silently_empty(store: ContentStore):
    made = add(store)
    store.session.flush()
    found = find_shown(store.session, made.item.uuid)
    assert found is not None and found.main is not None
    with pytest.raises(DetachedInstanceError):
        found.reading_html()
    with pytest.raises(DetachedInstanceError):
        found.text()
    assert "Two." in (read_html(store.session, found.main.reading.id) or "")
    captions = found.captions[0].reading
    assert "Xin chào." in str(load_passages(store.session, [captions.id])[captions.id])


def test_an_item_that_is_not_there_is_none(store: ContentStore):
    assert find_shown(store.session, clock.new_uuid()) is None
