"""What learners of the demo have done so far: real views and answers through the services, the same on every machine.

Chance is drawn from course, user name and lesson, so a demo broken off half-way goes on as if nothing had happened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from lms.core.actor import Actor
from lms.core.db import db, write
from lms.courses.models import Course, Run
from lms.courses.queries import find_enrollment
from lms.courses.services import enroll_self
from lms.demo.content.people import CITIZENS, RUNS, DemoRun, pupils
from lms.demo.places import actor_of, get_place
from lms.demo.teaching import find_course, find_run, lessons_of
from lms.lessons.models import Lesson
from lms.lessons.queries import find_lesson_progress, load_snapshot
from lms.lessons.question_kind import frozen_spec
from lms.lessons.services import answer_question, complete_activity, view_activity
from lms.lessons.services.publishing import find_latest_revision
from lms.lessons.snapshots import FrozenActivity
from lms.questions.grading import Response
from lms.questions.specs import CHOICE_KINDS, NUMERIC, QuestionSpec

MINH = "minh"
PUPILS_A_CLASS = 4
MOST_TRIES = 3


@dataclass(frozen=True)
class Walk:
    """How far someone goes through one lesson: `stop` activities done, the next one only seen."""

    username: str
    lesson: int
    stop: float


def build_learning(say: Callable[[str], None]) -> None:
    """Let learners of every run learn, as far as they have not yet."""
    for run in RUNS:
        course = find_course(run.course)
        taught = find_run(course, get_place(run.org)) if course else None
        if course is None or taught is None:
            raise LookupError(f"the course {run.course!r} is not taught at {run.org!r}")
        lessons = lessons_of(course)
        for walk in _walks_of(run):
            say(f"learner {walk.username} {walk.lesson}")
            _walk(course, taught, lessons[walk.lesson], walk)


def _walks_of(run: DemoRun) -> list[Walk]:
    """Return who goes how far: Minh two lessons and half of the third, the others as chance has it."""
    walks: list[Walk] = []
    for username in _learners_of(run):
        chance = Random(f"{run.course}/{username}")
        whole = 2 if username == MINH else chance.choice((0, 1, 1, 2))
        walks += [Walk(username, index, 1.0) for index in range(whole)]
        walks.append(Walk(username, whole, 0.5 if username == MINH else chance.choice((0.25, 0.5, 0.75))))
    return walks


def _learners_of(run: DemoRun) -> list[str]:
    if not run.classes:
        return [person.username for person in CITIZENS]
    return [
        person.username
        for code in run.classes
        for person in [pupil for pupil in pupils() if pupil.home_class == code][:PUPILS_A_CLASS]
    ]


def _walk(course: Course, run: Run, lesson: Lesson, walk: Walk) -> None:
    """Go through a lesson in one step; a lesson with any progress was gone through before."""
    actor = actor_of(walk.username)
    assert actor.user_id is not None
    if find_lesson_progress(run.id, actor.user_id, lesson.id) is not None:
        return
    revision = find_latest_revision(lesson.id)
    if revision is None:
        raise LookupError(f"{lesson.title!r} is not published")
    activities = load_snapshot(revision.id, revision.digest).activities
    stop = max(1, round(len(activities) * walk.stop))
    chance = Random(f"{course.slug}/{walk.username}/{walk.lesson}")
    skill = 0.85 if walk.username == MINH else 0.35 + 0.6 * Random(walk.username).random()
    with write():
        if run.kind == "open" and find_enrollment(run.id, actor.user_id) is None:
            enroll_self(actor, db.session.get_one(Run, run.id))
        for activity in activities[:stop]:
            view_activity(actor, run.uuid, activity.uuid)
            _do(actor, run, activity, chance, skill)
        if stop < len(activities):
            view_activity(actor, run.uuid, activities[stop].uuid)


def _do(actor: Actor, run: Run, activity: FrozenActivity, chance: Random, skill: float) -> None:
    if not activity.scored:
        complete_activity(actor, run.uuid, activity.uuid)
        return
    spec = frozen_spec(activity)
    for attempt in range(spec.tries or MOST_TRIES):
        is_right = chance.random() < skill
        response = _right(spec) if is_right else _wrong(spec, chance)
        mark = answer_question(actor, run.uuid, activity.uuid, response, key=f"demo{attempt}")
        if mark is not None and mark.correct:
            return


def _right(spec: QuestionSpec) -> Response:
    if spec.kind in CHOICE_KINDS:
        return Response(choices=tuple(sorted(spec.correct_ids)))
    return Response(text=str(spec.answer) if spec.kind == NUMERIC else spec.accepted[0])


def _wrong(spec: QuestionSpec, chance: Random) -> Response:
    if spec.kind in CHOICE_KINDS:
        others = [choice.id for choice in spec.choices if choice.id not in spec.correct_ids]
        return Response(choices=(chance.choice(others),) if others else (spec.choices[0].id,))
    if spec.kind == NUMERIC:
        return Response(text=str((spec.answer or 0) + 1 + spec.tolerance * 2))
    return Response(text=f"{spec.accepted[0][:40]}?? không chắc")
