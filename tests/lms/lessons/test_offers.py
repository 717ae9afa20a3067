"""Newer and recalled versions under lessons: what is offered, what changes, who is told, what learners see."""

from __future__ import annotations

from dataclasses import replace
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from content_store.models import Version
from lms.core.actor import SYSTEM
from lms.core.db import db, write
from lms.core.errors import Invalid, NotAllowed
from lms.core.jobs import run_due_jobs
from lms.lessons import offers, services
from lms.lessons.models import Activity, Revision, RevisionPin, RunLesson
from lms.library import recall
from lms.library import services as library
from lms.library.where_used import find_uses
from lms.notices.models import Notice
from tests.factories.library import make_item, prepare_text
from tests.lms.lessons.conftest import Classroom


@pytest.fixture
def using(classroom: Classroom) -> Classroom:
    """The class is taught a lesson that shows version 1 of an item of another teacher; version 2 is out."""
    lan, thu = classroom.actor("lan"), classroom.actor("thu")
    version = make_item(thu, "Sông quê", "# Sông\n\nSông dài một trăm.")
    with write():
        pin = library.pin_item(lan, version.item.uuid).pin
        document = services.add_activity(lan, classroom.lesson, kind="document", data={}, pin=pin)
        services.publish_lesson(lan, classroom.lesson, runs=[classroom.run])
    with write():
        newer = library.add_version(
            thu, version.item.uuid, [prepare_text("# Sông\n\nSông dài hai trăm.")], note="Sửa số"
        )
    classroom.extra |= {"item": version.item.uuid, "newer": newer, "document": document}
    return classroom


def sign_in(client: FlaskClient, room: Classroom, login: str) -> FlaskClient:
    client.post("/sign-in", data={"login": login, "password": room.password})
    return client


def taught_pins(room: Classroom) -> list[str]:
    db.session.rollback()
    query = (
        select(RevisionPin.pin)
        .join(RunLesson, RunLesson.revision_id == RevisionPin.revision_id)
        .where(RunLesson.run_id == room.run.id)
    )
    return list(db.session.scalars(query))


def player_address(room: Classroom, tail: str = "") -> str:
    lesson = f"/learn/runs/{room.run.uuid}/{room.lesson.uuid}"
    return f"{lesson}/{room.extra['document'].uuid}{tail}"


def withdraw(room: Classroom, number: int, reason: str = "Sai số liệu") -> None:
    with write():
        recall.recall_version(SYSTEM, room.extra["item"], number, reason=reason)


def test_a_newer_version_is_offered_and_changes_only_the_draft_when_taken(using: Classroom):
    lan = using.actor("lan")
    (offer,) = offers.list_offers(lan, using.lesson)
    assert (offer.title, offer.numbers, offer.newer, offer.note) == ("Sông quê", (1,), 2, "Sửa số")
    assert offers.list_course_offers(lan, using.course) == [offer]
    with write():
        assert offers.accept_offer(lan, using.lesson, offer.item_uuid, 2).changed == 1
    assert using.extra["document"].pin.endswith("@2")
    assert taught_pins(using) == [f"{using.extra['item']}@1"]
    assert offers.list_offers(lan, using.lesson) == []
    with write():
        services.publish_lesson(lan, using.lesson, runs=[using.run])
    assert taught_pins(using) == [f"{using.extra['item']}@2"]


def test_what_is_declined_is_not_offered_again_until_a_newer_one_is_out(using: Classroom):
    lan, uuid = using.actor("lan"), using.extra["item"]
    with write():
        offers.decline_offer(lan, using.lesson, uuid, 2)
        offers.decline_offer(lan, using.lesson, uuid, 2)
    assert offers.list_offers(lan, using.lesson) == []
    with write():
        library.add_version(using.actor("thu"), uuid, [prepare_text("# Sông\n\nBa trăm.")])
    assert [one.newer for one in offers.list_offers(lan, using.lesson)] == [3]
    with write():
        offers.take_offer_back(lan, using.lesson, uuid, 2)


def test_a_colleague_of_elsewhere_may_not_answer_for_the_lesson(using: Classroom):
    for deed in (offers.accept_offer, offers.decline_offer):
        with pytest.raises(NotAllowed), write():
            deed(using.actor("thu"), using.lesson, using.extra["item"], 2)  # type: ignore[operator]


