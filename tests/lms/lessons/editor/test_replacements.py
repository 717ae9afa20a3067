"""What may stand in the place of a work: the likest first, within its type and subject, never what is not shared."""

from __future__ import annotations

import re

import pytest

from content_store.search import SearchUnavailable
from lms.library.replacements import find_replaced, find_replacements
from tests.factories.library import index_all, make_item
from tests.lms.lessons.editor.test_lesson_rights import editor, finds, insert

CYCLE = "Nước biển bốc hơi thành mây, mây ngưng tụ thành mưa, mưa chảy ra sông rồi về biển."
FRACTIONS = "Quy đồng mẫu số rồi so sánh hai phân số cùng mẫu."


def make(room, title, text=CYCLE, *, license_id="CC-BY-4.0", subject="khoa-hoc", **about):
    return make_item(room.actor("thu"), title, text, license_id=license_id, subject=subject, **about)


def shown(page):
    """The items of the shelf, in order."""
    return re.findall(r'data-item="([^"]+)"', page)


@pytest.fixture
def conflict(room, lan):
    """A lesson on fractions with a book on water that may not be mixed in; the address of "find another"."""
    other = make(room, "Phân số tương tự", FRACTIONS, license_id="CC-BY-SA-4.0", subject="toan")
    book = make(room, "Vòng tuần hoàn của nước", license_id="CC-BY-NC-ND-4.0")
    index_all()
    insert(lan, room, str(other.item.uuid))
    block = insert(lan, room, str(book.item.uuid))
    return book, next(one for one in finds(lan, room) if str(block) in one and "fits=adaptation" in one)


def test_another_book_on_the_water_is_found_not_pictures_of_fractions(room, lan, conflict):
    book, address = conflict
    for number in range(3):
        make(room, f"Tranh phân số {number}", FRACTIONS, subject="toan", grades=(6,))
    near = make(room, "Mây và mưa", grades=(4,))
    far = make(room, "Cây xanh cần ánh sáng", "Lá cây quang hợp nhờ ánh sáng mặt trời.")
    unfit = make(room, "Hơi nước và mây", license_id="CC-BY-NC-ND-4.0")
    kept = make(room, "Nước biển và mây", scope=None)
    index_all()
    page = lan.get(f"{address}&lang=en").text
    assert shown(page) == [str(near.item.uuid)]
    assert "The likest to “Vòng tuần hoàn của nước” come first." in page
    for other in (book, far, unfit, kept):
        assert f'data-item="{other.item.uuid}"' not in page
    assert "giống “Vòng tuần hoàn của nước” nhất" in lan.get(f"{address}&lang=vi").text
    assert str(far.item.uuid) in lan.get(f"{address}&q=cây+xanh").text


def test_where_likeness_knows_too_little_the_words_of_the_title_are_asked(room, lan):
    book = make(room, "Vòng đời của bướm", "Trứng nở ra sâu.", license_id="CC-BY-NC-ND-4.0")
    named = make(room, "Bướm của em: đời, vòng", "Phiếu hỏi ngắn.")
    index_all()
    block = insert(lan, room, str(book.item.uuid))
    page = lan.get(f"{editor(room)}/library?replace={block}").text
    assert shown(page) == [str(named.item.uuid)]


def test_the_teacher_may_widen_the_type_and_the_subject(room, lan, conflict):
    _book, address = conflict
    elsewhere = make(room, "Mây và mưa quê em", subject="ngu-van")
    index_all()
    assert str(elsewhere.item.uuid) not in lan.get(address).text
    assert shown(lan.get(f"{address}&q=&subject=&type=&grade=&license=").text)[0] == str(elsewhere.item.uuid)


def test_a_resting_engine_lists_only_what_resolves_the_conflict(room, lan, act, conflict, monkeypatch):
    book, address = conflict
    near = make(room, "Mây và mưa")
    index_all()

    def rest(*_args, **_kwargs):
        raise SearchUnavailable

    monkeypatch.setattr("content_store.store.ContentStore.search", rest)
    monkeypatch.setattr(act.extensions["item_index"], "similar", rest)
    page = lan.get(f"{address}&lang=en").text
    assert "come first" not in page
    assert str(near.item.uuid) in page and f'data-item="{book.item.uuid}"' not in page


def test_more_likely_works_ask_no_more_of_the_database(room, conflict, query_count):
    book, _address = conflict
    counts = []
    for number in (2, 8):
        for one in range(number):
            make(room, f"Mây và mưa {number} {one}")
        index_all()
        replaced, teacher = find_replaced(book.pin), room.actor("lan")
        with query_count() as sent:
            page = find_replacements(teacher, replaced, filters={}, size=12)
        assert page.rows
        counts.append(len(sent))
    assert counts[1] <= counts[0] <= 16
