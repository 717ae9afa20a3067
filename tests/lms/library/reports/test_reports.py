"""Reported problems: anyone who sees an item reports, its librarians answer once, reporters and authors are told."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from content_store.models import Version
from lms.core.actor import SYSTEM
from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.core.jobs import run_due_jobs
from lms.library import recall, services
from lms.library.reports import queries as report_queries
from lms.library.reports import services as reports
from lms.library.reports.models import ItemCase, ItemReport
from lms.notices.models import Notice
from lms.notices.topics import say
from lms.people.queries import build_actor
from lms.people.services import grant_role
from tests.cast import Cast, Person
from tests.factories.library import make_item, prepare_text

Enter = Callable[[Person], FlaskClient]


def item(cast: Cast, scope: str | None = "public", title: str = "Phân số") -> Version:
    return make_item(cast.lan.actor, title, home=cast.school, scope=scope)


def report(person: Person, version: Version, kind: str = "content", words: str = "Câu 3 sai") -> ItemCase:
    with write():
        made = reports.report_problem(person.actor, version.item.uuid, kind=kind, words=words)
    return db.session.get_one(ItemCase, made.case_id)


def close(person: Person, case: ItemCase, verdict: str = "settled", answer: str = "Đã sửa") -> ItemCase:
    with write():
        return reports.close_case(person.actor, case.uuid, verdict, answer=answer)


def told(topic: str) -> list[tuple[int, str]]:
    run_due_jobs()
    rows = db.session.scalars(select(Notice).where(Notice.topic == topic).order_by(Notice.id))
    return [(row.user_id, say(row.topic, row.about)) for row in rows]


def test_reports_of_one_item_stand_in_one_case(cast: Cast):
    version = item(cast)
    first = report(cast.minh, version)
    second = report(cast.phuc, version, "rights", "")
    report(cast.minh, item(cast, title="Khác"))
    assert first.id == second.id
    rows = report_queries.list_cases(cast.tuan.actor).rows
    assert [(row.version.title, row.count, row.kinds) for row in rows] == [
        ("Phân số", 2, ("content", "rights")),
        ("Khác", 1, ("content",)),
    ]
    assert [user for user, _words in told("problem_reported")] == [cast.tuan.user.id] * 2


def test_only_who_sees_it_reports_and_once_while_it_is_looked_at(cast: Cast):
    version = item(cast)
    report(cast.minh, version)
    with pytest.raises(Conflict):
        report(cast.minh, version)
    with pytest.raises(NotFound):
        report(cast.phuc, item(cast, "school"))
    with pytest.raises(Conflict):
        report(cast.lan, item(cast, None))
    close(cast.tuan, db.session.scalars(select(ItemCase)).one())
    assert report(cast.minh, version).state == "open"


@pytest.mark.parametrize(
    ("kind", "words", "field"), [("", "x", "kind"), ("nonsense", "x", "kind"), ("other", " ", "words")]
)
def test_a_report_says_what_is_wrong(cast: Cast, kind: str, words: str, field: str):
    with pytest.raises(Invalid) as refused:
        report(cast.minh, item(cast), kind, words)
    assert set(refused.value.fields) == {field}
    assert db.session.scalar(select(func.count(ItemCase.id))) == 0


def test_cases_are_seen_by_the_librarians_of_the_place_alone(cast: Cast):
    case = report(cast.minh, item(cast))
    with write():
        grant_role(SYSTEM, cast.ha.user, "editor", cast.other_school)
    foreign = build_actor(cast.ha.user)
    for actor in (foreign, cast.lan.actor, cast.minh.actor, cast.phuc.actor):
        with pytest.raises(NotFound):
            report_queries.get_case(actor, case.uuid)
        with pytest.raises(NotFound), write():
            reports.close_case(actor, case.uuid, "settled", answer="x")
        for deed in (reports.take_case, reports.release_case):
            with pytest.raises(NotFound), write():
                deed(actor, case.uuid)
        with pytest.raises(NotFound), write():
            reports.ask_author(actor, case.uuid, note="x")
        assert not report_queries.list_cases(actor).rows
    assert report_queries.get_case(cast.tuan.actor, case.uuid).id == case.id


def test_what_comes_from_no_place_concerns_the_operators(cast: Cast):
    version = make_item(cast.lan.actor, "Không nơi")
    case = report(cast.minh, version)
    with pytest.raises(NotFound):
        report_queries.get_case(cast.tuan.actor, case.uuid)
    assert report_queries.get_case(SYSTEM, case.uuid).id == case.id


def test_a_case_is_taken_given_back_and_answered_once(cast: Cast):
    case = report(cast.minh, item(cast))
    with write():
        reports.take_case(cast.tuan.actor, case.uuid)
    assert [row.taken_by for row in report_queries.list_cases(cast.tuan.actor, queue="mine").rows] == [
        "Võ Anh Tuấn"
    ]
    with write():
        reports.release_case(cast.tuan.actor, case.uuid)
    assert not report_queries.list_cases(cast.tuan.actor, queue="mine").rows
    with pytest.raises(Invalid) as refused:
        close(cast.tuan, case, "", " ")
    assert set(refused.value.fields) == {"verdict", "answer"}
    close(cast.tuan, case, "rejected", "Đúng rồi mà")
    with pytest.raises(Conflict):
        close(cast.tuan, case)
    assert [row.case.state for row in report_queries.list_cases(cast.tuan.actor, queue="closed").rows] == [
        "rejected"
    ]


def test_every_reporter_reads_the_answer_and_the_author_what_to_mend(cast: Cast):
    version = item(cast)
    report(cast.minh, version)
    case = report(cast.phuc, version)
    with write():
        reports.ask_author(cast.tuan.actor, case.uuid, note="Xem lại câu 3")
    close(cast.tuan, case, answer="Cảm ơn, 100% đúng")
    asked = told("author_asked")
    assert [user for user, _words in asked] == [cast.lan.user.id] and "Xem lại câu 3" in asked[0][1]
    answers = told("report_answered")
    assert {user for user, _words in answers} == {cast.minh.user.id, cast.phuc.user.id}
    assert all("Cảm ơn, 100% đúng" in words for _user, words in answers)


def test_nobody_decides_on_reports_of_their_own_material(cast: Cast):
    version = make_item(cast.tuan.actor, "Của Tuấn", home=cast.department)
    case = report(cast.minh, version)
    with pytest.raises(NotAllowed):
        close(cast.tuan, case)
    with write():
        reports.take_case(cast.tuan.actor, case.uuid)
    assert report_queries.get_case(cast.tuan.actor, case.uuid).is_live


def test_a_recall_ends_the_case_of_what_it_withdraws(cast: Cast):
    version = item(cast)
    case = report(cast.minh, version)
    with write():
        services.add_version(cast.lan.actor, version.item.uuid, [prepare_text("Bản hai.")])
    with write():
        reports.report_problem(cast.phuc.actor, version.item.uuid, kind="broken", number=2)
        recall.recall_version(cast.tuan.actor, version.item.uuid, 1, reason="Sai")
    assert case.is_live  # the second version is reported too, and still there
    with write():
        reports.close_case(cast.tuan.actor, case.uuid, "settled", answer="Xong")
    again = report(cast.minh, version)
    with write():
        recall.recall_version(cast.tuan.actor, version.item.uuid, 2, reason="Sai")
    assert again.state == "recalled"
    assert (cast.minh.user.id, "“Phân số” mà bạn báo lỗi đã được thu hồi.") in told("report_answered")
    with pytest.raises(Conflict):
        with write():
            reports.report_problem(cast.minh.actor, version.item.uuid, kind="broken", number=2)


def test_two_who_report_at_once_open_one_case(app: Flask, cast: Cast):
    uuid = item(cast).item.uuid
    gate = threading.Barrier(2)
    actors = [cast.minh.actor, cast.phuc.actor]
    db.session.rollback()

    def send(number: int) -> None:
        with app.app_context():
            gate.wait(60)
            with write():
                reports.report_problem(actors[number], uuid, kind="broken")

    threads = [threading.Thread(target=send, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert db.session.scalar(select(func.count(ItemCase.id))) == 1
    assert db.session.scalar(select(func.count(ItemReport.id))) == 2


def test_the_pages_from_report_to_answer(browse_as: Enter, cast: Cast):
    version = item(cast)
    minh, address = browse_as(cast.minh), f"/library/{version.item.uuid}/report"
    assert f"{address}?version=1" in minh.get(f"/library/{version.item.uuid}").text
    assert minh.post(f"{address}?lang=en", data={"kind": "other"}).status_code == 422
    said = {"kind": "other", "words": "<u>Lạ</u>", "version": "1"}
    assert minh.post(address, data=said).status_code == 303
    assert "You have reported it already" in minh.get(f"{address}?lang=en").text
    assert minh.post(address, data=said).status_code == 409
    tuan = browse_as(cast.tuan)
    case = db.session.scalars(select(ItemCase.uuid)).one()
    assert f"/library/reports/{case}" in tuan.get("/library/reports").text
    page = tuan.get(f"/library/reports/{case}?lang=en").text
    assert "&lt;u&gt;Lạ&lt;/u&gt;" in page and "a reader" in page and "Minh" not in page
    assert f"/library/{version.item.uuid}/versions/1/recall" in page
    for deed, form, status in (
        ("take", {}, 303),
        ("release", {}, 303),
        ("author", {"note": ""}, 422),
        ("author", {"note": "Sửa giúp"}, 303),
        ("close", {"verdict": "settled"}, 422),
        ("close", {"verdict": "settled", "answer": "Xong"}, 303),
        ("close", {"verdict": "settled", "answer": "Xong"}, 409),
    ):
        assert tuan.post(f"/library/reports/{case}/{deed}", data=form).status_code == status, (deed, form)
    assert browse_as(cast.lan).get("/library/reports").status_code == 403


def test_reports_are_limited_in_number(browse_as: Enter, cast: Cast):
    browser, version = browse_as(cast.minh), item(cast)
    for _n in range(10):
        browser.post(f"/library/{version.item.uuid}/report", data={"kind": ""})
    assert browser.post(f"/library/{version.item.uuid}/report", data={"kind": ""}).status_code == 429


def test_the_queue_asks_no_more_for_many(cast: Cast, query_count: Callable):
    actor = cast.tuan.actor
    report(cast.minh, item(cast))
    with query_count() as few:
        report_queries.list_cases(actor)
    for _n in range(4):
        report(cast.minh, item(cast))
    with query_count() as many:
        page = report_queries.list_cases(actor, size=3)
    assert len(many) == len(few) and len(page.rows) == 3
    assert len(report_queries.list_cases(actor, after=page.next, size=3).rows) == 2
