"""Writing a lesson on its own page: what a lesson says of itself, blocks at an exact place, items of the library.

The plain deeds stand in `drafts.py`; these put them together as the editor needs them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lms.core.actor import Actor
from lms.core.db import db
from lms.core.errors import Invalid
from lms.core.i18n import LazyText
from lms.courses.models import Course
from lms.lessons.kinds import FreezeContext, get_kind
from lms.lessons.models import Activity, Lesson
from lms.lessons.services.drafts import (
    LessonMoved,
    activities_of,
    add_activity,
    allow_edit,
    move_activity,
    update_activity,
    update_lesson,
)
from lms.lessons.snapshots import FrozenActivity, Snapshot
from lms.library.markup import render_markdown
from lms.library.recall import load_usable
from lms.library.services import pin_item
from lms.questions.specs import freeze_spec, parse_spec

START = "start"
ITEM_KINDS = frozenset({"image", "audio", "video"})


@dataclass(frozen=True, slots=True)
class About:
    """What a lesson says of itself."""

    title: str
    goal: str
    minutes: int | None
    free_preview: bool


def about_of(lesson: Lesson) -> About:
    """Return what the lesson says of itself now."""
    return About(lesson.title, lesson.goal, lesson.minutes, lesson.free_preview)


def mark_of(about: About) -> str:
    """Return a short mark of these words: a form carries it, so that a save on top of another is noticed."""
    plain = json.dumps([about.title, about.goal, about.minutes, about.free_preview])
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def describe_lesson(actor: Actor, lesson: Lesson, about: About, *, mark: str) -> Lesson:
    """Save what is said of a lesson. Raises LessonMoved when it was saved since `mark`, NotAllowed, Invalid."""
    allow_edit(actor, lesson.unit_id)
    if mark_of(about_of(lesson)) not in (mark, mark_of(about)):
        raise LessonMoved()
    if about.minutes is None:
        lesson.minutes = None
    return update_lesson(
        actor,
        lesson,
        title=about.title,
        goal=about.goal,
        minutes=about.minutes,
        free_preview=about.free_preview,
    )


def insert_activity(
    actor: Actor,
    lesson: Lesson,
    *,
    kind: str,
    data: Mapping[str, Any],
    after: Activity | str | None,
    title: str = "",
    pin: str | None = None,
) -> Activity:
    """Add a block after another one, at the START, or (None) at the end. Raises NotAllowed, NotFound, Invalid."""
    behind = after if isinstance(after, Activity) else None
    activity = add_activity(actor, lesson, kind=kind, data=data, title=title, pin=pin, after=behind)
    if after == START:
        move_activity(actor, activity, place=0)
    return activity


def insert_item(
    actor: Actor, lesson: Lesson, item_uuid: UUID, *, number: int | None, after: Activity | str | None
) -> Activity:
    """Put a library item into a lesson, pinned at its version. Raises NotAllowed, NotFound, Invalid with the verdict."""
    allow_edit(actor, lesson.unit_id)
    item = pin_item(actor, item_uuid, number)
    return insert_activity(actor, lesson, kind=kind_for(item.type), data={}, pin=item.pin, after=after)


def replace_item(
    actor: Actor, activity: Activity, item_uuid: UUID, *, number: int | None, version: int
) -> Activity:
    """Show another item, or another version of it, in the same block; note and results stay with the block."""
    lesson = db.session.get_one(Lesson, activity.lesson_id)
    allow_edit(actor, lesson.unit_id)
    if not get_kind(activity.kind).needs_pin:
        raise Invalid({"pin": get_kind(activity.kind).label})
    item = pin_item(actor, item_uuid, number)
    changed = update_activity(actor, activity, pin=item.pin, version=version)
    changed.kind = kind_for(item.type)
    db.session.flush()
    return changed


def kind_for(item_type: str) -> str:
    """Return the kind of block that shows an item of this type."""
    return item_type if item_type in ITEM_KINDS else "document"


@dataclass(frozen=True, slots=True)
class Preview:
    """A draft as learners would get it, and what is unfinished in it, by activity."""

    snapshot: Snapshot
    errors: Mapping[UUID, LazyText | str]


def preview_lesson(actor: Actor, course: Course, lesson: Lesson) -> Preview:
    """Freeze a draft in memory only: nothing is kept, no version is made, unfinished blocks are told apart."""
    drafts = activities_of(lesson.id)
    pins = [draft.pin for draft in drafts if draft.pin]
    context = FreezeContext(actor, course, render_markdown, load_usable(pins) if pins else {})
    rows: list[FrozenActivity] = []
    errors: dict[UUID, LazyText | str] = {}
    for draft in drafts:
        try:
            rows.append(_freeze(draft, context))
        except Invalid as error:
            errors[draft.uuid] = next(iter(error.fields.values()), error.message)
    snapshot = Snapshot("", lesson.uuid, lesson.title, lesson.goal, lesson.minutes, tuple(rows))
    return Preview(snapshot, errors)


def _freeze(draft: Activity, context: FreezeContext) -> FrozenActivity:
    kind = get_kind(draft.kind)
    if draft.kind == "question":  # its own freeze keeps a version in the bank, which a look must not
        body = {"question": "", **freeze_spec(parse_spec(draft.data), context.render)}
    else:
        body = kind.freeze(draft, context)
    return FrozenActivity(
        draft.uuid, draft.kind, draft.title, kind.scored, kind.points(body), draft.pin, body
    )
