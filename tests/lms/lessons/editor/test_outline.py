import re
from uuid import uuid4

import pytest

from lms.core.db import db, write
from lms.courses.queries import outline_units
from lms.courses.services import add_unit
from lms.lessons import services
from tests.lms.lessons.editor.conftest import titles


def outline(room):
    return f"/teach/courses/{room.course.uuid}"


def units(room):
    db.session.rollback()
    return [unit.title for unit in outline_units(room.course.id)]


def test_an_author_builds_an_outline_without_script(room, lan):
    answer = lan.post(f"{outline(room)}/units", data={"title": "Số thập phân"})
    assert answer.status_code == 303
    assert units(room) == ["Phân số", "Số thập phân"]
    address = re.findall(r'action="([^"]+/lessons)"', lan.get(outline(room)).text)[1]
    lan.post(address, data={"title": "Làm tròn"})
    lan.post(address, data={"title": "So sánh"})
    assert titles(room) == ["Quy đồng mẫu số", "Làm tròn", "So sánh"]
    page = lan.get(outline(room)).text
    assert "Làm tròn" in page and "Toán 6A1" in page


def test_adding_a_lesson_may_go_straight_on_to_writing(room, lan):
    answer = lan.post(
        f"{outline(room)}/units/{room.unit.uuid}/lessons", data={"title": "Làm tròn", "open": "1"}
    )
    assert lan.get(answer.location).status_code == 200
    assert "/teach/lessons/" in answer.location


def test_units_and_lessons_are_renamed_in_place(room, lan):
    lan.post(f"{outline(room)}/units/{room.unit.uuid}/rename", data={"title": "Chương I"})
    lan.post(f"/teach/lessons/{room.lesson.uuid}/rename", data={"title": "Mẫu chung"})
    assert units(room) == ["Chương I"]
    assert titles(room) == ["Mẫu chung"]


def test_an_empty_title_is_refused_beside_its_field_and_changes_nothing(room, lan):
    for address in (
        f"{outline(room)}/units",
        f"{outline(room)}/units/{room.unit.uuid}/rename",
        f"{outline(room)}/units/{room.unit.uuid}/lessons",
        f"/teach/lessons/{room.lesson.uuid}/rename",
    ):
        answer = lan.post(address, data={"title": "  "})
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
    long = lan.post(f"/teach/lessons/{room.lesson.uuid}/rename", data={"title": "x" * 201})
    assert long.status_code == 422
    assert (units(room), titles(room)) == (["Phân số"], ["Quy đồng mẫu số"])


def test_lessons_move_by_buttons_also_into_the_next_unit(room, lan):
    with write():
        second = add_unit(room.actor("lan"), room.course, "Số thập phân")
        services.create_lesson(room.actor("lan"), room.unit, "Bài hai")
    move = f"/teach/lessons/{room.lesson.uuid}/move"
    lan.post(move, data={"to": "down"})
    assert titles(room) == ["Bài hai", "Quy đồng mẫu số"]
    lan.post(move, data={"to": "down"})
    db.session.refresh(room.lesson)
    assert room.lesson.unit_id == second.id
    lan.post(move, data={"to": "up"})
    db.session.refresh(room.lesson)
    assert room.lesson.unit_id == room.unit.id
    lan.post(move, data={"unit": str(second.uuid)})
    db.session.refresh(room.lesson)
    assert room.lesson.unit_id == second.id


def test_a_dragged_lesson_goes_to_the_place_it_was_dropped(room, lan):
    with write():
        for title in ("Bài hai", "Bài ba"):
            services.create_lesson(room.actor("lan"), room.unit, title)
    lan.post(f"/teach/lessons/{room.lesson.uuid}/move", data={"unit": str(room.unit.uuid), "place": "2"})
    assert titles(room) == ["Bài hai", "Bài ba", "Quy đồng mẫu số"]


