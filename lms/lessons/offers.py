"""Newer versions of what a lesson shows: which are offered, taking one into the draft, keeping the old one.

Only the draft ever changes. What a class is taught stays as it was published until its teacher publishes again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.db import db
from lms.core.errors import Invalid, NotFound, Refusal
from lms.core.insertion import insert_if_new
from lms.courses.models import Course, Unit
from lms.lessons.models import Activity, Lesson, OfferDecline
from lms.lessons.services.drafts import allow_edit
from lms.lessons.services.editing import replace_item
from lms.library.newer import Newer, find_newer
from lms.library.recall import find_withdrawals


@dataclass(frozen=True, slots=True)
class Offer:
    """A newer version of an item that a lesson shows at `numbers`, in `places` blocks."""

    lesson: Lesson
    item_uuid: UUID
    title: str
    numbers: tuple[int, ...]
    newer: int
    note: str
    places: int
    is_recalled: bool

    @property
    def number(self) -> int:
        """The oldest version the lesson shows, from which the difference is told."""
        return self.numbers[0]


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of taking offers: how many blocks show the newer version, and why others do not."""

    changed: int
    problems: Sequence[str] = ()


def list_offers(actor: Actor, lesson: Lesson) -> list[Offer]:
    """Return what is offered to a lesson."""
    return _offers(actor, [lesson])


def list_course_offers(actor: Actor, course: Course) -> list[Offer]:
    """Return what is offered to the lessons of a course, in their order."""
    query = (
        select(Lesson)
        .join(Unit, Unit.id == Lesson.unit_id)
        .where(Unit.course_id == course.id, Unit.trashed_at.is_(None), Lesson.trashed_at.is_(None))
        .order_by(Unit.position, Lesson.position, Lesson.id)
    )
    return _offers(actor, list(db.session.scalars(query)))


def accept_offer(actor: Actor, lesson: Lesson, item_uuid: UUID, number: int) -> Taken:
    """Show version `number` of an item in every block of the draft that shows an older or a recalled one.

    Raises NotAllowed, NotFound. Whoever comes second, with the same offer on another screen, changes nothing more.
    """
    allow_edit(actor, lesson.unit_id)
    _lock(lesson)
    changed = 0
    problems: list[str] = []
    pinning = _pinning(lesson, item_uuid)
    recalled = find_withdrawals({str(activity.pin) for activity in pinning})
    for activity in pinning:
        has = _number_of(activity)
        if has == number or (has > number and activity.pin not in recalled):
            continue
        try:
            with db.session.begin_nested():
                replace_item(actor, activity, item_uuid, number=number, version=activity.version)
            changed += 1
        except NotFound:
            raise
        except Refusal as error:
            fields = error.fields if isinstance(error, Invalid) else {}
            problems.append(str(next(iter(fields.values()), error)))
    return Taken(changed, problems)


def accept_all(actor: Actor, offers: Iterable[Offer]) -> Taken:
    """Take each of several offers."""
    done = [accept_offer(actor, one.lesson, one.item_uuid, one.newer) for one in offers]
    return Taken(sum(one.changed for one in done), [words for one in done for words in one.problems])


def decline_offer(actor: Actor, lesson: Lesson, item_uuid: UUID, number: int) -> None:
    """Keep what the lesson has; this version of the item is not offered to it again, a newer one is. Raises NotAllowed."""
    allow_edit(actor, lesson.unit_id)
    if not _pinning(lesson, item_uuid):
        raise NotFound()
    insert_if_new(
        OfferDecline,
        lesson_id=lesson.id,
        item_uuid=item_uuid,
        number=number,
        declined_by=actor.user_id,
        declined_at=now(),
    )


def decline_all(actor: Actor, offers: Iterable[Offer]) -> int:
    """Decline each of several offers but those that replace a recalled version; return how many. Raises NotAllowed."""
    declined = [one for one in offers if not one.is_recalled]
    for one in declined:
        decline_offer(actor, one.lesson, one.item_uuid, one.newer)
    return len(declined)


