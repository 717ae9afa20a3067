"""The tree of the general education program: the open list, its reading, and items that stand in it."""

from __future__ import annotations

import io

import pytest
from sqlalchemy.orm import Session

from content_store import curriculum
from content_store.catalogue import get_item
from content_store.curriculum import facet_topics, place_item, read_topics, strands_of, subjects_of, topics
from content_store.errors import StoreError
from content_store.search import Query
from content_store.store import ContentStore, Metadata, NewFile
from content_store.taxonomy import ADULT, SUBJECTS

LAN = "user:lan"


def test_every_name_is_there_once_and_every_topic_is_taught_within_its_strand() -> None:
    listed = list(read_topics(curriculum._FILE.read_text(encoding="utf-8")))
    assert len(listed) == len(topics()) > 250
    for topic in listed:
        assert topic.vi and topic.en and len(topic.id) <= 40
        if topic.parent:
            assert set(topic.grades) <= set(topics()[topic.parent].grades), topic.id


def test_each_grade_has_the_subjects_of_the_program() -> None:
    named = {grade: {term.id for term in subjects_of(grade)} for grade in range(1, 13)}
    for grade in range(1, 13):
        assert {"toan", "ngoai-ngu-1", "giao-duc-the-chat", "trai-nghiem"} <= named[grade]
    assert all("tieng-viet" in named[grade] and "dao-duc" in named[grade] for grade in range(1, 6))
    assert all({"khoa-hoc-tu-nhien", "lich-su-dia-li", "ngu-van"} <= named[grade] for grade in range(6, 10))
    sciences = {"vat-li", "hoa-hoc", "sinh-hoc", "lich-su", "quoc-phong-an-ninh"}
    assert all(sciences <= named[grade] for grade in (10, 11, 12))
    assert not sciences & named[9] and "tin-hoc" not in named[2]
    assert {term.id for term in subjects_of(ADULT)} == {
        key for key, term in SUBJECTS.items() if not term.grades
    }


def test_main_subjects_have_strands_in_every_grade_they_are_taught() -> None:
    for subject in ("toan", "ngu-van", "tieng-viet", "khoa-hoc-tu-nhien", "vat-li", "hoa-hoc", "sinh-hoc"):
        for grade in SUBJECTS[subject].grades:
            assert strands_of(subject, (grade,)), (subject, grade)


def test_a_grade_shows_its_own_topics_only() -> None:
    below = {strand.id: [topic.id for topic in found] for strand, found in strands_of("toan", (6,))}
    assert "toan.phan-so" in below["toan.so-dai-so"]
    assert "toan.so-huu-ti" not in below["toan.so-dai-so"]
    assert "toan.dai-so-giai-tich" not in below


@pytest.mark.parametrize(
    "text",
    ["magic\n  a | A | A | 1", "toan\n  a | A | 1", "toan\n  a | A | A | 0-3", "vat-li\n  a | A | A | 9"],
)
def test_a_line_that_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=r"Line \d"):
        list(read_topics(text))


def test_an_item_is_found_under_its_topic_and_the_strand_above() -> None:
    assert facet_topics("toan", ["toan.phan-so", "unknown"]) == ("toan.so-dai-so", "toan.phan-so")
    assert facet_topics("ngu-van", ["toan.phan-so"]) == ()


def test_placing_is_kept_found_and_changed(store: ContentStore, store_session: Session) -> None:
    said = Metadata(title="Phân số", license_id="CC-BY-4.0", subject="toan", grades=(6,))
    file = NewFile("bai.md", io.BytesIO(b"chung"))
    item = store.add(owner=LAN, files=[file], metadata=said).item
    store.publish(item.uuid, audiences=frozenset({"public"}))
    item = get_item(store_session, item.uuid, lock=True)
    assert place_item(store_session, item, ["toan.phan-so", "toan.so-nguyen"])
    assert not place_item(store_session, item, ["toan.so-nguyen", "toan.phan-so"])
    assert curriculum.topics_of(store_session, [item.id]) == {item.id: ["toan.so-nguyen", "toan.phan-so"]}
    store.mark_dirty(item.uuid)
    store.index_pending(store.read_pending())
    asked = Query("", frozenset({"public"}), facets=("topic",))
    counts = {"toan.so-dai-so": 1, "toan.so-nguyen": 1, "toan.phan-so": 1}
    assert store.search(asked).facets["topic"] == counts
    for refused in (["magic"], list(topics())[:13]):
        with pytest.raises(StoreError):
            place_item(store_session, item, refused)
    assert place_item(store_session, item, [])
    assert curriculum.topics_of(store_session, [item.id]) == {}