def test_units_move_and_come_back_from_the_trash(room, lan):
    with write():
        second = add_unit(room.actor("lan"), room.course, "Số thập phân")
    lan.post(f"{outline(room)}/units/{second.uuid}/move", data={"to": "up"})
    assert units(room) == ["Số thập phân", "Phân số"]
    answer = lan.post(f"{outline(room)}/units/{second.uuid}/trash")
    page = lan.get(answer.location).text
    assert f"/units/{second.uuid}/restore" in page
    assert units(room) == ["Phân số"]
    lan.post(f"{outline(room)}/units/{second.uuid}/restore")
    assert units(room) == ["Số thập phân", "Phân số"]


def test_a_lesson_in_the_trash_can_be_taken_back(room, lan):
    answer = lan.post(f"/teach/lessons/{room.lesson.uuid}/trash")
    assert f"/teach/lessons/{room.lesson.uuid}/restore" in lan.get(answer.location).text
    assert titles(room) == []
    lan.post(f"/teach/lessons/{room.lesson.uuid}/restore")
    assert titles(room) == ["Quy đồng mẫu số"]


def test_each_row_tells_whether_it_is_published(room, lan):
    assert "badge-info" in lan.get(outline(room)).text
    with write():
        services.publish_lesson(room.actor("lan"), room.lesson, runs=[room.run])
    assert "badge-ok" in lan.get(outline(room)).text
    with write():
        services.update_lesson(room.actor("lan"), room.lesson, title="Khác")
    assert "badge-warn" in lan.get(outline(room)).text


def test_a_script_gets_the_list_alone(room, lan):
    page = lan.get(outline(room), headers={"X-Fragment": "1"}).text
    assert "<html" not in page and "Quy đồng mẫu số" in page


def deeds(room):
    unit, lesson = f"{outline(room)}/units/{room.unit.uuid}", f"/teach/lessons/{room.lesson.uuid}"
    return [
        f"{outline(room)}/units",
        *(f"{unit}/{deed}" for deed in ("rename", "move", "trash", "restore", "lessons")),
        *(f"{lesson}/{deed}" for deed in ("rename", "move", "trash", "restore")),
    ]


def test_a_colleague_reads_the_outline_but_changes_nothing(room, visit):
    browser = visit(room, "son")
    page = browser.get(outline(room))
    assert page.status_code == 200 and "Quy đồng mẫu số" in page.text
    assert "/rename" not in page.text and "/trash" not in page.text
    for address in deeds(room):
        assert browser.post(address, data={"title": "x", "to": "up"}).status_code == 403, address
    assert (units(room), titles(room)) == (["Phân số"], ["Quy đồng mẫu số"])


@pytest.mark.parametrize("name", ["thu", "minh"])
def test_to_others_the_course_is_not_there(room, visit, name):
    browser = visit(room, name)
    assert browser.get(outline(room)).status_code == 404
    for address in deeds(room):
        assert browser.post(address, data={"title": "x", "to": "up"}).status_code == 404, address


def test_forged_units_and_lessons_are_not_found(room, lan):
    forged = uuid4()
    assert lan.get(f"/teach/courses/{forged}").status_code == 404
    assert lan.post(f"{outline(room)}/units/{forged}/rename", data={"title": "x"}).status_code == 404
    assert lan.post(f"/teach/lessons/{forged}/trash").status_code == 404
    for unit in (str(forged), "nonsense"):
        moved = lan.post(f"/teach/lessons/{room.lesson.uuid}/move", data={"unit": unit})
        assert moved.status_code == 404
    assert lan.post(f"/teach/lessons/{room.lesson.uuid}/move", data={"place": "x"}).status_code == 422


def test_the_outline_costs_the_same_queries_for_any_number_of_lessons(room, lan, query_count):
    costs = []
    for more in (1, 12):
        with write():
            for number in range(more):
                services.create_lesson(room.actor("lan"), room.unit, f"Bài {number}")
        with query_count() as sent:
            assert lan.get(outline(room)).status_code == 200
        costs.append(len(sent))
    assert costs[0] == costs[1]
