import re
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from lms.core.db import db, write
from lms.lessons import services
from lms.lessons.models import Activity, Lesson, Revision, RunLesson
from lms.lessons.services.drafts import activities_of
from lms.records.models import Statement

JSON = {"Accept": "application/json"}


def editor(room):
    return f"/teach/lessons/{room.lesson.uuid}"


def block(room, activity):
    return f"{editor(room)}/activities/{activity.uuid}"


def blocks(room):
    db.session.rollback()
    db.session.expire_all()
    return activities_of(room.lesson.id)


def opened(answer):
    return re.search(r"open=([0-9a-f-]{36})", answer.location)[1]


def save(browser, room, uuid, headers=None, **fields):
    row = next(row for row in blocks(room) if str(row.uuid) == str(uuid))
    fields.setdefault("version", row.version)
    return browser.post(f"{editor(room)}/activities/{uuid}", data=fields, headers=headers)


def test_a_lesson_is_written_and_published_without_script(room, lan, shelve):
    picture = shelve("Hai ghe gạo")
    for row in blocks(room):
        lan.post(f"{block(room, row)}/trash")
    assert blocks(room) == []
    lan.post(
        f"{editor(room)}/about",
        data={
            "title": "So sánh phân số",
            "goal": "So sánh được",
            "minutes": "20",
            "mark": mark_in(lan, room),
        },
    )

    text = opened(lan.post(f"{editor(room)}/activities", data={"kind": "text"}))
    page = lan.get(f"{editor(room)}?open={text}").text
    assert 'name="markdown"' in page
    assert save(lan, room, text, title="Mở đầu", markdown="Ghe đầy $\\frac{3}{4}$ khoang").status_code == 303

    asked = opened(lan.post(f"{editor(room)}/activities", data={"kind": "question", "after": text}))
    page = lan.get(f"{editor(room)}?open={asked}").text
    assert page.count('name="choice_text"') == 4
    save(
        lan,
        room,
        asked,
        kind="single",
        prompt="Ghe nào nhiều hơn?",
        choice_id=["a", "b", "c", "d"],
        choice_text=["Ghe thứ nhất", "Ghe thứ hai", "", ""],
        choice_feedback=["Xem lại $\\frac{3}{4}$", "", "", ""],
        correct="b",
        tries="3",
        points="2",
        explanation="Quy đồng rồi so tử.",
    )

    shelf = lan.get(f"{editor(room)}/library?q=ghe&after={text}").text
    assert "<mark>ghe</mark>" in shelf.lower() and "Trần Văn An" in shelf
    put = lan.post(f"{editor(room)}/items", data={"item": picture, "number": "1", "after": text})
    assert put.status_code == 303
    assert [row.kind for row in blocks(room)] == ["text", "image", "question"]
    assert "Trần Văn An" in lan.get(editor(room)).text

    done = lan.post(f"{editor(room)}/publish", data={"run": str(room.run.uuid)})
    assert done.status_code == 303
    revision = db.session.scalars(select(Revision)).one()
    assert revision.snapshot["lesson"]["title"] == "So sánh phân số"
    kinds = [row["kind"] for row in revision.snapshot["activities"]]
    assert kinds == ["text", "image", "question"]
    bodies = [row["body"] for row in revision.snapshot["activities"]]
    assert "<math" in bodies[0]["html"]
    assert "Trần Văn An" in bodies[1]["item"]["attribution"]["vi"]
    assert bodies[2]["spec"]["points"] == 2 and len(bodies[2]["spec"]["choices"]) == 2
    assert db.session.get(RunLesson, (room.run.id, room.lesson.id)).revision_id == revision.id


def mark_in(browser, room):
    return re.search(r'name="mark" value="([^"]+)"', browser.get(editor(room)).text)[1]


def test_blocks_are_added_at_the_start_after_another_and_at_the_end(room, lan):
    first = opened(lan.post(f"{editor(room)}/activities", data={"kind": "text", "after": "start"}))
    last = opened(lan.post(f"{editor(room)}/activities", data={"kind": "text"}))
    middle = opened(lan.post(f"{editor(room)}/activities", data={"kind": "text", "after": first}))
    order = [str(row.uuid) for row in blocks(room)]
    assert order[:2] == [first, middle] and order[-1] == last


def test_blocks_move_by_buttons_and_to_a_place(room, lan):
    lan.post(f"{block(room, room.number)}/move", data={"to": "up"})
    assert [row.id for row in blocks(room)] == [room.text.id, room.number.id, room.question.id]
    lan.post(f"{block(room, room.number)}/move", data={"place": "0"})
    assert [row.id for row in blocks(room)] == [room.number.id, room.text.id, room.question.id]
    lan.post(f"{block(room, room.number)}/move", data={"to": "up"})
    assert blocks(room)[0].id == room.number.id