def test_the_editor_and_the_course_offer_it_and_take_it(using: Classroom, client: FlaskClient):
    browser = sign_in(client, using, "lan")
    page = browser.get(f"/teach/lessons/{using.lesson.uuid}?lang=en").text
    assert (
        "A newer version of one material" in page and f"/library/{using.extra['item']}/versions/1..2" in page
    )
    assert (
        f"/teach/courses/{using.course.uuid}/newer" in browser.get(f"/teach/courses/{using.course.uuid}").text
    )
    assert "Sông quê" in browser.get(f"/teach/courses/{using.course.uuid}/newer").text
    declined = browser.post(f"/teach/lessons/{using.lesson.uuid}/newer/{using.extra['item']}/2/decline")
    assert declined.status_code == 303
    assert "A newer version" not in browser.get(f"/teach/lessons/{using.lesson.uuid}?lang=en").text
    browser.post(f"/teach/lessons/{using.lesson.uuid}/newer/{using.extra['item']}/2/undo")
    assert browser.post(f"/teach/courses/{using.course.uuid}/newer").status_code == 303
    assert (
        "Sông quê"
        not in browser.get(f"/teach/courses/{using.course.uuid}/newer?lang=en").text.split("<main")[1]
    )
    assert taught_pins(using) == [f"{using.extra['item']}@1"]


def test_a_recall_during_the_lesson_closes_the_file_at_once_and_learners_go_on(
    using: Classroom, client: FlaskClient
):
    browser = sign_in(client, using, "minh")
    assert "một trăm" in browser.get(player_address(using)).text
    fresh = browser.get(player_address(using, "/links")).json
    assert fresh["recalled"] is False and fresh["links"]["main_url"]
    withdraw(using, 1)
    assert browser.get(player_address(using, "/links")).json == {"recalled": True, "links": {}}
    page = browser.get(player_address(using) + "?lang=en").text
    assert "This material was recalled" in page and "Your teacher has been told" in page
    assert "một trăm" not in page and "Sai số liệu" not in page
    assert browser.post(player_address(using, "/next")).status_code == 303
    with write():
        recall.lift_recall(SYSTEM, using.extra["item"], 1)
    assert "một trăm" in browser.get(player_address(using)).text


def test_who_looks_at_the_draft_gets_fresh_links_and_learners_do_not(using: Classroom, app: Flask):
    preview = f"/teach/lessons/{using.lesson.uuid}/preview/{using.extra['document'].uuid}"
    lan = sign_in(app.test_client(), using, "lan")
    assert f'data-links="{preview}/links"' in lan.get(preview).text
    assert lan.get(f"{preview}/links").json["links"]["main_url"]
    for login in ("minh", "nam"):
        assert sign_in(app.test_client(), using, login).get(f"{preview}/links").status_code in {403, 404}
    withdraw(using, 1)
    assert lan.get(f"{preview}/links").status_code == 404  # a draft does not show what was recalled


def test_links_are_given_to_nobody_who_may_not_see_the_lesson(using: Classroom, client: FlaskClient):
    assert client.get(player_address(using, "/links")).status_code in {302, 303, 401}
    assert sign_in(client, using, "nam").get(player_address(using, "/links")).status_code == 404


def test_the_teacher_is_told_once_and_offered_the_good_version(using: Classroom, client: FlaskClient):
    withdraw(using, 1)
    run_due_jobs()
    mine = select(Notice).where(Notice.topic == "item_recalled")
    assert [row.user_id for row in db.session.scalars(mine)] == [using.users["lan"].id]
    (offer,) = offers.list_offers(using.actor("lan"), using.lesson)
    assert offer.is_recalled and offer.newer == 2
    page = sign_in(client, using, "lan").get(f"/teach/lessons/{using.lesson.uuid}?lang=en").text
    assert "was recalled on" in page and "Sai số liệu" in page
    page = client.get(f"/library/{using.extra['item']}?version=1&lang=en").text
    assert "Choose another one there" in page and f'href="/teach/lessons/{using.lesson.uuid}"' in page


