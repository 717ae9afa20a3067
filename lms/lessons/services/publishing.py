"""Publishing: a draft becomes an immutable revision, and the runs named teach it from now on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from lms.core.actor import Actor
from lms.core.db import db
from lms.core.errors import Invalid, NotFound
from lms.core.events import announce
from lms.core.i18n import LazyText, _l
from lms.courses.models import Course, Run, Unit
from lms.courses.services import allow_manage
from lms.lessons.events import LessonPublished
from lms.lessons.kinds import FreezeContext, get_kind
from lms.lessons.models import Activity, Lesson, Revision, RevisionPin, RunLesson
from lms.lessons.origins import origin_pins
from lms.lessons.services.drafts import activities_of, allow_edit
from lms.lessons.snapshots import FORMAT, digest_of
from lms.library.markup import render_markdown
from lms.library.recall import load_usable


def publish_lesson(actor: Actor, lesson: Lesson, *, runs: Sequence[Run]) -> Revision:
    """Freeze the draft and give it to `runs`. A draft equal to the last revision makes no new one.

    Raises NotAllowed; NotFound for a run of another course; Invalid with a message per activity uuid when something is
    unfinished. Learners inside an older revision finish on that one.
    """
    course = allow_edit(actor, lesson.unit_id)
    if lesson.trashed_at is not None or any(run.course_id != course.id for run in runs):
        raise NotFound()
    snapshot = _freeze(actor, course, lesson)
    digest = digest_of(snapshot)
    revision = find_latest_revision(lesson.id)
    if revision is None or revision.digest != digest:
        revision = _add_revision(
            actor, lesson, snapshot, digest, number=revision.number + 1 if revision else 1
        )
    for run in runs:
        _teach(run.id, revision)
    db.session.flush()
    announce(LessonPublished(lesson.id, revision.id, tuple(run.id for run in runs)))
    return revision


def schedule_lesson(
    actor: Actor, run: Run, lesson: Lesson, *, opens_at: datetime | None, due_at: datetime | None
) -> RunLesson:
    """Say from when a lesson is open in a run and when it is due. Raises NotAllowed, NotFound, Invalid."""
    allow_manage(actor, run)
    taught = db.session.get(RunLesson, (run.id, lesson.id))
    if taught is None:
        raise NotFound()
    if opens_at is not None and due_at is not None and due_at <= opens_at:
        raise Invalid({"due_at": _l("It is due before it opens. Change one of the two.")})
    taught.opens_at, taught.due_at = opens_at, due_at
    db.session.flush()
    return taught


def take_lessons(run: Run) -> int:
    """Give a new run the latest revision of every published lesson of its course; return how many."""
    latest = (
        select(func.max(Revision.id))
        .join(Lesson, Lesson.id == Revision.lesson_id)
        .join(Unit, Unit.id == Lesson.unit_id)
        .where(Unit.course_id == run.course_id, Lesson.trashed_at.is_(None))
        .group_by(Revision.lesson_id)
    )
    revisions = db.session.scalars(select(Revision).where(Revision.id.in_(latest))).all()
    for revision in revisions:
        _teach(run.id, revision)
    db.session.flush()
    return len(revisions)


def find_latest_revision(lesson_id: int) -> Revision | None:
    """Return the newest revision of a lesson."""
    query = select(Revision).where(Revision.lesson_id == lesson_id)
    return db.session.scalar(query.order_by(Revision.number.desc()).limit(1))


def _teach(run_id: int, revision: Revision) -> None:
    taught = db.session.get(RunLesson, (run_id, revision.lesson_id))
    if taught is None:
        db.session.add(RunLesson(run_id=run_id, lesson_id=revision.lesson_id, revision_id=revision.id))
    else:
        taught.revision_id = revision.id


def _freeze(actor: Actor, course: Course, lesson: Lesson) -> dict[str, Any]:
    drafts = activities_of(lesson.id)
    if not drafts:
        raise Invalid(message=_l("This lesson is empty. Add something to it, then publish it."))
    pins = [draft.pin for draft in drafts if draft.pin]
    pinned = load_usable(pins) if pins else {}
    context = FreezeContext(actor, course, render_markdown, pinned)
    rows: list[dict[str, Any]] = []
    errors: dict[str, LazyText | str] = {}
    for draft in drafts:
        try:
            rows.append(_freeze_activity(draft, context))
        except Invalid as error:
            errors[str(draft.uuid)] = next(iter(error.fields.values()), error.message)
    if errors:
        raise Invalid(
            errors, _l("Some activities are not finished. Mend the marked ones, then publish again.")
        )
    about = {"uuid": str(lesson.uuid), "title": lesson.title, "goal": lesson.goal, "minutes": lesson.minutes}
    return {"format": FORMAT, "lesson": about, "activities": rows}


def _freeze_activity(draft: Activity, context: FreezeContext) -> dict[str, Any]:
    kind = get_kind(draft.kind)
    body = kind.freeze(draft, context)
    return {
        "uuid": str(draft.uuid),
        "kind": draft.kind,
        "title": draft.title,
        "scored": kind.scored,
        "points": kind.points(body),
        "pin": draft.pin,
        "body": body,
    }


def _add_revision(
    actor: Actor, lesson: Lesson, snapshot: dict[str, Any], digest: str, *, number: int
) -> Revision:
    revision = Revision(
        lesson_id=lesson.id,
        number=number,
        snapshot=snapshot,
        digest=digest,
        size=len(snapshot["activities"]),
        points=sum(row["points"] for row in snapshot["activities"]),
        published_by=actor.user_id,
    )
    db.session.add(revision)
    db.session.flush()
    pins = {row["pin"] for row in snapshot["activities"] if row["pin"]}
    pins.update(origin_pins([lesson.id]).get(lesson.id, ()))
    db.session.add_all(RevisionPin(revision_id=revision.id, pin=pin) for pin in sorted(pins))
    return revision
