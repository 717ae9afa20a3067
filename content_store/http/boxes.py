"""The boxes beside the results: what can be ticked, and how many items that would show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from content_store.http.shelf import Asked
from content_store.http.words import say
from content_store.rights.uses import USES, count_uses
from content_store.taxonomy import (
    DURATIONS,
    GRADES,
    LANGUAGES,
    LEVELS,
    SUBJECTS,
    TYPES,
    facet_label,
    grade_id,
)

HEADINGS: Mapping[str, str] = {
    "type": "Type",
    "level": "Level",
    "grade": "Grade",
    "subject": "Subject",
    "license": "What I may do",
    "language": "Language",
    "duration": "Playing time",
    "reviewed": "Review",
}
_ORDER: Mapping[str, tuple[str, ...]] = {
    "type": tuple(TYPES),
    "level": tuple(LEVELS),
    "grade": tuple(grade_id(grade) for grade in GRADES),
    "subject": tuple(SUBJECTS),
    "license": USES,
    "language": tuple(LANGUAGES),
    "duration": tuple(DURATIONS),
    "reviewed": ("reviewed",),
}
_WORDS = {
    ("license", "adapt"): "Use and change",
    ("license", "as-is"): "Use as it is",
    ("license", "link"): "Link only",
    ("reviewed", "reviewed"): "Reviewed",
}


@dataclass(frozen=True, slots=True)
class Box:
    """One value of a facet."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """One facet; `is_open` where something in it is ticked."""

    name: str
    label: str
    boxes: tuple[Box, ...]
    is_open: bool


def groups_of(facets: Mapping[str, Mapping[str, int]], asked: Asked, language: str) -> list[Group]:
    """The groups that have something to choose; a ticked value stays even where it shows nothing."""
    groups = []
    for name, heading in HEADINGS.items():
        counts = facets.get(name, {})
        counts = count_uses(counts) if name == "license" else counts
        marked = set(asked.chosen.get(name, ()))
        boxes = tuple(
            Box(value, label_of(name, value, language), counts.get(value, 0), value in marked)
            for value in _ORDER[name]
            if counts.get(value) or value in marked
        )
        if boxes:
            groups.append(Group(name, say(language, heading), boxes, bool(marked)))
    return groups


def label_of(facet: str, value: str, language: str) -> str:
    """The words for a value of a facet."""
    words = _WORDS.get((facet, value))
    return say(language, words) if words else facet_label(facet, value, language)
