"""Browsing by the curriculum: levels, grades, subjects, strands and topics, with counts of what the reader may see.

Counts come from the index, as those beside a search do: one question, however much there is. A page shows all grades
and opens one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from content_store import curriculum
from content_store.catalogue import get_item
from content_store.models import Version
from content_store.search import Query, SearchUnavailable
from content_store.taxonomy import LEVELS, Term, grade_id, grade_label
from lms.core.actor import Actor
from lms.core.audit import record_audit
from lms.core.db import db
from lms.core.i18n import current_locale
from lms.core.jobs import enqueue
from lms.library.door import open_store, saying_refusals
from lms.library.queries import tokens_of
from lms.library.sharing import allow_change

Counts = Mapping[str, Mapping[str, int]]
MOST_TOPICS = curriculum.MOST_TOPICS


@dataclass(frozen=True, slots=True)
class Node:
    """A subject, strand or topic: its words, how many items stand there, the search that shows them."""

    key: str
    label: str
    count: int
    address: dict[str, str]
    below: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class GradeEntry:
    """One grade, and how many items are for it."""

    id: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Browsed:
    """The tree as one page shows it; `is_degraded` where nothing could be counted."""

    levels: tuple[tuple[str, tuple[GradeEntry, ...]], ...]
    subjects: tuple[Node, ...]
    is_degraded: bool = False


def browse(actor: Actor, grade: int | None) -> Browsed:
    """Return every grade, and the subjects of one with what is below them."""
    try:
        counts = _count(actor, grade)
    except SearchUnavailable:
        counts = {}
    language = current_locale()
    by_grade = counts.get("grade", {})
    levels = tuple(
        (level.label(language), tuple(_grade(one, by_grade) for one in curriculum.grades_of(level.id)))
        for level in LEVELS.values()
    )
    opened = () if grade is None else tuple(_subjects(grade, counts))
    return Browsed(levels, opened, not counts)


def read_grade(text: str) -> int | None:
    """Return the grade of an address; None for anything else."""
    found = {grade_id(grade): grade for level in LEVELS for grade in curriculum.grades_of(level)}
    return found.get(text)


def _count(actor: Actor, grade: int | None) -> Counts:
    filters = {"state": frozenset({"published"})}
    if grade is not None:
        filters["grade"] = frozenset({grade_id(grade)})
    facets = ("grade",) if grade is None else ("grade", "subject", "topic")
    query = Query("", tokens_of(actor), filters=filters, facets=facets, sort="newest", size=1)
    return open_store().search(query).facets


def _grade(grade: int, counts: Mapping[str, int]) -> GradeEntry:
    key = grade_id(grade)
    return GradeEntry(key, grade_label(grade, current_locale()), counts.get(key, 0))


def _subjects(grade: int, counts: Counts) -> Iterable[Node]:
    for term in curriculum.subjects_of(grade):
        yield _subject(grade, term, counts)


def _subject(grade: int, term: Term, counts: Counts) -> Node:
    address = {"grade": grade_id(grade), "subject": term.id}
    language, by_topic = current_locale(), counts.get("topic", {})

    def node(topic: curriculum.Topic, below: Sequence[curriculum.Topic] = ()) -> Node:
        return Node(
            topic.id,
            topic.label(language),
            by_topic.get(topic.id, 0),
            {**address, "topic": topic.id},
            tuple(node(one) for one in below),
        )

    strands = curriculum.strands_of(term.id, (grade,)) if term.grades else []
    below = tuple(node(strand, topics) for strand, topics in strands)
    return Node(term.id, term.label(language), counts.get("subject", {}).get(term.id, 0), address, below)


def list_choices(version: Version) -> list[tuple[curriculum.Topic, list[curriculum.Topic]]]:
    """Return the strands and topics that a version may stand in: those of its subject, in its grades."""
    if not version.subject:
        return []
    return curriculum.strands_of(version.subject, version.grades)


def list_topics(version: Version) -> list[str]:
    """Return the topics that an item stands in."""
    return curriculum.topics_of(db.session(), [version.item_id]).get(version.item_id, [])


def place_item(actor: Actor, uuid: UUID, topics: Iterable[str]) -> Version:
    """Say which topics an item stands in; no version is made for it. Raises NotFound, NotAllowed, Invalid."""
    version = allow_change(actor, uuid)
    chosen = sorted(set(topics))
    with saying_refusals():
        item = get_item(db.session(), uuid, lock=True)
        has_changed = curriculum.place_item(db.session(), item, chosen)
    if has_changed:
        open_store().mark_dirty(uuid)
        record_audit(actor, "place", "item", uuid, topics=chosen)
        enqueue("index_items", key="index_items")
    return version
