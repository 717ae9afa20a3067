"""Words of the catalogue's filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lms.core.i18n import LazyText, _, _l, current_locale, ngettext, show_day
from lms.library.taxonomy import subject_label

AUDIENCE_LABELS: dict[str, LazyText] = {
    "primary": _l("Primary school"),
    "lower": _l("Lower secondary school"),
    "upper": _l("Upper secondary school"),
    "everyone": _l("Everyone"),
    "teachers": _l("Teachers"),
}
PACE_LABELS: dict[str, LazyText] = {"self": _l("At your own pace"), "dated": _l("With dates")}
LENGTH_LABELS: dict[str, LazyText] = {
    "short": _l("Under 2 hours"),
    "medium": _l("2 to 10 hours"),
    "long": _l("Over 10 hours"),
}
LANGUAGE_LABELS = {"vi": "Tiếng Việt", "en": "English"}
GROUPS: tuple[tuple[str, LazyText], ...] = (
    ("audience", _l("For whom")),
    ("subject", _l("Subject")),
    ("pace", _l("Way of learning")),
    ("length", _l("Length")),
    ("language", _l("Language")),
)
ORDERED = {"audience": tuple(AUDIENCE_LABELS), "pace": tuple(PACE_LABELS), "length": tuple(LENGTH_LABELS)}
SORT_LABELS: dict[str, LazyText] = {
    "relevance": _l("Best match"),
    "newest": _l("Lately updated"),
    "title": _l("By title"),
}


# Plain tuples, so that filters once drawn are known by them: (facet, (value, how many)...), (facet, values).
Counts = tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
Picks = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One box of a filter: value, words, how many courses, whether it is chosen."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """One filter with its boxes."""

    name: str
    label: str
    choices: tuple[Choice, ...]


def label_of(facet: str, value: str) -> str:
    """Return the words for a value of a facet, the value itself when it is unknown."""
    if facet == "subject":
        return subject_label(value, current_locale())
    if facet == "language":
        return LANGUAGE_LABELS.get(value, value)
    tables = {"audience": AUDIENCE_LABELS, "pace": PACE_LABELS, "length": LENGTH_LABELS}
    return str(tables[facet].get(value, value))


def grades_label(grades: Sequence[int]) -> str:
    """Return 'Grade 6' or 'Grades 6 to 9'; nothing when no grade is named."""
    known = sorted(grade for grade in grades if grade > 0)
    if not known:
        return ""
    if known[0] == known[-1]:
        return _("Grade %(grade)s", grade=known[0])
    return _("Grades %(first)s to %(last)s", first=known[0], last=known[-1])


def card_facts(
    grades: Sequence[int], audience: str, effort_hours: int, starts_on: date | None, language: str
) -> tuple[str, ...]:
    """Return for whom a course is, how long it takes, how it goes, its language if one is named: one short line."""
    hours = ngettext("%(num)d hour", "%(num)d hours", effort_hours)
    pace = _("Starts %(day)s", day=show_day(starts_on)) if starts_on else str(PACE_LABELS["self"])
    facts = (grades_label(grades) or label_of("audience", audience), hours, pace)
    return (*facts, label_of("language", language)) if language else facts


def facet_groups(counts: Counts, chosen: Picks) -> tuple[Group, ...]:
    """Return the filters to show: what occurs, and what was chosen even if nothing is left of it."""
    groups, counted, ticked = [], dict(counts), dict(chosen)
    for name, label in GROUPS:
        found = dict(counted.get(name, ()))
        picked = ticked.get(name, ())
        values = _in_order(name, found, {*found, *picked})
        boxes = tuple(Choice(v, label_of(name, v), found.get(v, 0), v in picked) for v in values)
        if boxes:
            groups.append(Group(name, str(label), boxes))
    return tuple(groups)


def _in_order(name: str, found: Mapping[str, int], values: set[str]) -> list[str]:
    """Steps of a scale stay in their own order; anything else comes most frequent first."""
    scale = ORDERED.get(name, ())
    steps = {value: place for place, value in enumerate(scale)}
    return sorted(values, key=lambda value: (steps.get(value, len(scale)), -found.get(value, 0), value))