def test_a_block_in_the_trash_can_be_taken_back(room, lan):
    answer = lan.post(f"{block(room, room.text)}/trash")
    page = lan.get(answer.location).text
    assert f"{block(room, room.text)}/restore" in page
    assert room.text.id not in {row.id for row in blocks(room)}
    lan.post(f"{block(room, room.text)}/restore")
    assert blocks(room)[0].id == room.text.id


def test_a_save_on_top_of_another_keeps_both(room, lan):
    seen = room.text.version
    save(lan, room, room.text.uuid, markdown="Câu của thầy Phúc")
    answer = save(lan, room, room.text.uuid, version=seen, markdown="Câu của cô Lan")
    assert answer.status_code == 409
    assert "Câu của cô Lan" in answer.text and "Câu của thầy Phúc" in answer.text
    assert blocks(room)[0].data["markdown"] == "Câu của thầy Phúc"
    version = re.search(r'name="version" value="(\d+)"', answer.text)[1]
    assert save(lan, room, room.text.uuid, version=version, markdown="Câu của cô Lan").status_code == 303
    assert blocks(room)[0].data["markdown"] == "Câu của cô Lan"


def test_a_script_saves_by_json_and_is_told_of_a_conflict(room, lan):
    first = save(lan, room, room.text.uuid, JSON, markdown="Một")
    assert first.status_code == 200
    assert re.fullmatch(r"\d\d:\d\d", first.json["saved"])
    assert (
        save(lan, room, room.text.uuid, JSON, version=first.json["version"], markdown="Hai").status_code
        == 200
    )
    late = save(lan, room, room.text.uuid, JSON, version=first.json["version"], markdown="Ba")
    assert late.status_code == 409
    assert late.json["theirs"]["data"]["markdown"] == "Hai"
    assert late.json["error"] == "lesson_changed"


def test_a_missing_version_never_overwrites(room, lan):
    for version in ("", "x", "-1", "99999999999999"):
        assert save(lan, room, room.text.uuid, version=version, markdown="mất").status_code == 409
    assert "Hai phân số" in blocks(room)[0].data["markdown"]


def test_the_lessons_own_words_notice_another_save(room, lan):
    mark = mark_in(lan, room)
    first = {"title": "Một", "goal": "", "minutes": "", "mark": mark}
    assert lan.post(f"{editor(room)}/about", data=first).status_code == 303
    late = lan.post(f"{editor(room)}/about", data={**first, "title": "Hai"})
    assert late.status_code == 409 and 'value="Hai"' in late.text
    assert (
        'class="conflict-theirs">Một' in late.text
    )  # the other's words stand beside, and the next save is on top
    told = lan.post(f"{editor(room)}/about", data={**first, "title": "Hai"}, headers=JSON)
    assert told.status_code == 409 and told.json["mark"] == mark_in(lan, room)
    assert told.json["theirs"] == {"title": "Một", "goal": "", "minutes": None, "free_preview": False}
    db.session.refresh(room.lesson)
    assert (room.lesson.title, room.lesson.minutes) == ("Một", None)
    json = lan.post(
        f"{editor(room)}/about", data={**first, "title": "Ba", "mark": mark_in(lan, room)}, headers=JSON
    )
    assert json.status_code == 200 and json.json["mark"] != mark


@pytest.mark.parametrize(
    "fields",
    [{"title": ""}, {"title": "x" * 201}, {"title": "T", "minutes": "0"}, {"title": "T", "minutes": "x"}],
)
def test_wrong_lesson_settings_are_said_and_change_nothing(room, lan, fields):
    answer = lan.post(f"{editor(room)}/about", data={"mark": mark_in(lan, room), "goal": "", **fields})
    assert answer.status_code == 422 and 'aria-invalid="true"' in answer.text
    db.session.refresh(room.lesson)
    assert room.lesson.title == "Quy đồng mẫu số"


def test_publishing_says_what_is_unfinished_at_its_block(room, lan):
    empty = opened(lan.post(f"{editor(room)}/activities", data={"kind": "text"}))
    answer = lan.post(f"{editor(room)}/publish", data={"run": str(room.run.uuid)})
    assert answer.status_code == 422
    assert f'id="error-{empty}"' in answer.text
    assert db.session.scalar(select(func.count(Revision.id))) == 0


def test_only_the_runs_ticked_take_a_revision(room, lan):
    lan.post(f"{editor(room)}/publish", data={})
    assert db.session.scalar(select(func.count(Revision.id))) == 1
    assert db.session.get(RunLesson, (room.run.id, room.lesson.id)) is None


