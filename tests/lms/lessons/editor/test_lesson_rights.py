"""The editor says what the lesson may be shared as, what conflicts, and finds what would resolve it."""

from __future__ import annotations

import re

import pytest

from content_store.search import SearchUnavailable
from lms.core.db import db
from lms.lessons.services.drafts import activities_of

EN = "?lang=en"


def editor(room):
    return f"/teach/lessons/{room.lesson.uuid}"


def insert(lan, room, item):
    """Insert an item at the end and return its block's uuid."""
    lan.post(f"{editor(room)}/items", data={"item": item})
    db.session.rollback()
    db.session.expire_all()
    return activities_of(room.lesson.id)[-1].uuid


def rights(lan, room, language="en"):
    """Return the words of the rights, '' where the page shows none."""
    page = lan.get(f"{editor(room)}?lang={language}").text
    found = re.search(r'<section class="rights".*?</section>', page, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", found[0])) if found else ""


def finds(lan, room):
    """Return the addresses under which others are sought."""
    page = lan.get(f"{editor(room)}{EN}").text
    return [address.replace("&amp;", "&") for address in re.findall(r'href="([^"]*fits=[^"]*)"', page)]


def test_a_lesson_of_its_authors_words_says_nothing_of_rights(room, lan):
    assert rights(lan, room) == ""


def test_the_lesson_takes_over_what_its_materials_ask_for(room, lan, shelve):
    insert(lan, room, shelve("Sơ đồ phân số"))
    said = rights(lan, room)
    assert "Shared as it is: CC BY 4.0" in said and "mix the materials: CC BY 4.0" in said
    insert(lan, room, shelve("Bài đọc phi thương mại", license_id="CC-BY-NC-4.0"))
    said = rights(lan, room)
    assert "Shared as it is: CC BY-NC 4.0" in said and "Not for selling: CC BY-NC 4.0." in said
    assert "Không được bán: CC BY-NC 4.0." in rights(lan, room, "vi")


def test_a_conflict_is_said_after_the_insert_and_gone_after_the_removal(room, lan, shelve):
    insert(lan, room, shelve("Tranh tương tự", license_id="CC-BY-SA-4.0"))
    assert "no license fits" not in rights(lan, room)
    block = insert(lan, room, shelve("Tranh không bán", license_id="CC-BY-NC-4.0"))
    said = rights(lan, room)
    assert "Shared as it is: CC BY-NC-SA 4.0" in said
    assert "no license fits" in said and "forbids selling" in said
    assert "không giấy phép nào hợp" in rights(lan, room, "vi")
    lan.post(f"{editor(room)}/activities/{block}/trash")
    assert "no license fits" not in rights(lan, room)


def test_a_script_gets_the_rights_with_the_blocks(room, lan, shelve):
    item = shelve("Tranh", license_id="CC-BY-ND-4.0")
    address = f"{editor(room)}/items{EN}"
    answer = lan.post(address, data={"item": item}, headers={"X-Fragment": "1"})
    piece = lan.get(answer.location, headers={"X-Fragment": "1"}).text
    assert "<html" not in piece
    assert (
        'data-rights="' in piece
        and "no changed version may be shared"
        in lan.get(f"{editor(room)}{EN}", headers={"X-Fragment": "1"}).text
    )


@pytest.mark.parametrize(
    ("others", "fitting", "unfit"),
    [
        (["CC-BY-SA-4.0"], "CC-BY-4.0", "CC-BY-NC-ND-4.0"),
        (["CC-BY-NC-SA-4.0"], "CC-BY-NC-4.0", "CC-BY-SA-4.0"),
    ],
)
def test_find_another_shows_only_what_resolves_the_conflict(room, lan, shelve, others, fitting, unfit):
    good = shelve("Tranh ghe hợp", license_id=fitting)
    bad = shelve("Tranh ghe không hợp", license_id=unfit)
    for number, license_id in enumerate(others):
        insert(lan, room, shelve(f"Khác {number}", license_id=license_id))
    block = insert(lan, room, shelve("Tranh không sửa", license_id="CC-BY-ND-4.0"))
    address = next(one for one in finds(lan, room) if str(block) in one and "fits=adaptation" in one)
    page = lan.get(f"{address}&q=tranh+ghe").text
    assert good in page and bad not in page
    version = next(row.version for row in activities_of(room.lesson.id) if row.uuid == block)
    lan.post(f"{editor(room)}/activities/{block}/item", data={"item": good, "version": version})
    assert "no license fits" not in rights(lan, room)


def test_a_license_that_does_not_fit_is_not_let_in_by_a_second_filter_or_a_resting_engine(
    room, lan, shelve, monkeypatch
):
    good, bad = shelve("Ghe hợp"), shelve("Ghe không hợp", license_id="CC-BY-NC-4.0")
    block = insert(lan, room, shelve("Tranh", license_id="CC-BY-SA-4.0"))
    insert(lan, room, shelve("Tranh hai", license_id="CC-BY-SA-4.0"))
    address = f"{editor(room)}/library?fits=adaptation&replace={block}&q=ghe"
    page = lan.get(f"{address}&license=CC-BY-NC-4.0").text
    assert bad not in page and good in page

    def rest(*_args, **_kwargs):
        raise SearchUnavailable

    monkeypatch.setattr("content_store.store.ContentStore.search", rest)
    page = lan.get(address).text
    assert bad not in page and good in page


def test_a_freer_one_is_found_where_a_material_narrows_the_lesson(room, lan, shelve):
    free, narrow = shelve("Ghe tự do"), shelve("Ghe phi thương mại", license_id="CC-BY-NC-4.0")
    block = insert(lan, room, narrow)
    address = next(one for one in finds(lan, room) if "fits=limit-selling" in one and str(block) in one)
    page = lan.get(f"{address}&q=ghe").text
    assert free in page and narrow not in page
    assert narrow in lan.get(f"{editor(room)}/library?q=ghe").text


def test_an_unknown_filter_is_no_filter_and_a_foreign_block_is_not_there(room, lan, shelve):
    item = shelve("Ghe", license_id="CC-BY-NC-4.0")
    assert item in lan.get(f"{editor(room)}/library?q=ghe&fits=tat-ca").text
    absent = "00000000-0000-7000-8000-000000000000"
    assert lan.get(f"{editor(room)}/library?fits=adaptation&replace={absent}").status_code == 404


def test_what_is_only_linked_to_is_no_part_of_the_lesson(room, lan, shelve):
    insert(lan, room, shelve("Sách giáo khoa", license_id="link-only", source="https://example.org/sach"))
    said = rights(lan, room)
    assert "Its materials ask for nothing." in said and "Shared as it is" not in said
    assert "Linked to, not copied." in lan.get(f"{editor(room)}/sources{EN}").text
    assert "may be shared" not in lan.get(f"{editor(room)}/sources?as=text&lang=en").text
    insert(lan, room, shelve("Tranh"))
    said = rights(lan, room)
    assert "Shared as it is: CC BY 4.0" in said
    assert "Only linked to, so no part of the lesson: Sách giáo khoa" in said


def test_reserved_rights_keep_the_lesson_here(room, lan, shelve):
    insert(lan, room, shelve("Đề thi", license_id="all-rights-reserved"))
    said = rights(lan, room)
    assert "Only for use here, not to be shared outside" in said and "ask the holder" in said
