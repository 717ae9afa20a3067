"""The port of search: what goes in, what comes out and what every engine promises.

Search is secondary and generic. It knows documents of any kind with opaque audience tokens; it never decides who may
see what, it only filters by the tokens it is given, inside the engine and before anything is counted. All of it can
be rebuilt from the database, so no engine is ever the only holder of a fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from content_store.errors import StoreError

Sort = Literal["relevance", "newest", "title"]

KIND_FACET = "kind"
"""A facet every document has without stating it: `Query.kinds` filters it, and it may be counted like any other."""


class SearchUnavailable(StoreError):
    """The index is missing, damaged or out of reach; the rest of the system can go on without it."""

    default_code = "search-unavailable"
    default_message = "The search index cannot be read. Build it anew, then try again."


MISSING = "There is no search index. Build it anew; nothing else is lost."
OTHER_FORMAT = "The search index is of another release. Build it anew."


class SearchBusy(SearchUnavailable):
    """Another process is writing the index; only writers ever meet this."""

    default_code = "search-busy"
    default_message = "Another process is writing the search index. Try again in a minute."


@dataclass(frozen=True)
class Document:
    """One thing that can be found; `updated` is in unix seconds.

    `places` names pieces of the body, in their order: from this letter on it is page 3, or 0:02:14 of a video.
    `standing` is a few whole steps, 0 for most: of two that match equally well, the one of higher standing comes first.
    """

    kind: str
    uuid: str
    title: str
    keywords: str
    body: str
    facets: Mapping[str, tuple[str, ...]]
    audiences: frozenset[str]
    updated: float
    places: tuple[tuple[int, str], ...] = ()
    standing: int = 0


@dataclass(frozen=True)
class Query:
    """What somebody asks: values of one facet are alternatives, different facets must all hold.

    An `after` that is not one of ours (damaged, or of another sort) means the first page.
    """

    text: str
    audiences: frozenset[str]
    kinds: frozenset[str] | None = None
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    facets: tuple[str, ...] = ()
    sort: Sort = "relevance"
    after: str | None = None
    size: int = 20


@dataclass(frozen=True)
class Fragment:
    """Plain text in parts, each matched or not; the caller escapes it. `place` is the one its first match stands in."""

    parts: tuple[tuple[str, bool], ...]
    place: str = ""

    @property
    def text(self) -> str:
        """The same text without marks."""
        return "".join(part for part, _ in self.parts)


@dataclass(frozen=True)
class Hit:
    """One document found.

    Tiers: 0 no query text, 1 exact phrase, 2 phrase without accents, 3 the words apart or most of them, or another
    name for them, 4 corrected spelling. The whole rule is in `docs/search.md`.
    """

    kind: str
    uuid: str
    tier: int
    title: Fragment
    passages: tuple[Fragment, ...]


@dataclass(frozen=True)
class Results:
    """One page of hits; `corrected` is the query really used when the one typed found nothing.

    Where that found nothing either, `instead` is a spelling further off that finds something, for a person to choose.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]]
    next: str | None
    corrected: str | None
    instead: str | None = None


class SearchIndex(Protocol):
    """One named index. Any process may read; only one worker writes."""

    def search(self, query: Query) -> Results:
        """Find; raises SearchUnavailable where the index cannot be read."""

    def suggest(self, query: Query) -> tuple[str, ...]:
        """Titles and keywords that go on as the text begins, among what the query's audiences and filters leave."""

    def similar(self, key: tuple[str, str], query: Query) -> tuple[Hit, ...]:
        """Documents most like the one of this (kind, uuid), under the query's audiences and filters; best first.

        The query's text and order are not used; a document that is not there is like no other.
        """

    def put(self, documents: Iterable[Document]) -> int:
        """Add or replace by (kind, uuid), as one batch; returns how many were written.

        An index that is not there raises SearchUnavailable: begun with one batch it would hide all the rest.
        """

    def remove(self, keys: Iterable[tuple[str, str]]) -> None:
        """Forget the documents of these (kind, uuid); raises SearchUnavailable where there is no index."""

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Build anew beside the old index, then swap: readers never see half of it."""

    def count(self) -> int:
        """How many documents there are."""

    def exists(self) -> bool:
        """Whether it was ever written and is there: a look that opens nothing. Raises SearchUnavailable."""

    def check(self) -> str | None:
        """Nothing where healthy, else one English sentence that says what to do."""

    def close(self) -> None:
        """Let go of files and connections."""
