"""Review: what needs one, who may decide, how it ends; two at the same moment; who hears of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms.core.actor import SYSTEM, Actor
from lms.core.clock import now
from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.core.i18n import speaking
from lms.core.jobs import run_due_jobs
from lms.library import services
from lms.library.door import open_store
from lms.library.queries import get_item, search_items
from lms.library.review import policies as review_policies
from lms.library.review import queries as review_queries
from lms.library.review import services as reviews
from lms.library.review.models import ReviewStep, ReviewSubmission
from lms.library.review.topics import remind_reviews
from lms.notices.models import Notice
from lms.notices.topics import say
from lms.orgs.services import create_org
from lms.people.models import User
from lms.people.queries import build_actor
from lms.people.services import grant_role
from tests.cast import Cast
from tests.factories.library import index_all, make_item, prepare_text
from tests.factories.reviews import Desk, ask_for, decide, draft, submit


def kinds(submission: ReviewSubmission) -> list[str]:
    """Return the steps of a submission in their order."""
    steps = select(ReviewStep.kind).where(ReviewStep.submission_id == submission.id).order_by(ReviewStep.id)
    return list(db.session.scalars(steps))


def test_nothing_is_asked_where_nobody_reviews(act: Flask, cast: Cast):
    version = draft(cast)
    with write():
        shared = reviews.share_item(cast.lan.actor, version.item.uuid, scope="public")
    assert (shared.submission, shared.version.item.state) == (None, "published")


def test_the_school_sees_it_at_once_and_wider_circles_after_a_review(act: Flask, cast: Cast, desk: Desk):
    version = draft(cast)
    with write():
        at_school = reviews.share_item(cast.lan.actor, version.item.uuid, scope="school")
        wider = reviews.share_item(cast.lan.actor, version.item.uuid, scope="public")
    assert at_school.submission is None
    assert wider.submission is not None
    assert get_item(cast.ha.actor, version.item.uuid).number == 1
    with pytest.raises(NotFound):
        get_item(cast.phuc.actor, version.item.uuid)
    decide(desk.first, wider.submission)
    shown = get_item(cast.phuc.actor, version.item.uuid)
    assert (shown.item.reviewed_number, shown.item.audiences) == (1, frozenset({"public"}))
    assert shown.item.reviewed_at is not None
    assert kinds(wider.submission) == ["submitted", "approved", "published"]


def test_the_department_is_a_circle_of_its_own(act: Flask, cast: Cast, desk: Desk):
    submission = submit(cast, scope="department")
    decide(desk.first, submission)
    item = open_store().get(submission.item_uuid).item
    assert item.audiences == frozenset({f"org:{cast.department.uuid}"})
    assert get_item(cast.phuc.actor, submission.item_uuid).number == 1
    with pytest.raises(NotFound):
        get_item(cast.citizen.actor, submission.item_uuid)


def test_a_circle_that_the_place_has_not_is_refused(act: Flask, cast: Cast):
    with pytest.raises(Invalid), write():
        reviews.share_item(cast.lan.actor, draft(cast).item.uuid, scope="ward")


def test_the_ward_above_a_school_sees_what_is_shared_with_it(act: Flask, cast: Cast):
    with write():
        ward = create_org(SYSTEM, parent=cast.department, kind="ward", name="Phường Một")
        school = create_org(SYSTEM, parent=ward, kind="school", name="Tiểu học Một", code="T1")
        grant_role(SYSTEM, cast.lan.user, "teacher", school)
    version = make_item(build_actor(cast.lan.user), scope="ward", home=school)
    assert version.item.audiences == frozenset({f"org:{ward.uuid}"})


def test_nobody_reviews_what_is_his_own(act: Flask, cast: Cast, desk: Desk):
    with write():
        grant_role(SYSTEM, cast.lan.user, "reviewer", cast.department)
    submission, lan = submit(cast), build_actor(cast.lan.user)
    with pytest.raises(NotAllowed):
        decide(lan, submission)
    assert not review_queries.list_queue(lan).rows


def test_a_reviewer_of_another_school_knows_nothing_of_it(act: Flask, cast: Cast, desk: Desk):
    submission = submit(cast)
    assert not review_queries.list_queue(desk.foreign).rows
    for deed in (
        lambda: reviews.decide(desk.foreign, submission.uuid, "approved"),
        lambda: reviews.comment_on(desk.foreign, submission.uuid, text="?"),
        lambda: reviews.assign(desk.foreign, submission.uuid, None),
        lambda: reviews.withdraw_submission(desk.foreign, submission.uuid),
    ):
        with pytest.raises(NotFound), write():
            deed()


def test_a_teacher_and_a_pupil_decide_nothing(act: Flask, cast: Cast, desk: Desk):
    submission = submit(cast)
    for person in (cast.ha, cast.minh):
        with pytest.raises(NotFound):
            decide(person.actor, submission)


def test_a_reviewer_reads_what_waits_and_may_not_edit_it(act: Flask, cast: Cast, desk: Desk):
    submission = submit(cast)
    assert [row.version.title for row in review_queries.list_queue(desk.first).rows] == ["Phân số"]
    with pytest.raises(NotFound), write():
        services.retire_item(desk.first, submission.item_uuid)


def test_subjects_limit_what_a_reviewer_sees_and_hears_of(act: Flask, cast: Cast, desk: Desk):
    first = db.session.get_one(User, desk.first.user_id)
    with write():
        review_policies.set_subjects(SYSTEM, cast.department, {first.uuid: ["lich-su"]})
    submission = submit(cast, subject="toan")
    assert not review_queries.list_queue(desk.first).rows
    assert review_queries.list_queue(desk.second).rows
    with pytest.raises(NotFound):
        decide(desk.first, submission)
    assert [uuid for uuid, _name in review_queries.list_reviewers(submission)] == [desk.second.uuid]


def test_another_word_for_a_file_is_no_way_round_its_review(act: Flask, cast: Cast, desk: Desk):
    ask_for(cast, cast.school, by_type={"image": 0})
    text = draft(cast, "Trang", type="image")
    with write():
        assert reviews.share_item(cast.lan.actor, text.item.uuid, scope="public").submission is not None
    assert open_store().get(text.item.uuid).item.state == "draft"


def test_a_new_version_closes_what_waits_of_the_old_one(act: Flask, cast: Cast, desk: Desk):
    submission = submit(cast)
    with write():
        services.add_version(cast.lan.actor, submission.item_uuid, [prepare_text("Bản hai.")])
    with pytest.raises(Conflict):
        decide(desk.first, submission)
    assert kinds(submission) == ["submitted", "superseded"]
    with write():
        again = reviews.share_item(cast.lan.actor, submission.item_uuid, scope="sector").submission
    assert again is not None
    decide(desk.first, again)
    assert get_item(cast.phuc.actor, submission.item_uuid).number == 2


def test_changes_and_rejection_need_a_reason_and_show_nothing(act: Flask, cast: Cast, desk: Desk):
    for verdict in ("changes", "rejected"):
        submission = submit(cast)
        with pytest.raises(Invalid):
            decide(desk.first, submission, verdict)
        decide(desk.first, submission, verdict, "Thiếu nguồn.")
        assert submission.state == verdict
        assert open_store().get(submission.item_uuid).item.state == "draft"
        with pytest.raises(Conflict):
            decide(desk.second, submission)


def test_its_author_takes_it_back_and_nobody_else(act: Flask, cast: Cast, desk: Desk):
    submission = submit(cast)
    with pytest.raises(NotFound), write():
        reviews.withdraw_submission(desk.first, submission.uuid)
    with write():
        reviews.withdraw_submission(cast.lan.actor, submission.uuid)
    with pytest.raises(Conflict):
        decide(desk.first, submission)


def test_the_same_thing_waits_once(act: Flask, cast: Cast, desk: Desk):
    submission = submit(cast)
    with pytest.raises(Conflict), write():
        reviews.share_item(cast.lan.actor, submission.item_uuid, scope="sector")
    with write():
        wider = reviews.share_item(cast.lan.actor, submission.item_uuid, scope="public").submission
    assert wider is not None
    db.session.refresh(submission)
    assert submission.state == "superseded"


def test_what_was_withdrawn_meanwhile_is_not_published(act: Flask, cast: Cast, desk: Desk):
    submission = submit(cast)
    with write():
        services.retire_item(cast.lan.actor, submission.item_uuid)
    with pytest.raises(Conflict):
        decide(desk.first, submission)


def test_narrowing_a_circle_needs_no_review(act: Flask, cast: Cast, desk: Desk):
    submission = submit(cast, scope="public")
    decide(desk.first, submission)
    with write():
        assert reviews.share_item(cast.lan.actor, submission.item_uuid, scope="sector").submission is None


def test_several_are_approved_or_taken_together(act: Flask, cast: Cast, desk: Desk):
    rows = [submit(cast, title=f"Bài {number}") for number in range(3)]
    uuids = [row.uuid for row in rows]
    with write():
        assert reviews.act_on_many(desk.first, uuids, "take") == (3, [])
    assert len(review_queries.list_queue(desk.first, queue="mine").rows) == 3
    decide(desk.second, rows[0])
    with write():
        done, problems = reviews.act_on_many(desk.first, uuids[1:], "approve")
    assert (done, problems) == (2, [])
    assert not review_queries.list_queue(desk.first).rows


def test_a_late_second_yes_is_kept_and_publishes_nothing_again(act: Flask, cast: Cast, desk: Desk):
    submission = submit(cast)
    decide(desk.first, submission)
    decide(desk.second, submission)
    assert kinds(submission) == ["submitted", "approved", "published", "approved"]


def approve(actor: Actor, uuid: UUID) -> None:
    """Approve in a write of its own."""
    with write():
        reviews.decide(actor, uuid, "approved")


def together(app: Flask, *deeds: Callable[[], None]) -> list[Exception]:
    """Do all deeds at the same moment, each in a thread and a session of its own."""
    start, problems = threading.Barrier(len(deeds)), []

    def run(deed: Callable[[], None]) -> None:
        with app.app_context():
            start.wait(60)
            try:
                deed()
            except (Conflict, NotAllowed) as problem:
                problems.append(problem)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    db.session.rollback()
    db.session.expire_all()
    return problems


def test_two_reviewers_at_once_publish_once_and_both_are_recorded(act: Flask, cast: Cast, desk: Desk):
    submission = submit(cast)
    uuid = submission.uuid
    db.session.rollback()
    problems = together(act, lambda: approve(desk.first, uuid), lambda: approve(desk.second, uuid))
    assert not problems
    said = kinds(submission)
    assert (said.count("approved"), said.count("published")) == (2, 1)


def test_an_author_who_changes_it_while_it_is_approved_never_shows_what_nobody_saw(
    act: Flask, cast: Cast, desk: Desk
):
    submission = submit(cast)
    prepared, lan = prepare_text("Bản hai."), cast.lan.actor
    uuid, review = submission.item_uuid, submission.uuid
    db.session.rollback()

    def change() -> None:
        with write():
            services.add_version(lan, uuid, [prepared])

    problems = together(act, change, lambda: approve(desk.first, review))
    item = open_store().get(uuid).item
    assert item.latest_number == 2, problems
    assert item.published_number in {None, 1}


def test_reviewers_and_authors_are_told_and_reminded_once(act: Flask, cast: Cast, desk: Desk):
    def told(actor: Actor) -> list[str]:
        run_due_jobs()
        db.session.rollback()
        rows = select(Notice.topic).where(Notice.user_id == actor.user_id).order_by(Notice.id)
        return list(db.session.scalars(rows))

    submission = submit(cast)
    assert told(desk.first) == ["review_asked"] == told(desk.second)
    assert told(desk.foreign) == [] == told(cast.lan.actor)
    for _round in range(2):
        with write():
            db.session.execute(update(ReviewSubmission).values(due_at=now() + timedelta(hours=3)))
        remind_reviews()
    assert told(desk.first) == ["review_asked", "review_due"]
    with write():
        db.session.execute(update(ReviewSubmission).values(due_at=now() - timedelta(hours=3)))
    remind_reviews()
    remind_reviews()
    assert told(desk.first) == ["review_asked", "review_due", "review_due"]
    decide(desk.first, submission, "changes", "Thiếu nguồn.")
    assert told(cast.lan.actor) == ["review_answered"]


def test_what_was_reviewed_can_be_searched_for(act: Flask, cast: Cast, desk: Desk):
    submission = submit(cast, title="Phân số đã duyệt")
    make_item(cast.lan.actor, "Phân số chưa duyệt", scope="school", home=cast.school)
    decide(desk.first, submission)
    index_all()
    found = search_items(cast.lan.actor, "phân số", filters={"reviewed": frozenset({"reviewed"})})
    assert [row.version.title for row in found.rows] == ["Phân số đã duyệt"]
    assert search_items(cast.lan.actor, "phân số").facets["reviewed"] == {"reviewed": 1}


def test_more_words_than_are_kept_are_refused_and_not_cut_off(act: Flask, cast: Cast, desk: Desk):
    submission = submit(cast)
    for deed, field in (
        (lambda: reviews.comment_on(desk.first, submission.uuid, text="x" * 4001), "text"),
        (lambda: reviews.decide(desk.first, submission.uuid, "rejected", reason="x" * 4001), "reason"),
    ):
        with pytest.raises(Invalid) as refused, write():
            deed()
        assert "4.000" in str(refused.value.fields[field])
    with write():
        reviews.comment_on(desk.first, submission.uuid, text=" " + "x" * 4000)


def test_the_history_is_for_the_author_and_the_reviewers(act: Flask, cast: Cast, desk: Desk):
    submission = submit(cast)
    with write():
        reviews.comment_on(desk.first, submission.uuid, text="Xem lại hình.", place="trang 2")
    assert [said.step.kind for said in review_queries.list_history(cast.lan.actor, submission.item_uuid)] == [
        "commented",
        "submitted",
    ]
    assert len(review_queries.list_history(desk.second, submission.item_uuid)) == 2
    for actor in (desk.foreign, cast.phuc.actor, cast.citizen.actor):
        assert review_queries.list_history(actor, submission.item_uuid) == []


def test_the_author_is_told_when_it_is_published_and_for_whom(act: Flask, cast: Cast, desk: Desk):
    ask_for(cast, cast.school, approvals=2)
    submission = submit(cast)

    def last_words(language: str) -> str:
        run_due_jobs()
        db.session.rollback()
        rows = select(Notice).where(Notice.user_id == cast.lan.user.id, Notice.topic == "review_answered")
        notice = db.session.scalars(rows.order_by(Notice.id.desc())).first()
        assert notice is not None
        with speaking(language):
            return say(notice.topic, notice.about)

    decide(desk.first, submission)
    assert "is published" not in last_words("en")
    decide(desk.second, submission)
    assert last_words("en").endswith("was approved and is published now. For: The education sector.")
    assert "đã được duyệt và vừa được xuất bản" in last_words("vi")
