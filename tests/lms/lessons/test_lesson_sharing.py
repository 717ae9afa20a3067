"""A published lesson in the library, and lessons of others made from it: what comes along, under which license, credited."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from content_store import lineage
from content_store.lineage_models import Lineage
from content_store.models import Version
from content_store.values import metadata_of
from lms.core.actor import SYSTEM, Actor
from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.courses.models import Unit
from lms.courses.services import CourseDraft, add_unit, create_course
from lms.lessons import services
from lms.lessons.attribution import make_sheet, write_text
from lms.lessons.attribution_queries import list_drafted_items
from lms.lessons.lesson_rights import judge_lesson
from lms.lessons.lesson_sharing import plan_share, share_lesson, take_lesson, write_lesson
from lms.lessons.models import Revision, RevisionPin
from lms.lessons.origins import list_origins
from lms.lessons.services.drafts import activities_of
from lms.library import services as library
from lms.library.door import open_store
from lms.library.queries import get_item, load_pinned
from lms.library.services import pin_item
from lms.orgs.models import Org
from tests.factories.library import make_item, prepare_text
from tests.lms.lessons.conftest import Classroom


def publish(room: Classroom) -> None:
    with write():
        services.publish_lesson(room.actor("lan"), room.lesson, runs=[room.run])


def use(room: Classroom, **values: object) -> Version:
    work = make_item(room.actor("thu"), "Ghe gạo", authors=("Trần Văn An",), **values)  # type: ignore[arg-type]
    with write():
        pin = pin_item(room.actor("lan"), work.item.uuid).pin
        services.add_activity(room.actor("lan"), room.lesson, kind="document", data={"note": "Xem"}, pin=pin)
    return work


def share(room: Classroom, license_id: str = "CC-BY-SA-4.0", scope: str = "public") -> Version:
    lan = room.actor("lan")
    plan = plan_share(lan, room.lesson.uuid)
    file = write_lesson(lan, plan)
    with write():
        uuid = share_lesson(lan, plan, file, license_id=license_id)
    with write():
        library.publish_item(SYSTEM, uuid, scope=scope)
    return get_item(lan, uuid)


def unit_of(room: Classroom, name: str) -> Unit:
    with write():
        course = create_course(
            room.actor(name),
            org=room.extra.get("org") or room.school,
            draft=CourseDraft(title="Toán của Thư"),
        )
        return add_unit(room.actor(name), course, "Chương một")


@pytest.fixture
def shared(classroom: Classroom) -> Classroom:
    """Cô Lan's lesson with a work of cô Thư's, in the library for everyone; cô Thư has a course of her own."""
    classroom.extra["work"] = use(classroom)
    publish(classroom)
    classroom.extra["item"] = share(classroom)
    other = classroom.users["thu"].home_org_id
    classroom.extra["org"] = db.session.get_one(Org, other)
    classroom.extra["unit"] = unit_of(classroom, "thu")
    return classroom


def taken(room: Classroom, name: str = "thu"):
    with write():
        return take_lesson(room.actor(name), room.extra["item"].item.uuid, room.extra["unit"])


def test_a_published_lesson_is_an_item_that_says_what_it_holds_and_what_it_was_made_from(shared: Classroom):
    item = shared.extra["item"]
    assert (item.type, item.format, item.title) == ("lesson", "lesson", "Quy đồng mẫu số")
    assert item.authors == ["Nguyễn Thị Lan"] and item.grades == [6]
    page = item.reading_html() or ""
    assert "<math" in page and "Ghe gạo" in page and "Mẫu lại nhân 3" not in page
    sources = db.session.scalars(select(Lineage.source_id).where(Lineage.item_id == item.item_id)).all()
    assert sources == [shared.extra["work"].id]


def test_what_changed_since_it_was_published_is_not_shared(classroom: Classroom):
    lan = classroom.actor("lan")
    assert plan_share(lan, classroom.lesson.uuid).problems
    publish(classroom)
    plan = plan_share(lan, classroom.lesson.uuid)
    assert not plan.problems
    file = write_lesson(lan, plan)
    with write():
        services.update_activity(
            lan, classroom.text, data={"markdown": "Khác"}, version=classroom.text.version
        )
    with pytest.raises(Invalid), write():
        share_lesson(lan, plan, file, license_id="CC-BY-4.0")
    publish(classroom)
    with pytest.raises(Conflict), write():
        share_lesson(lan, plan, file, license_id="CC-BY-4.0")


def test_only_the_author_of_the_course_shares_it(published: Classroom):
    for name, error in (("minh", NotFound), ("thu", NotFound)):
        with pytest.raises(error):
            plan_share(published.actor(name), published.lesson.uuid)


def test_the_works_in_it_decide_the_license(classroom: Classroom):
    use(classroom, license_id="CC-BY-NC-4.0")
    publish(classroom)
    offered = {one for one, _name in plan_share(classroom.actor("lan"), classroom.lesson.uuid).licenses}
    assert "CC-BY-NC-SA-4.0" in offered and not offered & {"CC-BY-4.0", "CC0-1.0", "link-only"}
    with pytest.raises(Invalid):
        share(classroom, "CC-BY-4.0")


def test_the_file_carries_the_sources_of_the_lesson_and_of_what_it_was_made_from(shared: Classroom):
    words = carried(shared.actor("lan"), shared.lesson.uuid)
    assert words.startswith("Nguồn của “") and "Ghe gạo" in words and "Giữ nguyên" in words
    assert "Bài này được làm từ" not in words
    found = taken(shared)
    thu = shared.actor("thu")
    with write():
        services.publish_lesson(thu, found.lesson, runs=[])
    again = carried(thu, found.lesson.uuid)
    assert "Nguyễn Thị Lan" in again and "CC BY-SA" in again and "Ghe gạo" in again


def carried(actor: Actor, lesson: UUID) -> str:
    """What the file of a shared lesson says of its sources."""
    file = write_lesson(actor, plan_share(actor, lesson))
    with open_store().blobs.open(file.blob.sha256) as stream:
        return str(json.loads(stream.read())["sources"])


def test_another_teacher_makes_a_draft_of_it_and_owes_the_credit(shared: Classroom):
    found = taken(shared)
    blocks = activities_of(found.lesson.id)
    assert [one.kind for one in blocks] == ["text", "question", "question", "document"]
    assert found.skipped == 0 and blocks[1].data["choices"][2]["correct"] is True
    assert not {one.uuid for one in blocks} & {one.uuid for one in activities_of(shared.lesson.id)}
    assert blocks[3].pin == shared.extra["work"].pin
    course_id = db.session.scalar(select(Unit.course_id).where(Unit.id == found.lesson.unit_id))
    sheet = make_sheet("x", list_drafted_items(course_id, found.lesson.id), is_course=False)
    words = write_text(sheet, "en")
    assert "Nguyễn Thị Lan" in words and "This was made from it, version 1" in words and "Ghe gạo" in words


def test_a_remix_that_is_shared_again_descends_from_both_and_keeps_the_license(shared: Classroom):
    found = taken(shared)
    thu = shared.actor("thu")
    with write():
        services.publish_lesson(thu, found.lesson, runs=[])
    plan = plan_share(thu, found.lesson.uuid)
    assert {one for one, _name in plan.licenses} == {"CC-BY-SA-4.0"}
    file = write_lesson(thu, plan)
    with write():
        uuid = share_lesson(thu, plan, file, license_id="CC-BY-SA-4.0")
    made = get_item(thu, uuid)
    assert made.authors == ["Nguyễn Thị Lan", "Đỗ Anh Thư"]
    ties = db.session.execute(select(Lineage.source_id, Lineage.how).where(Lineage.item_id == made.item_id))
    assert {tuple(row) for row in ties} == {
        (shared.extra["item"].id, "adaptation"),
        (shared.extra["work"].id, "collection"),
    }
    revision = select(Revision.id).where(Revision.lesson_id == found.lesson.id)
    pins = db.session.scalars(select(RevisionPin.pin).where(RevisionPin.revision_id.in_(revision))).all()
    assert shared.extra["item"].pin in pins


def test_a_newer_state_is_a_new_version_of_the_same_item(shared: Classroom):
    with write():
        services.update_activity(
            shared.actor("lan"), shared.text, data={"markdown": "Bản mới"}, version=shared.text.version
        )
    publish(shared)
    again = share(shared)
    assert again.item.uuid == shared.extra["item"].item.uuid and again.number == 2
    assert "Bản mới" in again.text()
    assert plan_share(shared.actor("lan"), shared.lesson.uuid).is_current


def test_sharing_the_same_state_twice_makes_no_second_version(shared: Classroom):
    again = share(shared, "CC-BY-SA-4.0")
    assert again.id == shared.extra["item"].id and again.number == 1


def test_what_is_not_shared_with_the_taker_stays_behind(classroom: Classroom):
    lan = classroom.actor("lan")
    closed = make_item(lan, "Nội bộ", scope="school", home=classroom.school)
    with write():
        pin = pin_item(lan, closed.item.uuid).pin
        services.add_activity(lan, classroom.lesson, kind="document", data={}, pin=pin)
    publish(classroom)
    classroom.extra["item"] = share(classroom)
    classroom.extra["org"] = db.session.get_one(Org, classroom.users["thu"].home_org_id)
    classroom.extra["unit"] = unit_of(classroom, "thu")
    found = taken(classroom)
    assert found.skipped == 1
    assert closed.pin not in {one.pin for one in activities_of(found.lesson.id)}


def test_no_derivatives_and_strangers_to_the_course_are_refused(shared: Classroom):
    with pytest.raises(NotAllowed):
        taken(shared, "lan")
    whole = shared.extra["item"]
    with pytest.raises(Invalid):
        pin_item(shared.actor("thu"), whole.item.uuid)
    text = make_item(shared.actor("lan"), "Trang đọc")
    with pytest.raises(Invalid), write():
        take_lesson(shared.actor("thu"), text.item.uuid, shared.extra["unit"])


@pytest.mark.parametrize(
    "blocks",
    [
        [{"kind": "text", "data": {"markdown": ["x"] * 3}}, {"kind": "bomb", "data": {}}],
        [
            {"kind": "document", "pin": "khong-phai@1"},
            {"kind": "image", "pin": "../../etc@1", "data": {"note": 5}},
        ],
        [{"kind": "question", "data": {"choices": "x", "prompt": {}}}, {"kind": 7, "title": None}],
        [{"kind": "text", "data": {"markdown": "<script>alert(1)</script> chữ"}}] * 140,
    ],
)
def test_a_hostile_lesson_file_breaks_nothing(shared: Classroom, blocks: list[dict[str, object]]):
    file = prepare_text(
        json.dumps({"benhoc-lesson": 1, "title": "Lạ", "activities": blocks}, separators=(",", ":")), "l.json"
    )
    item = make_item(shared.actor("lan"), "Lạ", file=file)
    assert item.format == "lesson" and "<script" not in (item.reading_html() or "")
    with write():
        found = take_lesson(shared.actor("thu"), item.item.uuid, shared.extra["unit"])
    assert len(activities_of(found.lesson.id)) + found.skipped == min(len(blocks), 100)


def test_learners_and_strangers_get_no_copy_of_the_right_answers(shared: Classroom, client: FlaskClient):
    item = shared.extra["item"]
    (file,) = item.files
    page = f"/library/{item.item.uuid}"
    paths = [
        f"{page}/files/{file.uuid}",
        f"/api/v1/library/items/{item.item.uuid}/versions/1/files/{file.uuid}",
    ]
    for name, may in (("", False), ("minh", False), ("thu", True), ("lan", True)):
        client.post("/sign-out")
        if name:
            client.post("/sign-in", data={"login": name, "password": shared.password})
        said = client.get(f"{page}?lang=en").text
        assert (f"{page}/files/" in said, "holds the right answers" in said) == (may, not may), name
        for path in paths:
            assert (client.get(path).status_code == 302) == may, (name, path)
        about = client.get(f"/api/v1/library/items/{item.item.uuid}").text
        assert (f"/files/{file.uuid}" in about) == may, name
        if name:
            assert client.get(f"/teach/take/{item.item.uuid}").status_code == (200 if may else 403)


def test_the_pages_walk_from_the_lesson_to_the_library_to_another_lesson(
    shared: Classroom, client: FlaskClient, query_count: Callable
):
    item, password = shared.extra["item"], shared.password
    client.post("/sign-in", data={"login": "lan", "password": password})
    outline = client.get(f"/teach/courses/{shared.course.uuid}?lang=en").text
    address = f"/teach/lessons/{shared.lesson.uuid}/share"
    assert address in outline
    assert "The library has this state already" in client.get(f"{address}?lang=en").text
    assert client.post(address, data={"license": "CC0-1.0"}).status_code == 422
    client.post("/sign-out")
    client.post("/sign-in", data={"login": "thu", "password": password})
    page = client.get(f"/library/{item.item.uuid}?lang=vi").text
    assert (
        "Làm bản của tôi" not in page
        and "Làm bài học của tôi" in page
        and f"/teach/take/{item.item.uuid}" in page
    )
    choose = client.get(f"/teach/take/{item.item.uuid}?lang=en").text
    assert "Chương một" in choose
    answer = client.post(f"/teach/take/{item.item.uuid}", data={"unit": str(shared.extra["unit"].uuid)})
    assert answer.status_code == 303
    assert "Quy đồng mẫu số" in client.get(answer.location).text
    assert (
        client.post(f"/teach/take/{item.item.uuid}", data={"unit": str(shared.unit.uuid)}).status_code == 404
    )
    assert "Made from 1 work" in client.get(f"/library/{item.item.uuid}?lang=en").text


def change(room: Classroom, deed: Callable[[], object]) -> None:
    with write():
        deed()
    publish(room)


def offered(room: Classroom) -> set[str]:
    return {one for one, _name in plan_share(room.actor("lan"), room.lesson.uuid).licenses}


def test_a_work_that_a_later_version_drops_binds_only_the_versions_that_show_it(classroom: Classroom):
    lan = classroom.actor("lan")
    work = use(classroom, license_id="CC-BY-NC-SA-4.0")
    publish(classroom)
    first = share(classroom, "CC-BY-NC-SA-4.0")
    block = next(one for one in activities_of(classroom.lesson.id) if one.pin)
    change(classroom, lambda: services.trash_activity(lan, block))
    assert "CC-BY-4.0" in offered(classroom)
    second = share(classroom, "CC-BY-4.0")
    assert (second.number, second.license_id) == (2, "CC-BY-4.0")
    told = lineage.list_ancestors(db.session(), [first.id, second.id])
    assert [one.source_id for one in told[first.id]] == [work.id] and second.id not in told
    freer = dataclasses.replace(metadata_of(second), license_id="CC0-1.0")
    with write():  # later changes of what is said of it owe the dropped work nothing either
        third = library.update_item(lan, second.item.uuid, freer)
    assert third.license_id == "CC0-1.0"
    with write():
        pin = pin_item(lan, work.item.uuid).pin
    change(
        classroom,
        lambda: services.add_activity(lan, classroom.lesson, kind="document", data={"note": "Xem"}, pin=pin),
    )
    assert "CC-BY-NC-SA-4.0" in offered(classroom) and not offered(classroom) & {"CC-BY-4.0", "CC0-1.0"}
    share(classroom, "CC-BY-NC-SA-4.0")
    with pytest.raises(Invalid), write():
        library.update_item(lan, second.item.uuid, freer)


def test_the_lesson_it_was_made_from_binds_it_for_ever(shared: Classroom):
    found, thu = taken(shared), shared.actor("thu")
    for block in activities_of(found.lesson.id)[1:]:
        with write():
            services.trash_activity(thu, block)
    with write():
        services.publish_lesson(thu, found.lesson, runs=[])
    assert {one for one, _name in plan_share(thu, found.lesson.uuid).licenses} == {"CC-BY-SA-4.0"}
    judged = judge_lesson([], list_origins([found.lesson.id]))
    assert judged is not None and judged.is_bound and [one.key for one in judged.origins] == [""]
    assert {label for label, _url in judged.as_it_is.licenses} == {"CC BY-SA 4.0"}


@pytest.mark.parametrize("license_id", ["CC-BY-NC-4.0", "CC-BY-NC-ND-4.0", "CC-BY-SA-4.0", "CC0-1.0"])
def test_the_editor_says_what_sharing_allows(shared: Classroom, client: FlaskClient, license_id: str):
    found, thu = taken(shared), shared.actor("thu")
    extra = make_item(thu, "Thêm", license_id=license_id)
    with write():
        pin = pin_item(thu, extra.item.uuid).pin
        services.add_activity(thu, found.lesson, kind="document", data={"note": "Xem"}, pin=pin)
    plan = plan_share(thu, found.lesson.uuid)
    works = load_pinned([one.pin for one in activities_of(found.lesson.id) if one.pin])
    judged = judge_lesson(works.items(), list_origins([found.lesson.id]))
    assert judged is not None and bool(judged.as_it_is.licenses) == bool(plan.licenses)
    client.post("/sign-in", data={"login": "thu", "password": shared.password})
    page = client.get(f"/teach/lessons/{found.lesson.uuid}?lang=en")
    assert "Made from shared lessons" in page.text and 'href="#a-"' not in page.text
    trang = client.get(f"/teach/lessons/{found.lesson.uuid}?lang=vi").text
    assert "Làm từ bài học đã chia sẻ" in trang
