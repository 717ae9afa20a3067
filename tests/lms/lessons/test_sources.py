"""The pages of sources: everything used of others is named, to those who may see the lesson and to nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from lms.core.clock import now
from lms.core.db import db, write
from lms.lessons import services
from lms.lessons.attribution import make_sheet, write_html, write_text
from lms.lessons.models import RunLesson
from lms.library.credits import load_credits
from lms.library.queries import load_pinned
from lms.library.services import pin_item
from lms.library.values import PinnedItem
from tests.factories.library import make_item
from tests.lms.lessons.conftest import Classroom

SOURCE = "https://example.org/ghe"


@pytest.fixture
def taught(classroom: Classroom) -> Classroom:
    """The class with a lesson that uses two works of others, published; its draft has since taken a third."""
    lan, thu = classroom.actor("lan"), classroom.actor("thu")
    works = [
        make_item(
            thu, "Ghe <gạo>", license_id="CC-BY-SA-4.0", authors=("Trần Văn An", "Lê Bình"), source_url=SOURCE
        ),
        make_item(thu, "Sông quê", license_id="CC-BY-NC-4.0", authors=("Lê Bình",), rights_holder="Trường B"),
    ]
    with write():
        for work in [*works, works[0]]:
            item = pin_item(lan, work.item.uuid)
            services.add_activity(lan, classroom.lesson, kind="document", data={}, pin=item.pin)
        services.publish_lesson(lan, classroom.lesson, runs=[classroom.run])
    later = make_item(thu, "Chợ nổi", license_id="CC0-1.0")
    with write():
        pin = pin_item(lan, later.item.uuid).pin
        services.add_activity(lan, classroom.lesson, kind="document", data={}, pin=pin)
    classroom.extra["works"] = works
    return classroom


@pytest.fixture
def visit(client: FlaskClient) -> Callable[[Classroom, str], FlaskClient]:
    """Sign someone in and return the browser."""

    def enter(room: Classroom, name: str) -> FlaskClient:
        client.post("/sign-out")
        assert client.post("/sign-in", data={"login": name, "password": room.password}).status_code == 303
        return client

    return enter


def addresses(room: Classroom) -> dict[str, str]:
    return {
        "lesson": f"/learn/runs/{room.run.uuid}/{room.lesson.uuid}/sources",
        "run": f"/learn/runs/{room.run.uuid}/sources",
        "draft": f"/teach/lessons/{room.lesson.uuid}/sources",
        "course": f"/teach/courses/{room.course.uuid}/sources",
    }


def test_every_work_is_named_once_with_title_author_source_license_and_changes(taught, visit):
    page = visit(taught, "minh").get(f"{addresses(taught)['lesson']}?lang=en").text
    assert page.count("Ghe &lt;gạo&gt;") == 1 and "<gạo>" not in page
    for said in ("Trần Văn An, Lê Bình", SOURCE, "Trường B", "Shown unaltered, version 1."):
        assert said in page
    assert 'href="https://creativecommons.org/licenses/by-sa/4.0/"' in page
    assert "shared under CC BY-NC-SA 4.0" in page
    assert "Chợ nổi" not in page


def test_every_work_leads_to_its_permanent_address_on_the_page_and_in_the_text(taught, visit, app):
    browser, base_url = visit(taught, "minh"), app.extensions["settings"].base_url
    page = browser.get(addresses(taught)["lesson"]).text
    text = browser.get(addresses(taught)["run"] + "?as=text").text
    for work in taught.extra["works"]:
        address = f"/library/{work.item.uuid}/versions/1"
        assert f'<a href="{base_url}{address}">' in page and f"Địa chỉ: {base_url}{address}" in text
    assert visit(taught, "thu").get(address).location.endswith(f"/library/{work.item.uuid}?version=1")


def test_the_page_speaks_vietnamese_too(taught, visit):
    page = visit(taught, "minh").get(addresses(taught)["lesson"]).text
    assert "Nguồn học liệu" in page and "Giữ nguyên, phiên bản 1." in page


def test_the_author_sees_the_sources_of_the_draft(taught, visit):
    lan = visit(taught, "lan")
    for name in ("draft", "course"):
        page = lan.get(addresses(taught)[name]).text
        assert "Chợ nổi" in page and "Sông quê" in page
    assert "Quy đồng mẫu số" in lan.get(addresses(taught)["course"]).text


def test_the_course_names_the_lessons_that_use_a_work(taught, visit):
    page = visit(taught, "minh").get(f"{addresses(taught)['run']}?lang=en").text
    assert page.count("Ghe &lt;gạo&gt;") == 1 and "Used in" in page and "Quy đồng mẫu số" in page


@pytest.mark.parametrize("name", ["nam", "thu"])
def test_sources_of_a_lesson_one_may_not_see_are_not_there(taught, visit, name):
    browser = visit(taught, name)
    for address in addresses(taught).values():
        for form in ("", "?as=text"):
            assert browser.get(address + form).status_code == 404


def test_a_learner_does_not_see_the_sources_of_drafts(taught, visit):
    browser = visit(taught, "minh")
    assert browser.get(addresses(taught)["draft"]).status_code == 404
    assert browser.get(addresses(taught)["course"]).status_code == 404


def test_a_stranger_is_asked_to_sign_in(taught, client):
    for address in addresses(taught).values():
        answer = client.get(address)
        assert answer.status_code in {302, 303} and "/sign-in" in answer.location


def test_a_lesson_that_is_not_open_yet_keeps_its_sources_to_itself(taught, visit):
    with write():
        row = db.session.get_one(RunLesson, (taught.run.id, taught.lesson.id))
        row.opens_at = now() + timedelta(days=1)
    browser = visit(taught, "minh")
    assert "Sông quê" not in browser.get(addresses(taught)["run"]).text
    assert browser.get(addresses(taught)["lesson"]).status_code == 409
    lan = visit(taught, "lan")
    assert "Sông quê" in lan.get(addresses(taught)["run"]).text


def test_a_lesson_without_works_of_others_says_so(published, visit):
    browser = visit(published, "minh")
    for name in ("lesson", "run"):
        page = browser.get(f"{addresses(published)[name]}?lang=en").text
        assert "This uses nothing of others." in page and "As plain text" not in page


def test_as_text_it_can_be_copied(taught, visit):
    answer = visit(taught, "minh").get(f"{addresses(taught)['lesson']}?as=text&lang=en")
    assert answer.mimetype == "text/plain"
    assert "1. “Ghe <gạo>”. Author: Trần Văn An, Lê Bình. License: CC BY-SA 4.0 (https://" in answer.text
    assert f"Source: {SOURCE}. Shown unaltered, version 1." in answer.text


def test_exports_take_it_in_either_language_whoever_asks(taught):
    pins = [work.pin for work in taught.extra["works"]]
    items = list(load_pinned(pins).values())
    sheet = make_sheet("Ghe & sông", [("Bài 1", items)], is_course=False)
    vi, en = write_text(sheet, "vi"), write_text(sheet, "en")
    assert "Giấy phép: CC BY-SA 4.0" in vi and "License: CC BY-SA 4.0" in en
    html = write_html(sheet, "en")
    assert "Shown unaltered" in html and "<gạo>" not in html and "<script" not in html
    assert "Giữ nguyên" in write_html(sheet, "vi")


def test_a_work_that_left_the_library_keeps_the_credit_it_was_inserted_with(taught):
    kept = load_pinned([taught.extra["works"][0].pin]).popitem()[1]
    gone = PinnedItem.from_json({**kept.to_json(), "pin": "00000000-0000-7000-8000-000000000000@1"})
    credit = load_credits([gone])[gone.pin]
    assert credit.authors == () and "Trần Văn An" in credit.line
    assert "Trần Văn An" in write_text(make_sheet("T", [("B", [gone])], is_course=False), "en")


def test_many_works_are_read_in_few_questions(taught, query_count):
    taken = [f"00000000-0000-7000-8000-{number:012d}@1" for number in range(450)]
    kept = load_pinned([taught.extra["works"][0].pin]).popitem()[1].to_json()
    items = [PinnedItem.from_json({**kept, "pin": pin}) for pin in taken]
    with query_count() as sent:
        found = load_credits(items)
    assert len(found) == 450 and len(sent) <= 3


def test_the_pages_cost_few_queries(taught, visit, query_count):
    browser = visit(taught, "minh")
    address = addresses(taught)["run"]
    browser.get(address)
    with query_count() as sent:
        assert browser.get(address).status_code == 200
    assert len(sent) <= 8, "\n".join(sent)


def test_links_lead_only_where_the_license_stands(taught, visit):
    page = visit(taught, "minh").get(addresses(taught)["lesson"]).text
    outside = set(re.findall(r'href="(https://[^"]+)"', page))
    assert {SOURCE, "https://creativecommons.org/licenses/by-nc/4.0/"} <= outside
