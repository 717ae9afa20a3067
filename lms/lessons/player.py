"""What one page of the player shows, gathered in a handful of queries whatever the number of learners."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from lms.core.actor import Actor
from lms.core.clock import CITY, now, today
from lms.core.errors import NotFound
from lms.courses.models import Run
from lms.courses.queries import LearningRun, get_learning, get_run
from lms.lessons.models import DONE
from lms.lessons.permissions import has_begun, takes_answers
from lms.lessons.queries import Stop, list_stops, load_snapshot
from lms.lessons.question_state import QuestionState, Tries, recorded_tries, show_question
from lms.lessons.seats import OwnProgress, get_place
from lms.lessons.services.learning import LessonNotOpen
from lms.lessons.snapshots import FrozenActivity, Snapshot
from lms.records.queries import list_responses


@dataclass(frozen=True, slots=True)
class LessonPage:
    """A learner (or a teacher who looks) inside a lesson."""

    run: Run | LearningRun
    stops: list[Stop]
    stop: Stop
    snapshot: Snapshot
    progress: Mapping[UUID, OwnProgress]
    is_preview: bool

    @property
    def previous_lesson(self) -> Stop | None:
        """The lesson before this one."""
        place = self.stops.index(self.stop)
        return self.stops[place - 1] if place else None

    @property
    def next_lesson(self) -> Stop | None:
        """The lesson after this one."""
        place = self.stops.index(self.stop)
        return self.stops[place + 1] if place + 1 < len(self.stops) else None

    @property
    def percent(self) -> int:
        """How much of the lesson is done."""
        done = sum(self.is_done(activity) for activity in self.snapshot.activities)
        return 100 * done // len(self.snapshot.activities)

    @property
    def number(self) -> int:
        """The place of the lesson in its unit, from 1."""
        unit = [stop for stop in self.stops if stop.unit_id == self.stop.unit_id]
        return unit.index(self.stop) + 1

    @property
    def takes_answers(self) -> bool:
        """Whether results count now."""
        return not self.is_preview and takes_answers(self.run, today())

    @property
    def done_uuids(self) -> frozenset[UUID]:
        """The activities that are done."""
        return frozenset(uuid for uuid, row in self.progress.items() if row.status == DONE)

    def is_done(self, activity: FrozenActivity) -> bool:
        """Tell whether the learner is through with an activity."""
        row = self.progress.get(activity.uuid)
        return row is not None and row.status == DONE

    def resume_at(self) -> FrozenActivity:
        """Return where to go on: the last place seen, or after it where that is done; a lesson done begins anew."""
        own = self.stop.progress
        if own is None or own.completed_at is not None:
            return self.snapshot.activities[0]
        return self.snapshot.go_on_from(own.at_activity, self.done_uuids)


@dataclass(frozen=True, slots=True)
class PlayerPage:
    """A lesson at one activity."""

    lesson: LessonPage
    activity: FrozenActivity
    place: int
    question: QuestionState | None

    @property
    def previous(self) -> FrozenActivity | None:
        """The activity before."""
        return self.lesson.snapshot.activities[self.place - 1] if self.place else None

    @property
    def next(self) -> FrozenActivity | None:
        """The activity after; None at the end of the lesson."""
        activities = self.lesson.snapshot.activities
        return activities[self.place + 1] if self.place + 1 < len(activities) else None

    @property
    def is_done(self) -> bool:
        """Whether this activity is done."""
        return self.lesson.is_done(self.activity)

    @property
    def question_number(self) -> tuple[int, int]:
        """Which question of how many this is."""
        questions = [row.uuid for row in self.lesson.snapshot.activities if row.scored]
        return (questions.index(self.activity.uuid) + 1 if self.activity.scored else 0, len(questions))

    @property
    def view_counts(self) -> bool:
        """Whether showing this page is a deed not yet recorded today."""
        row = self.lesson.progress.get(self.activity.uuid)
        seen = row.viewed_at if row else None
        return self.lesson.takes_answers and (seen is None or seen.astimezone(CITY).date() != today())


def get_lesson_page(actor: Actor, run_uuid: UUID, lesson_uuid: UUID) -> LessonPage:
    """Return a lesson of a run as the actor may see it: a learner his own state, a teacher a look without traces.

    Raises NotFound, LessonNotOpen.
    """
    run, progress, is_preview = _get_run(actor, run_uuid, lesson_uuid)
    stops = list_stops([run.id], None if is_preview else actor.user_id)[run.id]
    stop = next((stop for stop in stops if stop.lesson_uuid == lesson_uuid), None)
    if stop is None:
        raise NotFound()
    if not is_preview and not has_begun(run, stop.opens_at, now(), today()):
        raise LessonNotOpen()
    return LessonPage(run, stops, stop, load_snapshot(stop.revision_id, stop.digest), progress, is_preview)


def _get_run(
    actor: Actor, run_uuid: UUID, lesson_uuid: UUID
) -> tuple[Run | LearningRun, dict[UUID, OwnProgress], bool]:
    try:
        return *get_place(actor, run_uuid, lesson_uuid), False
    except NotFound:
        return get_run(actor, run_uuid), {}, True


def get_seat_in_run(actor: Actor, run_uuid: UUID) -> tuple[Run, bool]:
    """Return the run and whether the actor only looks (manages it without learning in it). Raises NotFound."""
    try:
        return get_learning(actor, run_uuid), False
    except NotFound:
        return get_run(actor, run_uuid), True


def get_player_page(actor: Actor, run_uuid: UUID, lesson_uuid: UUID, activity_uuid: UUID) -> PlayerPage:
    """Return the page of one activity. Raises NotFound, LessonNotOpen."""
    lesson = get_lesson_page(actor, run_uuid, lesson_uuid)
    return at_activity(lesson, activity_uuid)


def at_activity(lesson: LessonPage, activity_uuid: UUID, tries: Tries | None = None) -> PlayerPage:
    """Return the lesson's page at an activity; `tries` replaces what is recorded, for a look without traces."""
    activity = lesson.snapshot.find(activity_uuid)
    if activity is None:
        raise NotFound()
    question = None
    if activity.kind == "question":
        question = show_question(activity, tries or _own_tries(lesson, activity))
    return PlayerPage(lesson, activity, lesson.snapshot.place_of(activity_uuid), question)


def _own_tries(lesson: LessonPage, activity: FrozenActivity) -> Tries:
    row = lesson.progress.get(activity.uuid)
    texts: dict[int, str] = {}
    if row is not None and row.tries and not row.tried.strip(";"):
        ids = {row.first_statement_id, row.last_statement_id} - {None}
        texts = list_responses([statement_id for statement_id in ids if statement_id is not None])
    return recorded_tries(row, texts)
