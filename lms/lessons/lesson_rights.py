"""What a lesson may be shared as, judged anew from its blocks each time they are shown.

Library items stand in a lesson unaltered, so the lesson itself is a collection. What would happen if its author
changed or mixed them (translated, cut, rewrote) is said beside it, since that is where licenses conflict.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lms.lessons.models import Activity, Lesson
from lms.lessons.origins import origin_pins
from lms.lessons.services.drafts import activities_of
from lms.library.combining import Judged, Part, fitting_licenses, judge_parts
from lms.library.queries import load_pinned
from lms.library.values import PinnedItem

LINK = "link-only"


@dataclass(frozen=True, slots=True)
class LessonRights:
    """The works of a lesson: what they may be shared as, unaltered and altered, and those only pointed at."""

    as_it_is: Judged
    changed: Judged
    linked: tuple[Part, ...]

    is_bound: bool
    origins: tuple[Part, ...] = ()

    @property
    def conflicts(self) -> int:
        """How many conflicts there are, either way."""
        return len(self.as_it_is.conflicts) + len(self.changed.conflicts)


def judge_lesson(
    items: Iterable[tuple[str, PinnedItem]], origins: Iterable[PinnedItem] = ()
) -> LessonRights | None:
    """Judge the items of a lesson, each with the key of its block; None for a lesson of its author's words alone.

    The shared lessons it was made from (`origins`) have no block and bind it as whatever was changed does.
    """
    parts = [Part(key, item.title, item.license_id) for key, item in items]
    before = [Part("", item.title, item.license_id) for item in origins]
    if not parts and not before:
        return None
    own = [part for part in parts if part.license_id != LINK]
    return LessonRights(
        as_it_is=judge_parts(own, "collection", before),
        changed=judge_parts(own, "adaptation", before),
        linked=tuple(part for part in parts if part.license_id == LINK),
        is_bound=bool(own or before),
        origins=tuple(before),
    )


def licenses_for(lesson: Lesson, replaced: Activity | None, fits: str) -> frozenset[str] | None:
    """Return the licenses that a work in the place of `replaced` may have; None where any will do."""
    if not fits:
        return None
    others = [row.pin for row in activities_of(lesson.id) if row.pin and row is not replaced]
    others += origin_pins([lesson.id]).get(lesson.id, [])
    return fitting_licenses(fits, _licenses_of(others))


def _licenses_of(pins: Sequence[str]) -> set[str]:
    found = load_pinned(set(pins)) if pins else {}
    return {item.license_id for item in found.values()} - {LINK}
