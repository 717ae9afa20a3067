"""The filters beside the results: groups of choices with their counts, and the chips of what is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from content_store.curriculum import topic_label, topics
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
from lms.core.i18n import LazyText, _, _l, current_locale
from lms.library.uses import USES, count_uses

HEADINGS: Mapping[str, LazyText] = {
    "type": _l("Type"),
    "level": _l("Level"),
    "grade": _l("Grade"),
    "subject": _l("Subject"),
    "topic": _l("Topic"),
    "license": _l("What I may do"),
    "language": _l("Language"),
    "duration": _l("Playing time"),
    "reviewed": _l("Review"),
    "source": _l("Given by"),
}
_ORDER: Mapping[str, tuple[str, ...]] = {
    "type": tuple(TYPES),
    "level": tuple(LEVELS),
    "grade": tuple(grade_id(grade) for grade in GRADES),
    "subject": tuple(SUBJECTS),
    "topic": tuple(topics()),
    "license": tuple(USES),
    "language": tuple(LANGUAGES),
    "duration": tuple(DURATIONS),
    "reviewed": ("reviewed",),
}
MOST_SOURCES = 20

# Plain tuples, so that filters once drawn are known by them: (facet, (value, how many)...), (facet, values), and
# (uuid, name) of the places that items are given in the name of.
Counts = tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
Picks = tuple[tuple[str, tuple[str, ...]], ...]
Sources = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet, how many items it would show, and whether it is chosen."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """One facet as a group of check boxes."""

    name: str
    label: str
    choices: tuple[Choice, ...]


def choice_label(facet: str, value: str, sources: Sources = ()) -> str:
    """Return the words for a value of a facet, in the reader's language."""
    if facet == "source":
        return dict(sources).get(value, value)
    if facet == "topic":
        return topic_label(value, current_locale())
    if facet == "reviewed":
        return str(_("Reviewed"))
    if facet == "license" and value in USES:
        return str(USES[value])
    return facet_label(facet, value, current_locale())


def facet_groups(facets: Counts, chosen: Picks, sources: Sources = ()) -> list[FacetGroup]:
    """Return the groups that have something to choose; a chosen value stays even when it shows nothing.

    Topics are offered once a subject is chosen: those of all subjects would be a long list.
    """
    groups, counted, picked = [], dict(facets), dict(chosen)
    for name, heading in HEADINGS.items():
        counts = dict(counted.get(name, ()))
        counts = count_uses(counts) if name == "license" else counts
        marked = set(picked.get(name, ()))
        order = _ORDER.get(name, tuple(uuid for uuid, _ in sources))
        values = [value for value in order if counts.get(value) or value in marked]
        if name == "topic" and not picked.get("subject"):
            values = [value for value in values if value in marked]
        choices = tuple(
            Choice(value, choice_label(name, value, sources), counts.get(value, 0), value in marked)
            for value in values
        )
        if choices:
            groups.append(FacetGroup(name, str(heading), choices))
    return groups
