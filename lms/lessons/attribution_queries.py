"""What the pages of sources read: the library items of lessons as they are taught, or as they are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from lms.core.actor import Actor
from lms.core.clock import now, today
from lms.core.db import db
from lms.courses.models import Run, Unit
from lms.lessons.models import Activity, Lesson, Revision
from lms.lessons.origins import list_origins, origin_pins
from lms.lessons.permissions import has_begun
from lms.lessons.queries import Stop, list_stops
from lms.lessons.snapshots import Snapshot, parse_snapshot, remember, remembered
from lms.library.queries import load_pinned
from lms.library.values import PinnedItem

LessonItems = tuple[str, list[PinnedItem]]


def items_of(snapshot: Snapshot) -> list[PinnedItem]:
    """Return the library items of a published lesson, as they were frozen."""
    bodies = (activity.body.get("item") for activity in snapshot.activities)
    return [PinnedItem.from_json(body) for body in bodies if body]


def list_lesson_items(snapshot: Snapshot, lesson_id: int) -> list[PinnedItem]:
    """Return the library items of a published lesson, and the shared lessons it was made from."""
    return [*items_of(snapshot), *list_origins([lesson_id])]


def list_taught_items(actor: Actor, run: Run, *, is_preview: bool) -> list[LessonItems]:
    """Return the items of each lesson of a run that is open to the actor, in order; who only looks sees all."""
    stops = list_stops([run.id], None if is_preview else actor.user_id)[run.id]
    seen = [stop for stop in stops if is_preview or has_begun(run, stop.opens_at, now(), today())]
    return list_items_of(seen)


def list_items_of(stops: Iterable[Stop]) -> list[LessonItems]:
    """Return the items of these lessons as they are taught; snapshots not read lately are read in one query."""
    stops = list(stops)
    snapshots = {stop.revision_id: remembered(stop.digest) for stop in stops}
    missing = [revision_id for revision_id, found in snapshots.items() if found is None]
    if missing:
        query = select(Revision.id, Revision.digest, Revision.snapshot).where(Revision.id.in_(missing))
        for revision_id, digest, data in db.session.execute(query):
            snapshots[revision_id] = remember(parse_snapshot(data, digest))
    origins = _origins_of([stop.lesson_id for stop in stops])
    found = ((stop, snapshots[stop.revision_id]) for stop in stops)
    return [
        (stop.title, [*items_of(snapshot), *origins.get(stop.lesson_id, ())])
        for stop, snapshot in found
        if snapshot is not None
    ]


def _origins_of(lesson_ids: Sequence[int]) -> dict[int, list[PinnedItem]]:
    """The shared lessons behind each of several lessons; one query where none has any."""
    pins = origin_pins(lesson_ids)
    known = _load({pin for found in pins.values() for pin in found}) if pins else {}
    return {one: [known[pin] for pin in found if pin in known] for one, found in pins.items()}


def list_drafted_items(course_id: int, lesson_id: int | None = None) -> list[LessonItems]:
    """Return the items of each lesson of a course (or of one lesson) as its author has it now, in two queries."""
    query = (
        select(Lesson.id, Lesson.title, Activity.pin)
        .join(Unit, Unit.id == Lesson.unit_id)
        .outerjoin(Activity, (Activity.lesson_id == Lesson.id) & Activity.trashed_at.is_(None))
        .where(Unit.course_id == course_id, Lesson.trashed_at.is_(None), Unit.trashed_at.is_(None))
        .order_by(Unit.position, Unit.id, Lesson.position, Lesson.id, Activity.position, Activity.id)
    )
    if lesson_id is not None:
        query = query.where(Lesson.id == lesson_id)
    titles: dict[int, str] = {}
    pins: dict[int, list[str]] = {}
    for row_id, title, pin in db.session.execute(query):
        titles[row_id] = title
        pins.setdefault(row_id, []).extend([pin] if pin else [])
    for row_id, found_pins in origin_pins(titles).items():
        pins[row_id] += found_pins
    found = _load({pin for used in pins.values() for pin in used})
    return [(titles[one], [found[pin] for pin in used if pin in found]) for one, used in pins.items()]


def _load(pins: Iterable[str]) -> dict[str, PinnedItem]:
    wanted: Sequence[str] = sorted(pins)
    found: dict[str, PinnedItem] = {}
    for start in range(0, len(wanted), 200):  # one condition a pin: SQLite takes a thousand
        found |= load_pinned(wanted[start : start + 200])
    return found
