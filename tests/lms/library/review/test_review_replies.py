"""When the author says something in a review, those who review it hear of it."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from lms.core.db import db, write
from lms.core.jobs import run_due_jobs
from lms.library.review import services as reviews
from lms.library.review.models import ReviewSubmission
from lms.notices.models import Notice
from tests.cast import Cast
from tests.factories.reviews import Desk, decide, submit


def reply(cast: Cast, submission: ReviewSubmission) -> set[int]:
    """Let the author comment; return who is told of it."""
    before = set(db.session.scalars(select(Notice.id)))
    with write():
        reviews.comment_on(cast.lan.actor, submission.uuid, text="Đã sửa trang 2.")
    run_due_jobs()
    rows = db.session.scalars(select(Notice).where(Notice.topic == "review_replied"))
    return {row.user_id for row in rows if row.id not in before}


def test_every_reviewer_hears_of_it_as_long_as_nobody_has_spoken(act: Flask, cast: Cast, desk: Desk):
    assert reply(cast, submit(cast)) == {desk.first.user_id, desk.second.user_id}


def test_those_who_have_spoken_hear_of_it_also_after_they_asked_for_changes(
    act: Flask, cast: Cast, desk: Desk
):
    submission = submit(cast)
    with write():
        reviews.comment_on(desk.second, submission.uuid, text="Xem lại hình.")
    assert reply(cast, submission) == {desk.second.user_id}
    decide(desk.second, submission, "changes", "Thiếu nguồn")
    assert reply(cast, submission) == {desk.second.user_id}


def test_the_one_it_was_given_to_hears_of_it_alone(act: Flask, cast: Cast, desk: Desk):
    submission = submit(cast)
    with write():
        reviews.assign(desk.second, submission.uuid, desk.first.uuid)
    assert reply(cast, submission) == {desk.first.user_id}
