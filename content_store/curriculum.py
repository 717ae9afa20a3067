"""The general education program of 2018 as a tree: subjects by grade, their strands and topics, where items stand.

Subjects and grades are those of `taxonomy`. Below them `curriculum.txt` names strands and topics; it is an open list,
and not the whole program: see its head. An item stands in a topic beside being of a subject and for grades; that is
said of the item, not of a version, so that a librarian may set it right without a new version.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from content_store.errors import StoreError
from content_store.models import Base, Item
from content_store.taxonomy import ADULT, LEVELS, SUBJECTS, Term

MOST_TOPICS = 12
_FILE = Path(__file__).with_name("curriculum.txt")


class ItemTopic(Base):
    """One topic that an item stands in."""

    __tablename__ = "cs_item_topic"

    item_id: Mapped[int] = mapped_column(ForeignKey("cs_item.id", ondelete="CASCADE"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(40), primary_key=True)


@dataclass(frozen=True)
class Topic:
    """A strand of a subject (`parent` is empty), or a topic of a strand, with the grades it is taught in."""

    id: str
    subject: str
    parent: str
    vi: str
    en: str
    grades: tuple[int, ...]

    def label(self, language: str) -> str:
        """The name in `vi`, or in English."""
        return self.vi if language == "vi" else self.en


@cache
def topics() -> Mapping[str, Topic]:
    """Return every strand and topic by its id, each strand before its topics."""
    return {topic.id: topic for topic in read_topics(_FILE.read_text(encoding="utf-8"))}


def read_topics(text: str) -> Iterator[Topic]:
    """Read the open list. Raises ValueError naming the line that cannot be read."""
    subject = strand = ""
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.partition("#")[0].rstrip()
        if not line:
            continue
        depth = len(line) - len(line.lstrip())
        if depth == 0:
            subject, strand = line, ""
            if subject not in SUBJECTS:
                raise ValueError(f"Line {number}: {subject} is no subject.")
            continue
        topic = _topic(number, line.strip(), subject, strand if depth > 2 else "")
        strand = topic.id if depth == 2 else strand
        yield topic


def _topic(number: int, line: str, subject: str, parent: str) -> Topic:
    parts = [part.strip() for part in line.split("|")]
    if len(parts) != 4 or not all(parts) or not subject:
        raise ValueError(f"Line {number}: write name | Vietnamese | English | grades.")
    name, vi, en, span = parts
    first, _, last = span.partition("-")
    grades = tuple(range(int(first), int(last or first) + 1))
    if not grades or not set(grades) <= set(SUBJECTS[subject].grades) or len(f"{subject}.{name}") > 40:
        raise ValueError(f"Line {number}: {subject} is not taught in these grades, or the name is too long.")
    return Topic(f"{subject}.{name}", subject, parent, vi, en, grades)


def subjects_of(grade: int) -> list[Term]:
    """Return the subjects of a grade, in their order; for adults those that belong to no grade."""
    if grade == ADULT:
        return [term for term in SUBJECTS.values() if not term.grades]
    return [term for term in SUBJECTS.values() if grade in term.grades]


def grades_of(level: str) -> tuple[int, ...]:
    """Return the grades of a level of school."""
    return LEVELS[level].grades


def strands_of(subject: str, grades: Iterable[int]) -> list[tuple[Topic, list[Topic]]]:
    """Return the strands of a subject taught in any of these grades, each with its topics there; all without grades."""
    wanted = set(grades)
    found = [topic for topic in topics().values() if topic.subject == subject]
    if wanted:
        found = [topic for topic in found if wanted & set(topic.grades)]
    below: dict[str, list[Topic]] = defaultdict(list)
    for topic in found:
        below[topic.parent].append(topic)
    return [(strand, below[strand.id]) for strand in below[""]]


def topic_label(topic: str, language: str) -> str:
    """Return the words of a topic; an unknown one is shown as it is."""
    found = topics().get(topic)
    return found.label(language) if found else topic


def facet_topics(subject: str | None, placed: Iterable[str]) -> tuple[str, ...]:
    """Return what an item is found under: its topics and their strands, as long as it is of their subject."""
    known = [topics()[one] for one in placed if one in topics()]
    mine = [topic for topic in known if topic.subject == subject]
    return tuple(dict.fromkeys(name for topic in mine for name in (topic.parent, topic.id) if name))


def place_item(session: Session, item: Item, chosen: Iterable[str]) -> bool:
    """Let the item stand in these topics and no others; whether that changed anything, so that it must be indexed."""
    wanted = set(chosen)
    if unknown := wanted - set(topics()):
        raise StoreError("Choose topics of the list.", code="unknown-topic", topic=min(unknown))
    if len(wanted) > MOST_TOPICS:
        raise StoreError(f"Choose at most {MOST_TOPICS} topics.", code="too-many-topics", most=MOST_TOPICS)
    present = set(topics_of(session, [item.id]).get(item.id, ()))
    if wanted == present:
        return False
    if gone := present - wanted:
        session.execute(delete(ItemTopic).where(ItemTopic.item_id == item.id, ItemTopic.topic.in_(gone)))
    session.add_all(ItemTopic(item_id=item.id, topic=topic) for topic in sorted(wanted - present))
    session.flush()
    return True


def topics_of(session: Session, item_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return the topics that items stand in, in the order of the list, in one query."""
    rows = session.execute(
        select(ItemTopic.item_id, ItemTopic.topic).where(ItemTopic.item_id.in_(list(item_ids)))
    )
    found: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        found[row.item_id].add(row.topic)
    order = {name: place for place, name in enumerate(topics())}
    return {
        item: sorted(names, key=lambda name: (order.get(name, len(order)), name))
        for item, names in found.items()
    }