def test_a_foreign_or_forged_run_takes_nothing(room, lan):
    assert lan.post(f"{editor(room)}/publish", data={"run": str(uuid4())}).status_code == 422
    assert lan.post(f"{editor(room)}/publish", data={"run": "x"}).status_code == 404
    assert db.session.scalar(select(func.count(Revision.id))) == 0


def test_every_kind_of_question_can_be_written_and_published(room, lan):
    forms = {
        "multiple": {
            "choice_id": ["a", "b", "c"],
            "choice_text": ["2", "3", "4"],
            "choice_feedback": ["", "", ""],
            "correct": ["a", "c"],
        },
        "true_false": {
            "choice_id": ["true", "false"],
            "choice_text": ["", ""],
            "choice_feedback": ["", "Xem lại"],
            "correct": "true",
        },
        "short_text": {"accepted": "mẫu số chung\nmẫu chung", "unaccented": "1"},
        "numeric": {"answer": "8,5", "tolerance": "0,1", "unit": "kg"},
    }
    for kind, fields in forms.items():
        uuid = opened(lan.post(f"{editor(room)}/activities", data={"kind": "question"}))
        again = save(lan, room, uuid, kind=kind, prompt="?", tries="1", points="1", then="open")
        assert f'<option value="{kind}" selected' in lan.get(again.location).text
        assert (
            save(lan, room, uuid, kind=kind, prompt="?", tries="1", points="1", **fields).status_code == 303
        )
    assert lan.post(f"{editor(room)}/publish").status_code == 303
    specs = [
        row["body"]["spec"] for row in db.session.scalars(select(Revision)).one().snapshot["activities"][3:]
    ]
    assert [spec["kind"] for spec in specs] == list(forms)
    assert specs[1]["choices"][1]["feedback"] == "Xem lại"
    assert specs[3]["answer"] == "8.5"


def test_more_rows_for_choices_come_without_losing_what_is_written(room, lan):
    rows = {
        "choice_id": ["a", "b"],
        "choice_text": ["Một", "Hai"],
        "choice_feedback": ["", ""],
        "correct": "a",
    }
    uuid = opened(lan.post(f"{editor(room)}/activities", data={"kind": "question"}))
    answer = save(lan, room, uuid, kind="single", prompt="?", then="rows", **rows)
    page = lan.get(answer.location).text
    assert 'value="Một"' in page and page.count('name="choice_text"') >= 4


def test_hostile_text_is_shown_as_text(room, lan):
    hostile = "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"
    save(lan, room, room.text.uuid, title="<b onclick=x>T</b>", markdown=hostile)
    lan.post(f"{editor(room)}/about", data={"title": "<i>x</i>", "mark": mark_in(lan, room)})
    for address in (editor(room), f"{editor(room)}?open={room.text.uuid}", f"{editor(room)}/preview"):
        page = lan.get(address).text
        assert "<script>alert" not in page and "onerror=alert" not in re.sub("&lt;.*?&gt;", "", page)
        assert 'href="javascript' not in page and "<b onclick" not in page and "<i>x</i>" not in page
    shown = lan.post(f"{editor(room)}/markdown", data={"text": hostile}).text
    assert "<script" not in shown and "onerror" not in shown.replace("&lt;", "") or "<img" not in shown


def test_limits_are_kept_and_the_text_is_not_lost(room, lan):
    long = "a" * 60_001
    answer = save(lan, room, room.text.uuid, markdown=long)
    assert answer.status_code == 422 and long in answer.text
    assert lan.post(f"{editor(room)}/markdown", data={"text": long}).status_code == 422
    assert save(lan, room, room.text.uuid, title="x" * 201, markdown="a").status_code == 422
    with write():
        for number in range(97):
            services.add_activity(room.actor("lan"), room.lesson, kind="text", data={"markdown": str(number)})
    full = lan.post(f"{editor(room)}/activities", data={"kind": "text"})
    assert full.status_code == 303 and "open=" not in full.location
    assert len(blocks(room)) == 100


def test_an_unknown_kind_or_a_block_without_its_item_is_not_added(room, lan):
    for kind in ("", "nonsense", "image"):
        lan.post(f"{editor(room)}/activities", data={"kind": kind})
    assert len(blocks(room)) == 3


