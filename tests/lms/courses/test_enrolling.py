"""Getting a place in a run: every way, once, and only where one may."""

from datetime import date

import pytest
from flask import Flask

from lms.core.db import write
from lms.core.errors import Invalid, NotAllowed, NotFound
from lms.core.paging import encode_cursor
from lms.courses import queries
from lms.courses.models import Course, Run
from lms.courses.services import (
    CourseDraft,
    EnrollmentClosed,
    RunDraft,
    create_course,
    create_run,
    end_enrollment,
    enroll_by_code,
    enroll_class,
    enroll_learner,
    enroll_self,
    import_enrollments,
    open_course_run,
    update_run,
)
from lms.people.queries import list_grants
from lms.people.services import end_grant, grant_role
from tests.cast import Cast


@pytest.fixture
def course(cast: Cast) -> Course:
    with write():
        return create_course(cast.lan.actor, org=cast.school, draft=CourseDraft(title="Toán 6"))


@pytest.fixture
def run(cast: Cast, course: Course) -> Run:
    with write():
        return create_run(cast.lan.actor, course, org=cast.school, draft=RunDraft(title="Toán 6A1"))


def learners(run: Run) -> list[str]:
    return [row.full_name for row in queries.list_participants(run).rows]


def test_the_maker_of_a_run_teaches_it(cast: Cast, run: Run) -> None:
    assert queries.get_run(cast.lan.actor, run.uuid).course.title == "Toán 6"
    with pytest.raises(NotFound):
        queries.get_run(cast.phuc.actor, run.uuid)


def test_a_teacher_of_another_school_neither_sees_nor_changes_the_course(cast: Cast, course: Course) -> None:
    with pytest.raises(NotFound):
        queries.get_course(cast.phuc.actor, course.uuid)
    assert list(queries.list_courses(cast.phuc.actor).rows) == []
    with pytest.raises(NotAllowed), write():
        create_run(cast.phuc.actor, course, org=cast.school, draft=RunDraft(title="x"))


def test_a_learner_may_not_start_a_course(cast: Cast) -> None:
    with pytest.raises(NotAllowed), write():
        create_course(cast.minh.actor, org=cast.school, draft=CourseDraft(title="x"))


def test_a_class_is_enrolled_by_given_name_and_followed_afterwards(cast: Cast, run: Run) -> None:
    with write():
        assert enroll_class(cast.lan.actor, run, cast.class_6a1) == 2
    assert learners(run) == ["Lê Hoài An", "Trần Quang Minh"]
    with write():
        grant_role(cast.ha.actor, cast.hung.user, "learner", cast.class_6a1)
    assert learners(run) == ["Lê Hoài An", "Trần Văn Hùng", "Trần Quang Minh"]
    grant = next(row for row, _org in list_grants(cast.minh.user) if row.role == "learner")
    with write():
        end_grant(cast.ha.actor, grant)
    assert learners(run) == ["Lê Hoài An", "Trần Văn Hùng"]


def test_a_class_of_another_school_cannot_be_enrolled(cast: Cast, run: Run) -> None:
    with write():
        foreign = cast.other_school
    with pytest.raises(NotFound), write():
        enroll_class(cast.lan.actor, run, foreign)


def test_the_code_takes_in_once_and_a_wrong_one_is_told(cast: Cast, run: Run) -> None:
    assert run.join_code is not None
    for _again in range(2):
        with write():
            enroll_by_code(cast.minh.actor, f" {run.join_code.lower()} ")
    assert learners(run) == ["Trần Quang Minh"]
    with pytest.raises(Invalid), write():
        enroll_by_code(cast.minh.actor, "NOSUCH")


def test_an_ended_run_takes_nobody_in(cast: Cast, run: Run) -> None:
    with write():
        update_run(cast.lan.actor, run, RunDraft(title="x"), state="ended")
    with pytest.raises(EnrollmentClosed), write():
        enroll_by_code(cast.minh.actor, run.join_code or "")


def test_an_open_run_takes_anyone_a_class_run_does_not(cast: Cast, course: Course, run: Run) -> None:
    with write():
        open_run = open_course_run(course, cast.school, "Mở")
        enroll_self(cast.citizen.actor, open_run)
    assert learners(open_run) == ["Hồ Thị Mai"]
    with pytest.raises(EnrollmentClosed), write():
        enroll_self(cast.citizen.actor, run)


def test_only_the_run_s_keepers_enroll_others(cast: Cast, run: Run) -> None:
    with write():
        enroll_learner(cast.ha.actor, run, cast.minh.user)
    with pytest.raises(NotAllowed), write():
        enroll_learner(cast.an.actor, run, cast.an.user)


def test_a_place_is_ended_and_given_again_without_a_second_row(cast: Cast, run: Run) -> None:
    with write():
        place = enroll_learner(cast.lan.actor, run, cast.minh.user)
        end_enrollment(cast.lan.actor, run, place)
    assert learners(run) == []
    with write():
        again = enroll_learner(cast.lan.actor, run, cast.minh.user)
    assert again.id == place.id
    assert learners(run) == ["Trần Quang Minh"]


def test_a_list_is_first_tried_then_enrolled_line_by_line(cast: Cast, run: Run) -> None:
    with write():
        lines = import_enrollments(cast.lan.actor, run, ["minh", "nobody"], dry_run=True)
    assert [line.error is None for line in lines] == [True, False]
    assert learners(run) == []
    with write():
        import_enrollments(cast.lan.actor, run, ["minh", "nobody", "minh"], dry_run=False)
    assert learners(run) == ["Trần Quang Minh"]


def test_dates_in_the_wrong_order_are_refused(act: Flask, cast: Cast, course: Course) -> None:
    draft = RunDraft(title="x", starts_on=date(2026, 9, 5), ends_on=date(2026, 9, 4))
    with pytest.raises(Invalid) as refusal, write():
        create_run(cast.lan.actor, course, org=cast.school, draft=draft)
    assert "ends_on" in refusal.value.fields


def test_the_list_goes_on_after_the_last_line_and_refuses_a_forged_place(cast: Cast, run: Run) -> None:
    with write():
        for person in (cast.minh, cast.an):
            enroll_learner(cast.lan.actor, run, person.user)
    first = queries.list_participants(run, size=1)
    second = queries.list_participants(run, size=1, after=first.next)
    assert {row.user_uuid for row in (*first.rows, *second.rows)} == {cast.minh.user.uuid, cast.an.user.uuid}
    assert first.next is not None and second.next is None
    for forged in ("x", encode_cursor((1, 1)), encode_cursor(("a", "b"))):
        with pytest.raises(NotFound):
            queries.list_participants(run, after=forged)
