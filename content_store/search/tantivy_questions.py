"""Questions as Tantivy answers them: which documents match, in which tier, with which score, all in one number.

The number is the sum of whole units, so it is exact however Tantivy adds it up: a multiple of `_STEP` for the tier and
less than that for the score. Every way to match is a branch, and a document is where its best branch puts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from content_store.search.synonyms import Other
from content_store.search.tantivy_rows import LETTERED, USUAL
from content_store.search.terms import APART, OTHER_WORDS, Words

if TYPE_CHECKING:
    import tantivy

_STEP = 1 << 20
_UNITS = 80_000
_LAST_TIER = 10


class Weighed(NamedTuple):
    """Terms of a field that must all be there, and what part of the whole score theirs is."""

    field: str
    terms: tuple[str, ...]
    part: float = 1.0


def read_worth(worth: float) -> tuple[int, float]:
    """Tell the tier and the score out of Tantivy's number."""
    tiers, units = divmod(int(worth), _STEP)
    return _LAST_TIER - tiers, round(units / _UNITS, 4)


class Questions:
    """Makes queries over one schema."""

    def __init__(self, library: ModuleType, schema: tantivy.Schema) -> None:
        """Keep what every query is made with."""
        self._library, self._schema = library, schema
        self._query = library.Query
        self._must, self._should = library.Occur.Must, library.Occur.Should

    def term(self, field: str, term: str) -> tantivy.Query:
        """What has one term."""
        query: tantivy.Query = self._query.term_query(self._schema, field, term, "basic")
        return query

    def any_of(self, field: str, terms: Sequence[str]) -> tantivy.Query:
        """What has one of these terms; where there are none, nothing."""
        if not terms:
            return self.nothing()
        query: tantivy.Query = self._query.term_set_query(self._schema, field, list(terms))
        return query

    def nothing(self) -> tantivy.Query:
        """What nothing is."""
        query: tantivy.Query = self._query.empty_query()
        return query

    def all_of(self, queries: Iterable[tantivy.Query]) -> tantivy.Query:
        """What all of them find; the scores are added."""
        query: tantivy.Query = self._query.boolean_query([(self._must, one) for one in queries])
        return query

    def among(self, query: tantivy.Query, conditions: Iterable[tantivy.Query]) -> tantivy.Query:
        """What a query finds that also holds these conditions, which count nothing."""
        silent = [self._query.const_score_query(one, 0.0) for one in conditions]
        return self.all_of([query, *silent]) if silent else query

    def filters(
        self, filters: Mapping[str, tuple[str, ...]], *, but: str | None = None
    ) -> list[tantivy.Query]:
        """The conditions of a question, perhaps without the one of a facet."""
        return [self.any_of("facet", tokens) for name, tokens in filters.items() if name != but]

    def since(self, updated: float) -> tantivy.Query:
        """What was changed then or before."""
        return self._range("updated", self._library.FieldType.Float, upper_bound=updated)

    def from_title(self, place: int) -> tantivy.Query:
        """What is at this place of the titles or later."""
        return self._range("order", self._library.FieldType.Unsigned, lower_bound=place)

    def _range(self, field: str, kind: object, **bounds: float) -> tantivy.Query:
        query: tantivy.Query = self._query.range_query(self._schema, field, kind, **bounds)
        return query

    def nearest(self, branches: Sequence[tantivy.Query]) -> tantivy.Query:
        """What any branch finds, each where its best branch puts it."""
        if len(branches) == 1:
            return branches[0]
        query: tantivy.Query = self._query.disjunction_max_query(list(branches))
        return query

    def phrase(self, words: Words) -> tantivy.Query:
        """The words side by side: tier 2, and tier 1 where they are written so."""
        field = "pairs" if len(words.folded) > 1 else "folded"
        exact = self.all_of(self.term("exact", term) for term in words.phrase_exact)
        closer = self._query.const_score_query(exact, float(_STEP))
        return self._branch(2, [Weighed(field, words.phrase_folded)], [closer])

    def scattered(self, words: Words) -> tantivy.Query:
        """All words, anywhere."""
        return self._branch(APART, [Weighed("folded", words.scattered)])

    def otherwise(self, way: int, other: Other) -> tantivy.Query:
        """The query in other words: those as a phrase, the rest of it anywhere."""
        terms = other.phrase.phrase_exact
        places = len(terms) + len(other.rest)
        weighed = [Weighed("exact", terms, len(terms) / places)]
        if other.rest:
            weighed.append(Weighed("folded", other.rest, len(other.rest) / places))
        return self._branch(OTHER_WORDS + way, weighed)

    def _branch(
        self, tier: int, weighed: Iterable[Weighed], more: Iterable[tantivy.Query] = ()
    ) -> tantivy.Query:
        """One way to match, with its tier and score."""
        const = self._query.const_score_query
        base = (_LAST_TIER - tier) * _STEP
        must, should = [], list(more)
        for field, terms, part in weighed:
            unit = part * _UNITS / len(terms)
            usual = round(unit * USUAL.score)
            for term in terms:
                must.append(const(self.term(field, term), float(base + usual)))
                base = 0  # the tier counts once
                should += [
                    const(self.term(field, term + ending), float(round(unit * score) - usual))
                    for ending, score in LETTERED.items()
                ]
        clauses = [(self._must, one) for one in must] + [(self._should, one) for one in should]
        query: tantivy.Query = self._query.boolean_query(clauses)
        return query
