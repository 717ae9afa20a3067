"""One state of a Whoosh index as a search reads it.

Whoosh's own query classes, scoring and grouping are left aside: at 10k documents they cost hundreds of milliseconds.
A search here joins a few posting lists; sort keys and facets of all documents are held in memory (some 300 bytes a
document). A change of the index makes a new snapshot, which takes over what it can: files of Whoosh never change,
a commit only adds some and names deleted documents.
"""

from __future__ import annotations

import json
import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from whoosh.analysis import IDAnalyzer
from whoosh.fields import COLUMN, STORED, FieldType, Schema
from whoosh.formats import Existence

from content_store.search.port import Document, Results
from content_store.search.ranking import GAINS
from content_store.search.suggestions import folded_phrase, phrases
from content_store.search.terms import BODY_CHARS, Analysis, Presence, key_of, shown_places
from content_store.search.whoosh_facets import FacetSets
from content_store.search.whoosh_postings import read_postings
from content_store.search.whoosh_writing import Row

_CACHED_POSTINGS = 200_000
_CACHED_READERS = 32
_CACHED_ANSWERS = 64


class Scored(FieldType):  # type: ignore[misc]  # whoosh has no types
    """A field of ready-made terms, each with the score it has in the document."""

    def __init__(self) -> None:
        """Keep which documents have a term, and the score; lengths only as Whoosh asks the disk for absent ones."""
        super().__init__(Existence(), IDAnalyzer(), scorable=True)

    def index(
        self, value: Iterable[tuple[str, float]], **_: object
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Give Whoosh the terms as they are: its own tokenizer breaks on NFD and its stop words are English."""
        return ((term.encode(), 1, score, b"") for term, score in value)


SCHEMA = Schema(
    key=Scored(),
    audience=Scored(),
    exact=Scored(),
    folded=Scored(),
    pairs=Scored(),
    card=COLUMN(),
    shown=STORED(),
)


class Card(NamedTuple):
    """What sorting and counting need of a document."""

    newest: tuple[float, str, str]
    title: tuple[str, str, str]
    facets: tuple[str, ...]

    @property
    def kind(self) -> str:
        """The kind, as both sort keys hold it."""
        return self.newest[1]

    @property
    def uuid(self) -> str:
        """The uuid, as both sort keys hold it."""
        return self.newest[2]


class Shown(NamedTuple):
    """What is shown of a document, and where pieces of its body stand."""

    title: str
    body: str
    places: Sequence[tuple[int, str]] = ()


def row_of(document: Document, analysis: Analysis) -> Row:
    """The fields of a document as the writer takes them."""
    card = [document.kind, document.uuid, document.updated, analysis.title_order, analysis.facets]
    card += [document.title, document.keywords]
    shown = [document.title, document.body[:BODY_CHARS], shown_places(document)]
    terms = {name: _scored(getattr(analysis, name)) for name in ("exact", "folded", "pairs")}
    return Row(
        {
            "key": [(key_of(document.kind, document.uuid), 1.0)],
            "audience": [(token, 1.0) for token in sorted(document.audiences)],
            **terms,
        },
        json.dumps(card, ensure_ascii=False).encode(),
        zlib.compress(json.dumps(shown, ensure_ascii=False).encode()),
    )


def _scored(presences: Mapping[str, Presence]) -> list[tuple[str, float]]:
    return [(term, presence.score) for term, presence in presences.items()]


class Snapshot:
    """A reader with what was already looked up in it; not for two threads at once."""

    def __init__(self, reader: Any, before: Snapshot | None = None) -> None:
        """Wrap a reader; cards of segments that the snapshot before had are taken from there."""
        self._reader = reader
        self._leaves: list[tuple[Any, int]] = list(reader.leaf_readers())
        self._segment_cards: dict[str, list[Card]] = before._segment_cards if before else {}
        self._segment_folded: dict[str, list[str]] = before._segment_folded if before else {}
        self._terms: OrderedDict[tuple[str, str], dict[int, float]] = OrderedDict()
        self._postings_held = 0
        self._visible: OrderedDict[tuple[str, ...], bytearray] = OrderedDict()
        self._answers: OrderedDict[Hashable, Results] = OrderedDict()
        self.size: int = reader.doc_count_all()

    @cached_property
    def cards(self) -> list[Card]:
        """The cards of all documents, by document number; writers never need them."""
        if not self.size:
            return []
        known = {leaf.segment().segment_id(): leaf for leaf, _ in self._leaves}
        self._segment_cards = {
            name: self._segment_cards.get(name) or _cards(leaf) for name, leaf in known.items()
        }
        return [card for cards in self._segment_cards.values() for card in cards]

    @cached_property
    def _folded(self) -> list[str]:
        """What can be suggested of all documents, a line for each phrase; only who is asked to suggest holds it."""
        self._segment_folded = {
            leaf.segment().segment_id(): self._segment_folded.get(leaf.segment().segment_id())
            or _folded(leaf)
            for leaf, _ in self._leaves
        }
        return [folded for segment in self._segment_folded.values() for folded in segment]

    @cached_property
    def facets(self) -> FacetSets:
        """Which documents have which facet value."""
        return FacetSets([card.facets for card in self.cards])

    @cached_property
    def gains(self) -> list[float]:
        """What each document gains whatever was asked, by document number; many share their facets."""
        known = {
            facets: sum(GAINS.get(token, 0.0) for token in facets)
            for facets in {c.facets for c in self.cards}
        }
        return [known[card.facets] for card in self.cards]

    def close(self) -> None:
        """Let go of the files."""
        self._reader.close()

    def count(self) -> int:
        """How many documents are not deleted."""
        return int(self._reader.doc_count())

    def numbers(self, key: str) -> list[int]:
        """The document numbers of a key: one, or none."""
        return [number for number in self._postings("key", key) if not self._reader.is_deleted(number)]

    def visible_to(self, audiences: Iterable[str]) -> bytearray:
        """One byte for each document number: 1 where one of these audiences may see it."""
        tokens = tuple(audiences)
        visible = self._visible.pop(tokens, None)
        if visible is None:
            visible = bytearray(self.size)
            for token in tokens:
                for number in self._postings("audience", token):
                    visible[number] = 1
            for leaf, offset in self._leaves:
                for number in leaf.deleted_docs_set if leaf.has_deletions() else ():
                    visible[number + offset] = 0
        self._visible[tokens] = visible
        if len(self._visible) > _CACHED_READERS:
            self._visible.popitem(last=False)
        return visible

    def kept(self, asked: Hashable, reckon: Callable[[], Results]) -> Results:
        """The answer of this state to a question, reckoned once; the questions asked last are kept."""
        found = self._answers.pop(asked, None)
        if found is None:
            found = reckon()
        self._answers[asked] = found
        if len(self._answers) > _CACHED_ANSWERS:
            self._answers.popitem(last=False)
        return found

    def having_all(self, field: str, terms: tuple[str, ...], visible: bytearray) -> dict[int, float]:
        """Visible documents that have all the terms, with the mean of their scores; shortest posting list first."""
        frequency = self.frequencies(field, terms)
        if not terms or len(frequency) < len(terms):
            return {}
        first, *others = sorted(terms, key=frequency.__getitem__)
        found = {number: score for number, score in self.scores(field, first).items() if visible[number]}
        for term in others:
            if not found:
                break
            scores = self.scores(field, term)
            found = {number: score + scores[number] for number, score in found.items() if number in scores}
        return {number: round(score / len(terms), 4) for number, score in found.items()}

    def beginning(
        self, start: str, visible: bytearray, passing: Callable[[int], bool]
    ) -> Iterator[tuple[str, int]]:
        """The folded phrases of visible documents that have this beginning anywhere, with the document's number."""
        for number, folded in enumerate(self._folded):
            if start in folded and visible[number] and passing(number):
                yield from ((phrase, number) for phrase in folded.split("\n") if start in phrase)

    def said(self, number: int) -> tuple[str, str]:
        """Title and keywords of a document."""
        leaf, offset = next(one for one in reversed(self._leaves) if one[1] <= number)
        return _said(leaf.column_reader("card", translate=False)[number - offset])

    def frequencies(self, field: str, terms: Iterable[str]) -> Mapping[str, int]:
        """In how many documents each term is; absent terms are left out."""
        counted = {term: self._frequency(field, term) for term in terms}
        return {term: count for term, count in counted.items() if count}

    def _frequency(self, field: str, term: str) -> int:
        """As long as a posting list that is kept, else what the files say, which is dearer."""
        kept = self._terms.get((field, term))
        return int(self._reader.doc_frequency(field, term.encode())) if kept is None else len(kept)

    def shown(self, number: int) -> Shown:
        """Title and body of a document as they are shown; an index of before has no places."""
        return Shown(*json.loads(zlib.decompress(self._reader.stored_fields(number)["shown"])))

    def scores(self, field: str, term: str) -> dict[int, float]:
        """The documents that have a term, deleted ones among them, with its score there.

        Lists are kept, the latest used first, up to so many postings in all.
        """
        found = self._terms.pop((field, term), None)
        if found is None:
            found = self._postings(field, term)
            self._postings_held += len(found)
        self._terms[field, term] = found
        while self._postings_held > _CACHED_POSTINGS and len(self._terms) > 1:
            self._postings_held -= len(self._terms.popitem(last=False)[1])
        return found

    def _postings(self, field: str, term: str) -> dict[int, float]:
        found: dict[int, float] = {}
        for leaf, offset in self._leaves:
            numbers, scores = read_postings(leaf, field, term)
            found.update(
                zip([number + offset for number in numbers] if offset else numbers, scores, strict=True)
            )
        return found


def _cards(leaf: Any) -> list[Card]:
    """Read the cards of one segment."""
    column = leaf.column_reader("card", translate=False)
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    cards = []
    for number in range(leaf.doc_count_all()):
        kind, uuid, updated, order, facets, *_ = json.loads(column[number])
        shared = known.setdefault(tuple(facets), tuple(facets))
        cards.append(Card((-float(updated), kind, uuid), (order, kind, uuid), shared))
    return cards


def _said(card: bytes) -> tuple[str, str]:
    title, keywords = json.loads(card)[5:] or ("", "")  # an index of before does not say
    return title, keywords


def _folded(leaf: Any) -> list[str]:
    """The folded phrases of the documents of one segment."""
    column = leaf.column_reader("card", translate=False)
    said = (_said(column[number]) for number in range(leaf.doc_count_all()))
    return ["\n".join(map(folded_phrase, phrases(*texts))) for texts in said]