def test_forged_addresses_are_not_found(room, lan):
    with write():
        other = services.create_lesson(room.actor("lan"), room.unit, "Khác")
        foreign = services.add_activity(room.actor("lan"), other, kind="text", data={"markdown": "x"})
    assert lan.get(f"/teach/lessons/{uuid4()}").status_code == 404
    assert lan.get(f"{editor(room)}?open=x").status_code == 404
    for deed in ("", "/move", "/trash", "/restore", "/item"):
        for uuid in (uuid4(), foreign.uuid):
            data = {"to": "up", "version": "1", "item": str(uuid4())}
            assert lan.post(f"{editor(room)}/activities/{uuid}{deed}", data=data).status_code == 404, deed
    for after in ("x", str(uuid4()), str(foreign.uuid)):
        assert (
            lan.post(f"{editor(room)}/activities", data={"kind": "text", "after": after}).status_code == 404
        )
    db.session.refresh(foreign)
    assert foreign.version == 1 and foreign.trashed_at is None


def deeds(room):
    return [
        *(f"{editor(room)}/{name}" for name in ("about", "activities", "publish", "items", "markdown")),
        *(f"{block(room, room.text)}{name}" for name in ("", "/move", "/trash", "/restore", "/item")),
    ]


def test_a_colleague_may_look_as_a_learner_but_not_write(room, visit):
    browser = visit(room, "son")
    for page in (editor(room), f"{editor(room)}/library", f"{editor(room)}/state"):
        assert browser.get(page).status_code == 403, page
    assert browser.get(f"{editor(room)}/preview").status_code == 200
    for address in deeds(room):
        data = {"kind": "text", "title": "x", "to": "up", "version": "1", "item": str(uuid4())}
        assert browser.post(address, data=data).status_code == 403, address
    assert len(blocks(room)) == 3
    assert db.session.scalars(select(Lesson.title)).one() == "Quy đồng mẫu số"


@pytest.mark.parametrize("name", ["thu", "minh"])
def test_to_others_the_lesson_is_not_there(room, visit, name):
    browser = visit(room, name)
    for page in (editor(room), f"{editor(room)}/library", f"{editor(room)}/preview", block(room, room.text)):
        assert browser.get(page).status_code == 404, page
    for address in deeds(room):
        assert browser.post(address, data={"kind": "text", "title": "x"}).status_code == 404, address


def test_a_stranger_is_sent_to_sign_in(room, client):
    answer = client.get(editor(room))
    assert answer.status_code in {302, 303} and "/sign-in" in answer.location


def test_a_preview_checks_answers_and_leaves_no_trace(room, lan):
    address = f"{editor(room)}/preview/{room.question.uuid}"
    page = lan.get(address).text
    assert "Nhân cả tử" not in page
    wrong = lan.post(f"{address}/answer", data={"choice": "b", "key": "k"})
    assert "Mẫu lại nhân 3." in wrong.text
    right = lan.post(f"{address}/answer", data={"choice": "c", "key": "k"})
    assert "is-right" in right.text and "Nhân cả tử" in right.text
    assert lan.post(f"{address}/answer", data={"key": "k"}).status_code == 422
    assert lan.post(f"{editor(room)}/preview/{uuid4()}/answer", data={"choice": "a"}).status_code == 404
    assert lan.get(f"{editor(room)}/preview/{uuid4()}").status_code == 404
    assert db.session.scalar(select(func.count(Statement.id))) == 0
    assert db.session.scalar(select(func.count(Revision.id))) == 0
    assert "bank" not in db.session.get(Activity, room.question.id).data


def test_a_preview_leaves_out_what_is_unfinished(room, lan):
    with write():
        services.add_activity(room.actor("lan"), room.lesson, kind="text", data={"markdown": ""})
    assert "pl-offline" in lan.get(f"{editor(room)}/preview").text
    for row in blocks(room)[:3]:
        lan.post(f"{block(room, row)}/trash")
    assert lan.get(f"{editor(room)}/preview").status_code == 200


def test_the_editor_costs_the_same_queries_for_any_number_of_blocks(room, lan, query_count):
    costs = []
    for more in (1, 20):
        with write():
            for number in range(more):
                services.add_activity(
                    room.actor("lan"), room.lesson, kind="text", data={"markdown": str(number)}
                )
        with query_count() as sent:
            assert lan.get(editor(room)).status_code == 200
        costs.append(len(sent))
    assert costs[0] == costs[1]


def test_a_script_gets_blocks_alone(room, lan):
    fragment = {"X-Fragment": "1"}
    listed = lan.get(editor(room), headers=fragment).text
    assert "<html" not in listed and str(room.question.uuid) in listed
    form = lan.get(f"{block(room, room.text)}?open=1", headers=fragment).text
    assert 'name="markdown"' in form and "<li" not in form.split("<form")[0]
    assert "<math" in lan.get(block(room, room.text), headers=fragment).text
    assert lan.get(f"{editor(room)}/state").json["has_changes"] is True
