"""What a learner answered in a lesson, question by question, and how many questions of each lesson.

Nothing is told here that the player would not tell: each question goes through `show_question`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select

from lms.core.db import db
from lms.lessons.models import Progress
from lms.lessons.player import LessonPage
from lms.lessons.question_state import ChoiceView, QuestionState, recorded_tries, show_question
from lms.lessons.seats import OwnProgress
from lms.lessons.snapshots import FrozenActivity
from lms.records.queries import list_responses


@dataclass(frozen=True, slots=True)
class Answer:
    """One question (or another activity that gives points) with what came of it; `question` only for questions."""

    activity: FrozenActivity
    progress: OwnProgress | None
    question: QuestionState | None

    @property
    def is_answered(self) -> bool:
        """True once there was a try, or points were given."""
        if self.progress is None:
            return False
        return self.progress.tries > 0 or self.progress.score is not None

    @property
    def is_correct(self) -> bool:
        """True when the last try was right."""
        return self.progress is not None and bool(self.progress.is_correct)

    @property
    def is_open(self) -> bool:
        """True while another try may still change the result."""
        return self.question is not None and not self.question.is_settled

    @property
    def choices(self) -> list[ChoiceView]:
        """The choices worth showing again: those ever chosen, and the right ones once they may be told."""
        if self.question is None:
            return []
        return [one for one in self.question.choices if one.checked or one.mark not in {"", "off"}]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many questions of a lesson were answered, and how many of them rightly."""

    answered: int = 0
    right: int = 0


def list_answers(lesson: LessonPage) -> list[Answer]:
    """Return each activity of a lesson that gives points, in order, with what was answered; in one query at most."""
    scored = [activity for activity in lesson.snapshot.activities if activity.scored]
    rows = {activity.uuid: lesson.progress.get(activity.uuid) for activity in scored}
    texts = _texts_of(row for row in rows.values() if row is not None)
    return [
        Answer(
            activity,
            rows[activity.uuid],
            show_question(activity, recorded_tries(rows[activity.uuid], texts))
            if activity.kind == "question"
            else None,
        )
        for activity in scored
    ]


def _texts_of(rows: Iterable[OwnProgress]) -> dict[int, str]:
    written = [row for row in rows if row.tries and not row.tried.strip(";")]
    ids = {one for row in written for one in (row.first_statement_id, row.last_statement_id)} - {None}
    return list_responses([one for one in ids if one is not None]) if ids else {}


def count_answers(user_id: int | None, run_ids: Sequence[int]) -> dict[tuple[int, int], Tally]:
    """Return the tally of each lesson of these runs by (run, lesson), in one query; lessons without a try are left out."""
    right = case((Progress.is_correct.is_(True), 1), else_=0)
    query = (
        select(Progress.run_id, Progress.lesson_id, func.count(), func.sum(right))
        .where(Progress.user_id == user_id, Progress.run_id.in_(run_ids), Progress.tries > 0)
        .group_by(Progress.run_id, Progress.lesson_id)
    )
    return {
        (run, lesson): Tally(int(count), int(good)) for run, lesson, count, good in db.session.execute(query)
    }
