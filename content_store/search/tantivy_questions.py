"""Questions as Tantivy answers them: which documents match, in which tier, with which score, all in one number.

The number is the sum of whole units, so it is exact however Tantivy adds it up: a multiple of `_STEP` for the tier and
less than that for the score. Every way to match is a branch, and a document is where its best branch puts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from content_store.search.ranking import GAINS, Most, Way
from content_store.search.tantivy_rows import LETTER, SCORES, USUAL
from content_store.search.terms import APART, Words
from content_store.search.wishes import Wish
from content_store.search.without import Without

if TYPE_CHECKING:
    import tantivy

_STEP = 1 << 20
_UNITS = 80_000
_LAST_TIER = 10
_FEW = 100
"""A set of more terms than that is cheaper as an automaton, which costs a third of a millisecond to begin with."""


class Branch(NamedTuple):
    """One way to match: what comes in, its tier, and what is added to that: by a query, or by a term of a field."""

    match: tantivy.Query
    tier: int
    closer: tantivy.Query | None
    worths: Mapping[str, Mapping[str, float]]


def read_worth(worth: float) -> tuple[int, float]:
    """Tell the tier and the score out of Tantivy's number."""
    tiers, units = divmod(int(worth), _STEP)
    return _LAST_TIER - tiers, round(units / _UNITS, 4)


class Questions:
    """Makes queries over one schema."""

    def __init__(self, library: ModuleType, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        """Keep what every query is made with; the searcher tells which presences of a term there are."""
        self._library, self._schema, self._searcher = library, schema, searcher
        self._query = library.Query
        self._must, self._should = library.Occur.Must, library.Occur.Should
        self._must_not = library.Occur.MustNot

    def term(self, field: str, term: str) -> tantivy.Query:
        """What has one term."""
        query: tantivy.Query = self._query.term_query(self._schema, field, term, "basic")
        return query

    def any_of(self, field: str, terms: Sequence[str]) -> tantivy.Query:
        """What has one of these terms; where there are none, nothing."""
        if not terms:
            return self.nothing()
        if len(terms) <= _FEW:
            return self.one_of([self.term(field, term) for term in terms])
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

    def but(self, query: tantivy.Query, without: Iterable[Without]) -> tantivy.Query:
        """What a query finds without what was to be left out."""
        unwanted = [self.all_of(self.term(one.field, term) for term in one.terms) for one in without]
        unwanted += [self.term("facet", token) for one in without for token in one.tokens]
        if not unwanted:
            return query
        clauses = [(self._must, query), *((self._must_not, one) for one in unwanted)]
        left: tantivy.Query = self._query.boolean_query(clauses)
        return left

    def since(self, updated: float) -> tantivy.Query:
        """What was changed then or before."""
        return self._range("updated", self._library.FieldType.Float, upper_bound=updated)

    def from_title(self, place: int) -> tantivy.Query:
        """What is at this place of the titles or later."""
        return self._range("order", self._library.FieldType.Unsigned, lower_bound=place)

    def _range(self, field: str, kind: object, **bounds: float) -> tantivy.Query:
        query: tantivy.Query = self._query.range_query(self._schema, field, kind, **bounds)
        return query

    def one_of(self, queries: Sequence[tantivy.Query]) -> tantivy.Query:
        """What any of them finds; the scores are added."""
        if len(queries) == 1:
            return queries[0]
        query: tantivy.Query = self._query.boolean_query([(self._should, one) for one in queries])
        return query

    def nearest(self, branches: Sequence[Branch], wishes: Iterable[Wish]) -> tantivy.Query:
        """What any branch finds, each where its best branch puts it, lifted by the wishes it fulfills and by what it gains anyhow."""
        worths = [self._ranked(branch) for branch in branches]
        best = worths[0] if len(worths) == 1 else self._query.disjunction_max_query(worths)
        lifts = [(self.any_of("facet", wish.tokens), round(_UNITS * wish.worth)) for wish in wishes]
        lifts += [(self.term("facet", token), round(_UNITS * gain)) for token, gain in self._gains()]
        return self._lifted(best, lifts)

    def _gains(self) -> Iterator[tuple[str, float]]:
        """The gains that there are; a lift that no document has would be looked up for nothing."""
        return ((token, gain) for token, gain in GAINS.items() if self._searcher.doc_freq("facet", token))

    def phrase(self, words: Words) -> Branch:
        """The words side by side: tier 2, and tier 1 where they are written so."""
        field = "pairs" if len(words.folded) > 1 else "folded"
        match = self.all_of(self.term(field, term) for term in words.phrase_folded)
        exact = self.all_of(self.term("exact", term) for term in words.phrase_exact)
        share = 1 / len(words.phrase_folded)
        return Branch(match, 2, exact, {field: dict.fromkeys(words.phrase_folded, share)})

    def apart(self, way: Way) -> Branch:
        """One way into the third tier."""
        conditions = [self.term("exact", term) for term in way.name]
        conditions += [self.any_of("facet", tokens) for tokens in way.facets]
        enough = [self._all_words(way.every)] if way.every else []
        if way.most:
            enough.append(self._most(way.most))
        if enough:
            conditions.append(self.one_of(enough))
        return Branch(self.all_of(conditions), APART, None, {"folded": way.words, "pairs": way.pairs})

    def _most(self, most: Most) -> tantivy.Query:
        """Enough of the heaviest words, or fewer beside one of the pairs."""
        ways = [self._all_words(words) for words in most.alone]
        if most.beside:
            beside = self.one_of([self._all_words(words) for words in most.beside])
            ways.append(self.all_of([self.any_of("pairs", most.pairs), beside]))
        return self.one_of(ways)

    def _all_words(self, words: Iterable[str]) -> tantivy.Query:
        return self.all_of(self.term("folded", word) for word in words)

    def _ranked(self, branch: Branch) -> tantivy.Query:
        """What comes in by a branch, with its tier and score."""
        tier = self._query.const_score_query(branch.match, float((_LAST_TIER - branch.tier) * _STEP))
        lifts = [(branch.closer, _STEP)] if branch.closer else []
        for field, worths in branch.worths.items():
            for term, worth in worths.items():
                lifts += self._lifts(field, term, _UNITS * worth)
        return self._lifted(tier, lifts)

    def _lifts(self, field: str, term: str, worth: float) -> Iterator[tuple[tantivy.Query, int]]:
        """What a term adds: as most documents have it, and what the other presences that occur add to that."""
        usual = round(worth * USUAL.score)
        yield self.term(field, term), usual
        for lettered, _ in self._searcher.terms_with_prefix(field, term + LETTER):
            yield self.term(field, lettered), round(worth * SCORES[lettered[-1]]) - usual

    def _lifted(self, base: tantivy.Query, lifts: Iterable[tuple[tantivy.Query, int]]) -> tantivy.Query:
        clauses = [(self._must, base)]
        clauses += [(self._should, self._query.const_score_query(one, float(by))) for one, by in lifts]
        query: tantivy.Query = self._query.boolean_query(clauses)
        return query
