"""The deeds that are interrupted: upload, index, publish, enroll, answer, migrate. Each tells what it acknowledges.

A deed tells only after its `write()` has returned, as a page answers 303 only then.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from lms.core.actor import SYSTEM, Actor
from lms.core.db import db, write
from lms.core.events import announce
from lms.core.jobs import enqueue, run_due_jobs
from lms.core.migrate import DatabaseUpgraded, upgrade_database
from lms.courses import services as courses
from lms.courses.models import Course, Run, Unit
from lms.courses.services import CourseDraft, RunDraft
from lms.lessons import services as lessons
from lms.lessons.models import Activity, Lesson
from lms.library import services as library
from lms.mooc.services import PublicFace, list_course, open_course
from lms.orgs.models import Org
from lms.people.queries import build_actor, find_user
from lms.people.services import create_user, grant_role
from lms.questions.grading import Response
from tests.cast import Person, build_cast
from tests.factories.people import password_hash

Told = dict[str, Any]
CITIZENS = 80
QUESTION = {"kind": "short_text", "prompt": "Thủ đô của Việt Nam?", "accepted": ["Hà Nội"], "tries": 0}
OPEN, TAUGHT = "Kĩ năng số căn bản", "Toán 6"


def migrate(app: Flask) -> Iterator[Told]:
    """Bring the tables up to date."""
    upgrade_database(db.engine)
    yield {"deed": "migrate"}


def found_school(app: Flask) -> Iterator[Told]:
    """Make the cast, a course taught to 6A1, an open course and citizens who may take it."""
    upgrade_database(db.engine)
    cast = build_cast()
    with write():
        announce(DatabaseUpgraded())
        grant_role(SYSTEM, cast.tuan.user, "org_admin", cast.department)
        for number in range(CITIZENS):
            create_user(
                SYSTEM,
                full_name=f"Người dân {number}",
                email=f"dan{number}@example.test",
                password_hash=password_hash(),
            )
    _make_course(cast.lan.actor, cast.school, TAUGHT, cast.class_6a1)
    keeper = Person(cast.tuan.user).actor
    _make_course(keeper, cast.department, OPEN, None)
    run_due_jobs()
    yield {"deed": "found"}


def _make_course(actor: Actor, org: Org, title: str, class_org: Org | None) -> None:
    with write():
        course = courses.create_course(
            actor, org=org, draft=CourseDraft(title=title, summary="Bài học đầu tiên.")
        )
        lesson = lessons.create_lesson(
            actor, courses.add_unit(actor, course, "Mở đầu"), "Bài 1", free_preview=True
        )
        lessons.add_activity(actor, lesson, kind="text", title="Đọc", data={"markdown": "Lần 0."})
        lessons.add_activity(actor, lesson, kind="question", title="Thử", data=QUESTION)
        runs = []
        if class_org is not None:
            runs.append(courses.create_run(actor, course, org=org, draft=RunDraft(title=f"{title} A")))
        lessons.publish_lesson(actor, lesson, runs=runs)
        if class_org is not None:
            courses.enroll_class(actor, runs[0], class_org)
        else:
            face = PublicFace("Dùng mạng an toàn", ("Bài đọc",), ("Võ Anh Tuấn",), preview_lesson=lesson.uuid)
            list_course(actor, open_course(actor, course, face))


def actor_of(login: str) -> Actor:
    """Who acts under this login."""
    user = find_user(login)
    assert user is not None, login
    return build_actor(user)


def upload(app: Flask, number: int) -> Iterator[Told]:
    """Put one file into the library, as the upload page does."""
    lan = actor_of("lan")
    text = f"# Tài liệu số {number}\n\nĐoạn văn của tài liệu {number}, viết cho lớp 6.\n"
    stream = io.BytesIO(text.encode())
    files = library.prepare_files(lan, [library.NewFile(f"tai-lieu-{number}.md", stream)])
    with write():
        version = library.add_item(lan, files)
    yield {"deed": "upload", "item": version.item.uuid, "sha256": version.files[0].sha256}


def index(app: Flask, number: int) -> Iterator[Told]:
    """Run what is due: the worker's part, with something new for it to index."""
    yield from _let_leases_end()
    told = next(upload(app, number))
    with write():
        library.publish_item(actor_of("lan"), UUID(str(told["item"])), scope="sector")
    yield {**told, "state": "published"}
    run_due_jobs()
    yield {"deed": "index"}


def rebuild(app: Flask, number: int) -> Iterator[Told]:
    """Build the index of items anew, as after a restore."""
    yield from _let_leases_end()
    with write():
        enqueue("rebuild_items")
    run_due_jobs()
    yield {"deed": "rebuild"}


def publish(app: Flask, number: int) -> Iterator[Told]:
    """Change the lesson of the class and publish it to its run."""
    lan = actor_of("lan")
    with write():
        lesson = lesson_of(TAUGHT)
        text = activity_of(TAUGHT, "text")
        lessons.update_activity(
            lan, text, data={"markdown": f"Lần {number}."}, title="Đọc", version=text.version
        )
        run = run_of(TAUGHT)
        revision = lessons.publish_lesson(lan, lesson, runs=[run])
    yield {"deed": "publish", "revision": revision.uuid, "digest": revision.digest}


def enroll(app: Flask, number: int) -> Iterator[Told]:
    """Citizens take places in the open course, one after the other."""
    run = run_of(OPEN)
    for one in range(3):
        citizen = actor_of(f"dan{(number * 3 + one) % CITIZENS}@example.test")
        with write():
            courses.enroll_self(citizen, run)
        yield {"deed": "enroll", "user": citizen.user_id, "run": run.id}


def answer(app: Flask, number: int) -> Iterator[Told]:
    """Minh answers wrongly, three times: each answer is a statement and counts in the progress."""
    minh, run = actor_of("minh"), run_of(TAUGHT)
    asked = activity_of(TAUGHT, "question")
    for one in range(3):
        key = f"answer-{number}-{one}"
        with write():
            lessons.answer_question(minh, run.uuid, asked.uuid, Response(text=f"Huế {number} {one}"), key=key)
        yield {"deed": "answer", "account": minh.uuid, "key": f"{asked.uuid.hex}:{key}"}


def run_of(title: str) -> Run:
    """The one run of the course."""
    return db.session.scalars(select(Run).join(Course).where(Course.title == title)).one()


def activity_of(title: str, kind: str) -> Activity:
    """The one activity of this kind in the course's lesson."""
    lesson = lesson_of(title)
    return db.session.scalars(
        select(Activity).where(Activity.lesson_id == lesson.id, Activity.kind == kind)
    ).one()


def lesson_of(title: str) -> Lesson:
    """The one lesson of the course."""
    joined = select(Lesson).join(Unit, Unit.id == Lesson.unit_id).join(Course, Course.id == Unit.course_id)
    return db.session.scalars(joined.where(Course.title == title)).one()


def settle(app: Flask) -> Iterator[Told]:
    """What time and a worker do by themselves: leases end, what is due runs."""
    yield from _let_leases_end()
    run_due_jobs()
    yield {"deed": "settle"}


def _let_leases_end() -> Iterator[Told]:
    from_the_dead = db.text("UPDATE job SET lease_until = '2000-01-01' WHERE state = 'running'")
    with db.engine.begin() as connection:
        connection.execute(from_the_dead)
    yield {"deed": "leases"}


DEEDS = {
    "upload": upload,
    "index": index,
    "rebuild": rebuild,
    "publish": publish,
    "enroll": enroll,
    "answer": answer,
}
