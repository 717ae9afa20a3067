"""One state of a Whoosh index as a search reads it.

Whoosh's own query classes, scoring and grouping are left aside: at 10k documents they cost hundreds of milliseconds.
A search here walks a few posting lists; sort keys and facets of all documents are held in memory (some 300 bytes a
document) until the index changes.
"""

from __future__ import annotations

import json
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from whoosh.analysis import IDAnalyzer
from whoosh.codec.whoosh3 import W3Codec
from whoosh.fields import COLUMN, STORED, FieldType, Schema
from whoosh.formats import Existence
from whoosh.reading import TermNotFound

from content_store.search.port import Document
from content_store.search.terms import BODY_CHARS, Analysis, key_of

_CACHED_TERMS = 64
_CACHED_AUDIENCES = 512


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


CODEC = W3Codec(blocklimit=1024, compression=0)
"""Few long blocks, not compressed: most terms are rare, and packing each alone took most of the time."""

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


def row_of(document: Document, analysis: Analysis) -> dict[str, object]:
    """The fields of a document as the writer takes them."""
    card = [document.kind, document.uuid, document.updated, analysis.title_order, analysis.facets]
    shown = json.dumps([document.title, document.body[:BODY_CHARS]], ensure_ascii=False)
    return {
        "key": [(key_of(document.kind, document.uuid), 1.0)],
        "audience": [(token, 1.0) for token in sorted(document.audiences)],
        "exact": [(term, presence.score) for term, presence in analysis.exact.items()],
        "folded": [(term, presence.score) for term, presence in analysis.folded.items()],
        "pairs": [(term, presence.score) for term, presence in analysis.pairs.items()],
        "card": json.dumps(card, ensure_ascii=False).encode(),
        "shown": zlib.compress(shown.encode()),
    }


class Snapshot:
    """A reader with what was already looked up in it; not for two threads at once."""

    def __init__(self, reader: Any) -> None:
        """Wrap a reader; what is looked up is kept until it is closed."""
        self._reader = reader
        self._terms: OrderedDict[tuple[str, str], dict[int, float]] = OrderedDict()
        self._audiences: OrderedDict[str, tuple[int, ...]] = OrderedDict()
        self.size: int = reader.doc_count_all()

    @cached_property
    def cards(self) -> list[Card]:
        """The cards of all documents, by document number; writers never need them."""
        if not self.size:
            return []
        column = self._reader.column_reader("card", translate=False)
        known: dict[tuple[str, ...], tuple[str, ...]] = {}
        cards = []
        for number in range(self.size):
            kind, uuid, updated, order, facets = json.loads(column[number])
            shared = known.setdefault(tuple(facets), tuple(facets))
            cards.append(Card((-float(updated), kind, uuid), (order, kind, uuid), shared))
        return cards

    def close(self) -> None:
        """Let go of the files."""
        self._reader.close()

    def count(self) -> int:
        """How many documents are not deleted."""
        return int(self._reader.doc_count())

    def numbers(self, key: str) -> list[int]:
        """The document numbers of a key: one, or none."""
        return list(self._postings("key", key))

    def visible_to(self, audiences: Iterable[str]) -> bytearray:
        """One byte for each document number: 1 where one of these audiences may see it."""
        visible = bytearray(self.size)
        for token in audiences:
            for number in self._audience(token):
                visible[number] = 1
        return visible

    def having_all(self, field: str, terms: tuple[str, ...], visible: bytearray) -> dict[int, float]:
        """Visible documents that have all the terms, with the mean of their scores; shortest posting list first."""
        frequency = self.frequencies(field, terms)
        if not terms or len(frequency) < len(terms):
            return {}
        first, *others = sorted(terms, key=frequency.__getitem__)
        found = {number: score for number, score in self._scores(field, first).items() if visible[number]}
        for term in others:
            if not found:
                break
            scores = self._scores(field, term)
            found = {number: score + scores[number] for number, score in found.items() if number in scores}
        return {number: round(score / len(terms), 4) for number, score in found.items()}

    def frequencies(self, field: str, terms: Iterable[str]) -> Mapping[str, int]:
        """In how many documents each term is; absent terms are left out."""
        counted = {term: int(self._reader.doc_frequency(field, term.encode())) for term in terms}
        return {term: count for term, count in counted.items() if count}

    def shown(self, number: int) -> tuple[str, str]:
        """Title and body of a document as they are shown."""
        title, body = json.loads(zlib.decompress(self._reader.stored_fields(number)["shown"]))
        return title, body

    def _scores(self, field: str, term: str) -> dict[int, float]:
        found = self._terms.pop((field, term), None)
        if found is None:
            found = self._postings(field, term)
        self._terms[field, term] = found
        if len(self._terms) > _CACHED_TERMS:
            self._terms.popitem(last=False)
        return found

    def _audience(self, token: str) -> tuple[int, ...]:
        found = self._audiences.pop(token, None)
        if found is None:
            found = tuple(self._postings("audience", token))
        self._audiences[token] = found
        if len(self._audiences) > _CACHED_AUDIENCES:
            self._audiences.popitem(last=False)
        return found

    def _postings(self, field: str, term: str) -> dict[int, float]:
        try:
            matcher = self._reader.postings(field, term.encode())
        except TermNotFound:
            return {}
        found: dict[int, float] = {}
        while matcher.is_active():
            found[matcher.id()] = matcher.weight()
            matcher.next()
        return found
