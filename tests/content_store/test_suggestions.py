"""Changes that others offer: only what differs, on top of whatever came meanwhile, decided once."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from content_store.differences import compare_files, compare_metadata, compare_text
from content_store.errors import Conflict, StoreError
from content_store.models import Version
from content_store.store import ContentStore, Metadata, NewFile
from content_store.suggestions import (
    accept_suggestion,
    close_suggestion,
    is_behind,
    proposed_version,
    suggest_change,
)
from content_store.values import metadata_of

LAN, PHUC = "user:lan", "user:phuc"


def text(words: str) -> NewFile:
    return NewFile("bai.md", io.BytesIO(words.encode()))


def item(store: ContentStore) -> Version:
    said = Metadata(title="Phân số", license_id="CC-BY-4.0", authors=("Cô Lan",))
    version = store.add(owner=LAN, files=[text("# Một\n\nTử chia mẫu.")], metadata=said)
    store.publish(version.item.uuid, audiences=frozenset({"public"}))
    return version


def offer(store: ContentStore, version: Version, words: str = "", **changes: object):
    return suggest_change(
        store.session,
        version,
        author=PHUC,
        credit="Thầy Phúc",
        note="Sửa lỗi",
        metadata=replace(metadata_of(version), **changes) if changes else None,  # type: ignore[arg-type]
        file=store.prepare([text(words)])[0] if words else None,
    )


def test_an_accepted_offer_is_the_next_version_and_credits_whoever_made_it(store: ContentStore):
    version = item(store)
    made = offer(store, version, "# Một\n\nTử số chia cho mẫu số.", title="Phân số là gì")
    row, new = accept_suggestion(store, made.uuid, by=LAN, expected=1, answer="Cảm ơn")
    assert (new.number, new.title, new.authors) == (2, "Phân số là gì", ["Cô Lan", "Thầy Phúc"])
    assert "chia cho mẫu số" in new.text() and "Thầy Phúc" in new.note
    assert (row.state, row.made_number, row.answer) == ("accepted", 2, "Cảm ơn")
    assert "Thầy Phúc" in new.attribution("vi")


def test_an_offer_holds_only_what_differs_so_that_it_fits_a_newer_version(store: ContentStore):
    version = item(store)
    made = offer(store, version, grades=(6, 7))
    assert made.changes == {"grades": (6, 7)}
    store.update_metadata(version.item.uuid, replace(metadata_of(version), title="Tên mới"), owner=LAN)
    store.session.expire_all()
    assert is_behind(made)
    with pytest.raises(Conflict) as moved:
        accept_suggestion(store, made.uuid, by=LAN, expected=1)
    assert moved.value.code == "version-conflict"
    _row, new = accept_suggestion(store, made.uuid, by=LAN, expected=2)
    assert (new.number, new.title, new.grades) == (3, "Tên mới", [6, 7])


def test_it_is_compared_with_the_item_before_it_is_taken_in(store: ContentStore):
    version = item(store)
    made = offer(store, version, "# Một\n\nTử số chia mẫu.", title="Khác")
    proposed = proposed_version(made, version)
    assert {one.name for one in compare_metadata(version, proposed)} == {"title", "authors"}
    assert [one.kind for one in compare_files(version, proposed)] == ["changed"]
    assert compare_text(version.text(), proposed.text()).added == 1
    store.session.flush()
    assert store.get(version.item.uuid).number == 1


def test_nothing_changed_nothing_said_and_too_many_are_refused(store: ContentStore):
    version = item(store)
    with pytest.raises(StoreError) as same:
        offer(store, version, "# Một\n\nTử chia mẫu.", title="Phân số")
    assert same.value.code == "nothing-changes"
    with pytest.raises(StoreError) as silent:
        suggest_change(store.session, version, author=PHUC, note=" ", metadata=Metadata(title="x"))
    assert silent.value.code == "no-note"
    for number in range(3):
        offer(store, version, title=f"Tên {number}")
    with pytest.raises(Conflict):
        offer(store, version, title="Tên nữa")


def test_the_same_offer_sent_twice_is_one(store: ContentStore):
    version = item(store)
    first = offer(store, version, title="Phân số là gì", grades=(6,))
    assert offer(store, version, title="Phân số là gì", grades=(6,)) is first
    words = offer(store, version, "# Một\n\nTử số chia cho mẫu số.")
    assert words is not first and offer(store, version, "# Một\n\nTử số chia cho mẫu số.") is words
    close_suggestion(store.session, first.uuid, "declined", by=LAN, answer="Chưa")
    assert offer(store, version, title="Phân số là gì", grades=(6,)) is not first


def test_the_license_is_no_matter_of_an_offer(store: ContentStore):
    version = item(store)
    with pytest.raises(StoreError):
        offer(store, version, license_id="CC0-1.0")


def test_it_is_answered_once_and_declined_with_words(store: ContentStore):
    made = offer(store, item(store), title="Khác")
    with pytest.raises(StoreError) as silent:
        close_suggestion(store.session, made.uuid, "declined", by=LAN)
    assert silent.value.code == "no-answer"
    close_suggestion(store.session, made.uuid, "declined", by=LAN, answer="Chưa đúng")
    for again in ("withdrawn", "declined"):
        with pytest.raises(Conflict):
            close_suggestion(store.session, made.uuid, again, by=LAN, answer="x")
    with pytest.raises(Conflict):
        accept_suggestion(store, made.uuid, by=LAN, expected=1)
