from uuid import uuid4

import pytest

from lms.core.db import db
from lms.lessons.services.drafts import activities_of


def editor(room):
    return f"/teach/lessons/{room.lesson.uuid}"


def blocks(room):
    db.session.rollback()
    db.session.expire_all()
    return activities_of(room.lesson.id)


@pytest.mark.parametrize(
    ("license_id", "tone"),
    [
        ("CC-BY-4.0", "badge-ok"),
        ("CC0-1.0", "badge-ok"),
        ("sector-only", "badge-warn"),
        ("link-only", "badge-danger"),
    ],
)
def test_a_result_says_before_it_is_inserted_what_is_allowed(room, lan, shelve, license_id, tone):
    scope = "sector" if license_id == "sector-only" else "public"
    item = shelve("Hai ghe gạo", license_id=license_id, scope=scope)
    page = lan.get(f"{editor(room)}/library?q=ghe").text
    assert item in page and tone in page


def test_what_may_not_stand_in_a_lesson_has_no_button_and_is_refused(room, lan, shelve):
    item = shelve("Hai ghe gạo", license_id="link-only")
    assert f'name="item" value="{item}"' not in lan.get(f"{editor(room)}/library?q=ghe").text
    lan.post(f"{editor(room)}/items", data={"item": item})
    assert len(blocks(room)) == 3


def test_what_may_only_be_linked_to_is_inserted_as_a_link(room, lan, shelve):
    item = shelve("Sách giáo khoa", license_id="link-only", source="https://example.org/sach")
    assert f'name="item" value="{item}"' in lan.get(f"{editor(room)}/library?q=sách").text
    lan.post(f"{editor(room)}/items", data={"item": item})
    assert len(blocks(room)) == 4


def test_items_not_shared_with_me_are_not_there(room, lan, shelve):
    item = shelve("Đề thi riêng", scope="private")
    assert item not in lan.get(f"{editor(room)}/library?q=thi").text
    assert lan.post(f"{editor(room)}/items", data={"item": item}).status_code == 404
    assert lan.get(f"/teach/use/{item}").status_code == 404
    for forged in (str(uuid4()), "x", ""):
        assert lan.post(f"{editor(room)}/items", data={"item": forged}).status_code == 404


@pytest.mark.parametrize("number", ["abc", "-1", "1.5", "²", "99999999", "7"])
def test_a_version_that_is_none_is_refused(room, lan, shelve, number):
    item = shelve("Hai ghe gạo")
    data = {"item": item, "number": number}
    assert lan.post(f"{editor(room)}/items", data=data).status_code == 404
    assert len(blocks(room)) == 3
    lan.post(f"{editor(room)}/items", data={**data, "number": "1"})
    assert len(blocks(room)) == 4


def test_the_drawer_is_a_page_without_script_and_a_piece_with_it(room, lan, shelve):
    shelve("Hai ghe gạo")
    whole = lan.get(f"{editor(room)}/library").text
    assert "<html" in whole
    piece = lan.get(f"{editor(room)}/library", headers={"X-Fragment": "1"}).text
    assert "<html" not in piece and "data-drawer-close" in piece
    results = lan.get(f"{editor(room)}/library?results=1&q=ghe", headers={"X-Fragment": "1"}).text
    assert "data-drawer-close" not in results and "data-item" in results


def test_another_item_takes_the_place_and_the_note_stays(room, lan, shelve):
    first, second = shelve("Hai ghe gạo"), shelve("Phiếu bài tập", text=True)
    lan.post(f"{editor(room)}/items", data={"item": first, "after": "start"})
    block = blocks(room)[0]
    assert block.kind == "image"
    address = f"{editor(room)}/activities/{block.uuid}"
    lan.post(address, data={"version": block.version, "note": "Nhìn kĩ", "alt": "Hai chiếc ghe"})
    block = blocks(room)[0]
    chosen = lan.get(f"{editor(room)}/library?replace={block.uuid}&q=phiếu").text
    assert f"{address}/item" in chosen
    lan.post(f"{address}/item", data={"item": second, "number": "1", "version": block.version})
    again = blocks(room)[0]
    assert (again.uuid, again.kind, again.data["note"]) == (block.uuid, "document", "Nhìn kĩ")
    assert again.pin == f"{second}@1"
    lan.post(f"{address}/item", data={"item": first, "version": "1"})
    assert blocks(room)[0].pin == f"{second}@1"


def test_a_text_block_cannot_be_turned_into_an_item(room, lan, shelve):
    item = shelve("Hai ghe gạo")
    lan.post(
        f"{editor(room)}/activities/{room.text.uuid}/item", data={"item": item, "version": room.text.version}
    )
    assert (blocks(room)[0].kind, blocks(room)[0].pin) == ("text", None)


def test_an_item_found_in_the_library_goes_into_a_lesson_of_mine(room, lan, shelve):
    item = shelve("Hai ghe gạo")
    page = lan.get(f"/teach/use/{item}").text
    assert str(room.lesson.uuid) in page
    assert str(room.lesson.uuid) not in lan.get(f"/teach/use/{item}?q=khongco").text
    assert str(room.lesson.uuid) in lan.get(f"/teach/use/{item}?q=quy dong").text
    answer = lan.post(f"/teach/use/{item}", data={"lesson": str(room.lesson.uuid), "number": "1"})
    assert str(room.lesson.uuid) in answer.location
    assert blocks(room)[-1].pin == f"{item}@1"


def test_nobody_puts_an_item_into_a_lesson_of_others(room, visit, shelve):
    item = shelve("Hai ghe gạo")
    for name, status in (("son", 403), ("thu", 404)):
        browser = visit(room, name)
        assert str(room.lesson.uuid) not in browser.get(f"/teach/use/{item}").text
        told = browser.post(f"/teach/use/{item}", data={"lesson": str(room.lesson.uuid)})
        assert told.status_code == status
    assert browser.post(f"/teach/use/{item}").status_code == 404
    assert len(blocks(room)) == 3