def test_the_older_version_takes_the_place_of_a_recalled_newest(using: Classroom):
    lan = using.actor("lan")
    with write():
        offers.accept_offer(lan, using.lesson, using.extra["item"], 2)
    withdraw(using, 2)
    (offer,) = offers.list_offers(lan, using.lesson)
    assert (offer.numbers, offer.newer, offer.is_recalled) == ((2,), 1, True)
    with write():
        assert offers.accept_offer(lan, using.lesson, using.extra["item"], 1).changed == 1
    assert using.extra["document"].pin.endswith("@1")


def test_a_lesson_with_a_recalled_item_cannot_be_published(using: Classroom):
    withdraw(using, 1)
    with pytest.raises(Invalid), write():
        services.publish_lesson(using.actor("lan"), using.lesson, runs=[using.run])
    with pytest.raises(Invalid), write():
        library.pin_item(using.actor("lan"), using.extra["item"], 1)


def test_where_an_item_is_used_is_named_to_its_teachers_and_counted_for_others(using: Classroom):
    item = using.extra["newer"].item
    own = find_uses(using.actor("lan"), item)
    assert [(use.title, use.within, use.numbers) for use in own.seen] == [("Quy đồng mẫu số", "Toán 6", (1,))]
    assert (own.named, own.others) == (1, 0)
    other = find_uses(using.actor("thu"), item)
    assert (list(other.seen), other.named, other.others) == ([], 0, 1)
    unused = make_item(using.actor("lan"), "Chưa ai dùng")
    assert find_uses(using.actor("lan"), unused.item).named == 0


def test_the_item_page_says_where_it_is_used(using: Classroom, client: FlaskClient):
    address = f"/library/{using.extra['item']}?lang=en"
    assert "Where it is used" not in client.get(address).text
    page = sign_in(client, using, "thu").get(address).text
    assert "1 lesson of other teachers" in page and "Quy đồng mẫu số" not in page


def test_every_pin_of_a_revision_is_noted(using: Classroom):
    revision = db.session.scalars(select(Revision)).one()
    pins = {row["pin"] for row in revision.snapshot["activities"] if row["pin"]}
    noted = db.session.scalars(select(RevisionPin.pin).where(RevisionPin.revision_id == revision.id))
    assert set(noted) == pins and pins


def test_taking_the_newer_version_keeps_the_version_type_of_the_block(using: Classroom):
    newer: Version = using.extra["newer"]
    assert newer.number == 2
    with write():
        offers.accept_all(using.actor("lan"), offers.list_offers(using.actor("lan"), using.lesson))
    assert using.extra["document"].kind == "document"


def test_all_are_declined_at_once_by_who_may_edit_alone(using: Classroom, client: FlaskClient) -> None:
    address = f"/teach/courses/{using.course.uuid}/newer"
    lan = using.actor("lan")
    assert sign_in(client, using, "thu").post(f"{address}/decline").status_code in {403, 404}
    assert offers.list_course_offers(lan, using.course) != []
    browser = sign_in(client, using, "lan")
    assert f"{address}/decline" in browser.get(address).text
    for _again in range(2):
        assert browser.post(f"{address}/decline").status_code == 303
    assert offers.list_course_offers(lan, using.course) == []
    assert using.extra["document"].pin.endswith("@1")


def test_a_recalled_version_is_not_kept_by_declining_all(using: Classroom) -> None:
    lan = using.actor("lan")
    (one,) = offers.list_offers(lan, using.lesson)
    with write():
        assert offers.decline_all(lan, [replace(one, is_recalled=True)]) == 0
    assert offers.list_offers(lan, using.lesson) == [one]


def test_two_who_accept_at_once_change_the_draft_once(using: Classroom, app: Flask):
    document, item = using.extra["document"], using.extra["item"]
    before, gate, codes = document.version, Barrier(2), []

    def accept() -> None:
        browser = sign_in(app.test_client(), using, "lan")
        gate.wait()
        address = f"/teach/lessons/{using.lesson.uuid}/newer"
        codes.append(browser.post(address, data={"item": str(item), "number": "2"}).status_code)

    threads = [Thread(target=accept) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    kept = db.session.execute(select(Activity.pin, Activity.version).where(Activity.id == document.id)).one()
    assert codes == [303, 303]
    assert tuple(kept) == (f"{item}@2", before + 1)
