"""The sources of an open course are for anyone, as long as the course is."""

from __future__ import annotations

from sqlalchemy import select

from lms.core.db import db, write
from lms.courses.models import Course, Run, Unit
from lms.lessons import services as lessons
from lms.library.services import pin_item
from tests.factories.library import make_item


def add_sourced_lesson(cast, opened, title="Bài có tranh"):
    """Publish one more lesson, with a work of cô Lan, to the open run."""
    ha = cast.ha.actor
    work = make_item(cast.lan.actor, "Ghe bầu", license_id="CC-BY-4.0", authors=("Trần Văn An",))
    with write():
        unit = db.session.scalars(select(Unit).where(Unit.course_id == opened.course_id)).first()
        lesson = lessons.create_lesson(ha, unit, title)
        pin = pin_item(ha, work.item.uuid).pin
        lessons.add_activity(ha, lesson, kind="document", data={}, pin=pin)
        lessons.publish_lesson(ha, lesson, runs=[db.session.get_one(Run, opened.run_id)])


def test_anyone_reads_who_made_what(client, cast, opened):
    course = opened()
    add_sourced_lesson(cast, course)
    address = f"/catalog/{course.slug}/sources"
    assert address in client.get(f"/catalog/{course.slug}").text
    page = client.get(f"{address}?lang=en")
    assert page.status_code == 200 and page.headers.get("ETag")
    for said in ("Ghe bầu", "Trần Văn An", "CC BY 4.0", "Bài có tranh", "Shown unaltered"):
        assert said in page.text
    text = client.get(f"{address}?as=text")
    assert text.mimetype == "text/plain" and "Trần Văn An" in text.text


def test_a_course_that_is_not_listed_keeps_its_sources_to_itself(client, cast, opened):
    course = opened(is_listed=False)
    add_sourced_lesson(cast, course)
    for form in ("", "?as=text"):
        answer = client.get(f"/catalog/{course.slug}/sources{form}")
        assert answer.status_code == 404 and "Ghe bầu" not in answer.text


def test_a_new_lesson_is_among_the_sources_at_once(client, cast, opened):
    course = opened()
    address = f"/catalog/{course.slug}/sources?lang=en"
    assert "This uses nothing of others." in client.get(address).text
    add_sourced_lesson(cast, course)
    assert "Ghe bầu" in client.get(address).text


def test_a_run_not_begun_names_no_sources(client, cast, opened):
    course = opened()
    add_sourced_lesson(cast, course)
    with write():
        db.session.get_one(Run, course.run_id).state = "planned"
        slug = db.session.get_one(Course, course.course_id).slug
    assert "Ghe bầu" not in client.get(f"/catalog/{slug}/sources?lang=en").text
