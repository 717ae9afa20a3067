"""Who may write lessons, and whether a lesson is open to a learner now: values in, answers out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

from lms.core.actor import Actor
from lms.courses.models import Course
from lms.courses.permissions import can_edit_course


class Dated(Protocol):
    """What a run says of when it goes on: the run itself, or what was read of it."""

    @property
    def state(self) -> str: ...
    @property
    def starts_on(self) -> date | None: ...
    @property
    def ends_on(self) -> date | None: ...


def can_edit_lesson(actor: Actor, course: Course, lineage: Iterable[int]) -> bool:
    """Whoever edits the course edits its lessons."""
    return can_edit_course(actor, course, lineage)


def has_begun(run: Dated, opens_at: datetime | None, at: datetime, on: date) -> bool:
    """Tell whether learners may look at a lesson: the run has begun and the lesson is open."""
    if run.state == "planned" or (run.starts_on is not None and on < run.starts_on):
        return False
    return opens_at is None or opens_at <= at


def takes_answers(run: Dated, on: date) -> bool:
    """Tell whether results still count: after its end a run can be read, not answered."""
    return run.state == "open" and (run.ends_on is None or on <= run.ends_on)