def take_offer_back(actor: Actor, lesson: Lesson, item_uuid: UUID, number: int) -> None:
    """Undo `decline_offer`."""
    allow_edit(actor, lesson.unit_id)
    row = db.session.get(OfferDecline, (lesson.id, item_uuid, number))
    if row is not None:
        db.session.delete(row)
        db.session.flush()


def _offers(actor: Actor, lessons: Sequence[Lesson]) -> list[Offer]:
    """Five queries, however many lessons and items. A recalled version is replaced by an older one too."""
    pinned = _pins_of(lessons)
    uuids = {item_uuid for of_lesson in pinned.values() for item_uuid in of_lesson}
    if not uuids:
        return []
    newer, declined = find_newer(actor, uuids), _declined(lessons)
    recalled = _recalled(pinned)
    offers = []
    for lesson in lessons:
        for item_uuid, numbers in pinned.get(lesson.id, {}).items():
            one = newer.get(item_uuid)
            if one is None or (lesson.id, item_uuid, one.number) in declined:
                continue
            bad = recalled.get(item_uuid, frozenset())
            old = [number for number in numbers if number < one.number or number in bad]
            if old:
                offers.append(_offer(lesson, item_uuid, one, old, is_recalled=not bad.isdisjoint(old)))
    return offers


def _offer(lesson: Lesson, item_uuid: UUID, newer: Newer, old: Sequence[int], *, is_recalled: bool) -> Offer:
    numbers = tuple(sorted(set(old)))
    return Offer(
        lesson, item_uuid, newer.title, numbers, newer.number, newer.note, len(old), is_recalled=is_recalled
    )


def _recalled(pinned: Mapping[int, Mapping[UUID, Sequence[int]]]) -> dict[UUID, frozenset[int]]:
    pins = {
        f"{uuid}@{number}"
        for items in pinned.values()
        for uuid, numbers in items.items()
        for number in numbers
    }
    found: dict[UUID, frozenset[int]] = {}
    for pin in find_withdrawals(pins):
        uuid, _at, number = pin.partition("@")
        found[UUID(uuid)] = found.get(UUID(uuid), frozenset()) | {int(number)}
    return found


def _pins_of(lessons: Sequence[Lesson]) -> dict[int, dict[UUID, list[int]]]:
    query = (
        select(Activity.lesson_id, Activity.pin)
        .where(Activity.lesson_id.in_([lesson.id for lesson in lessons]))
        .where(Activity.pin.is_not(None), Activity.trashed_at.is_(None))
        .order_by(Activity.lesson_id, Activity.position, Activity.id)
    )
    found: dict[int, dict[UUID, list[int]]] = {}
    for lesson_id, pin in db.session.execute(query):
        uuid, _at, number = str(pin).partition("@")
        found.setdefault(lesson_id, {}).setdefault(UUID(uuid), []).append(int(number))
    return found


def _declined(lessons: Sequence[Lesson]) -> set[tuple[int, UUID, int]]:
    query = select(OfferDecline.lesson_id, OfferDecline.item_uuid, OfferDecline.number).where(
        OfferDecline.lesson_id.in_([lesson.id for lesson in lessons])
    )
    return {(row[0], row[1], row[2]) for row in db.session.execute(query)}


def _pinning(lesson: Lesson, item_uuid: UUID) -> list[Activity]:
    query = (
        select(Activity)
        .where(Activity.lesson_id == lesson.id, Activity.pin.startswith(f"{item_uuid}@", autoescape=True))
        .where(Activity.trashed_at.is_(None))
        .order_by(Activity.position, Activity.id)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


def _number_of(activity: Activity) -> int:
    return int(str(activity.pin).partition("@")[2])


def _lock(lesson: Lesson) -> None:
    """Let the second of two who accept at once wait for the first, and see what that one did."""
    query = select(Lesson).where(Lesson.id == lesson.id).with_for_update()
    db.session.scalars(query.execution_options(populate_existing=True)).one()
