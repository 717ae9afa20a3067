"""What people of the demo find at their bell: a place in a course, a new lesson; Minh has read the oldest."""

from __future__ import annotations

from sqlalchemy import select

from lms.core.db import db, write
from lms.core.jobs import run_due_jobs
from lms.courses.models import Run
from lms.demo.content.courses import all_courses
from lms.demo.content.people import RUNS
from lms.demo.learning import MINH
from lms.demo.places import actor_of, get_place
from lms.demo.teaching import find_course, find_run, lessons_of
from lms.lessons.services import publish_lesson
from lms.notices.models import Notice
from lms.notices.services import read_notice


def build_news() -> None:
    """Publish the lesson before the last of each class course to its classes once more, which tells them of it."""
    authors = {demo.slug: demo.teachers[0] for demo in all_courses()}
    for run in RUNS:
        course = find_course(run.course)
        taught = find_run(course, get_place(run.org)) if course else None
        if course is not None and taught is not None and taught.kind == "class":
            with write():
                lesson = lessons_of(course)[-2]
                publish_lesson(
                    actor_of(authors[run.course]), lesson, runs=[db.session.get_one(Run, taught.id)]
                )
    run_due_jobs()
    _let_minh_read()


def _let_minh_read() -> None:
    minh = actor_of(MINH)
    oldest = select(Notice.uuid).where(Notice.user_id == minh.user_id).order_by(Notice.id).limit(2)
    with write():
        for uuid in db.session.scalars(oldest).all():
            read_notice(minh, uuid)
