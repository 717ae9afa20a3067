"""Learning: a view, an answer, a step on. Each is one statement; `listeners.py` turns statements into progress."""

from __future__ import annotations

from uuid import UUID

from lms.core.actor import Actor
from lms.core.clock import now, today
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.i18n import _l
from lms.lessons.models import DONE
from lms.lessons.permissions import has_begun, takes_answers
from lms.lessons.queries import find_lesson_progress
from lms.lessons.question_kind import frozen_spec
from lms.lessons.seats import Seat, take_seat
from lms.lessons.snapshots import FrozenActivity, Snapshot
from lms.questions.grading import Mark, Response, check_response, grade
from lms.questions.specs import CHOICE_KINDS, QuestionSpec
from lms.records.services import Deed, record_statement

LONGEST_KEY = 64


class LessonNotOpen(Conflict):
    """It is too early."""

    code = "lesson_not_open"
    default = _l("This lesson is not open yet. Come back later, or go on with another one.")


class RunEnded(Conflict):
    """It is too late for results."""

    code = "run_ended"
    default = _l("This course has ended. You can still read it, but answers no longer count.")


class NoTriesLeft(Conflict):
    """The question is settled."""

    code = "no_tries_left"
    default = _l("This question is settled, so another answer does not count. Go on to the next one.")


def view_activity(actor: Actor, run_uuid: UUID, activity_uuid: UUID) -> bool:
    """Record that the learner sees an activity, once a day; False when it was recorded before or no longer counts."""
    seat = _take_open_seat(actor, run_uuid, activity_uuid)
    if not takes_answers(seat, today()):
        return False
    key = f"viewed:{run_uuid.hex}:{activity_uuid.hex}:{today():%Y%m%d}"
    return record_statement(actor, _deed("viewed", seat, activity_uuid, key=key)) is not None


def complete_activity(actor: Actor, run_uuid: UUID, activity_uuid: UUID) -> None:
    """Record that the learner is through with an activity without a score; a scored one completes by its answer."""
    seat = _take_open_seat(actor, run_uuid, activity_uuid)
    activity = seat.snapshot.find(activity_uuid)
    if activity is None or activity.scored or not takes_answers(seat, today()):
        return
    key = f"completed:{run_uuid.hex}:{activity_uuid.hex}"
    record_statement(actor, _deed("completed", seat, activity_uuid, key=key, completion=True))
    _complete_lesson(actor, seat)


def answer_question(
    actor: Actor, run_uuid: UUID, activity_uuid: UUID, response: Response, *, key: str
) -> Mark | None:
    """Grade an answer on the server, from the revision the learner is on, and record it.

    `key` is the form's own: the same key again changes nothing and returns None. Raises NotFound, LessonNotOpen,
    RunEnded, NoTriesLeft, Invalid.
    """
    form, key = key, f"{activity_uuid.hex}:{key[:LONGEST_KEY]}"
    seat = _take_open_seat(actor, run_uuid, activity_uuid, key)
    if not 0 < len(form) <= LONGEST_KEY:
        raise Invalid({"answer": _l("This page is out of date. Load it again, then answer.")})
    activity, spec = _question_of(seat.snapshot, activity_uuid)
    if seat.is_repeated:
        return None
    if not takes_answers(seat, today()):
        raise RunEnded()
    if seat.status == DONE:
        raise NoTriesLeft()
    response = check_response(spec, response)
    mark = grade(spec, response)
    deed = _answer_deed(seat, activity, spec, response, mark, key)
    record_statement(actor, deed)
    if deed.completion:
        _complete_lesson(actor, seat)
    return mark


def try_question(snapshot: Snapshot, activity_uuid: UUID, response: Response) -> Mark:
    """Grade an answer and record nothing: for previews by guests and authors. Raises NotFound, Invalid."""
    _activity, spec = _question_of(snapshot, activity_uuid)
    return grade(spec, check_response(spec, response))


def _take_open_seat(actor: Actor, run_uuid: UUID, activity_uuid: UUID, key: str | None = None) -> Seat:
    """Check the learner's place and hold it; raise LessonNotOpen when it is too early."""
    seat = take_seat(actor, run_uuid, activity_uuid, key)
    if not has_begun(seat, seat.opens_at, now(), today()):
        raise LessonNotOpen()
    return seat


def _question_of(snapshot: Snapshot, activity_uuid: UUID) -> tuple[FrozenActivity, QuestionSpec]:
    activity = snapshot.find(activity_uuid)
    if activity is None or activity.kind != "question":
        raise NotFound()
    return activity, frozen_spec(activity)


def _answer_deed(
    seat: Seat,
    activity: FrozenActivity,
    spec: QuestionSpec,
    response: Response,
    mark: Mark,
    key: str,
) -> Deed:
    attempt = seat.tries + 1
    settled = mark.correct or 0 < spec.tries <= attempt
    return Deed(
        verb="answered",
        object_kind="activity",
        object_uuid=activity.uuid,
        context_uuid=seat.run_uuid,
        revision_uuid=seat.revision_uuid,
        score=round(mark.score * spec.points, 4),
        max_score=float(spec.points),
        success=mark.correct,
        completion=settled,
        attempt=attempt,
        body={"question": activity.body["question"], "choices": list(response.choices)},
        response=None if spec.kind in CHOICE_KINDS else response.text,
        key=key,
    )


def _deed(verb: str, seat: Seat, activity_uuid: UUID, *, key: str, completion: bool | None = None) -> Deed:
    return Deed(
        verb=verb,
        object_kind="activity",
        object_uuid=activity_uuid,
        context_uuid=seat.run_uuid,
        revision_uuid=seat.revision_uuid,
        completion=completion,
        key=key,
    )


def _complete_lesson(actor: Actor, seat: Seat) -> None:
    """Say once, as a statement of its own, that the whole lesson is done."""
    progress = find_lesson_progress(seat.run_id, seat.user_id, seat.lesson_id)
    if progress is None or progress.completed_at is None:
        return
    record_statement(
        actor,
        Deed(
            verb="completed",
            object_kind="lesson",
            object_uuid=seat.lesson_uuid,
            context_uuid=seat.run_uuid,
            revision_uuid=seat.revision_uuid,
            score=progress.score,
            max_score=progress.max_score,
            completion=True,
            key=f"completed:{seat.run_uuid.hex}:{seat.lesson_uuid.hex}",
        ),
    )
