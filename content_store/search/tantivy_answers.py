"""Answers out of one state of a Tantivy index: the same tiers, scores, counts and pages as the other engines.

Tantivy matches, adds up and counts; only a page and what ties with its end is looked at here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from content_store.search import cursors
from content_store.search.finding import Meant, find
from content_store.search.highlight import marking_of
from content_store.search.port import Fragment, Hit, Query, Results
from content_store.search.ranking import Rarity, terms_to_weigh, ways
from content_store.search.similar import COMMON, like, rarest, telling_pairs, words_of
from content_store.search.suggestions import choose, folded_phrase, phrases
from content_store.search.tantivy_questions import Branch, Questions, read_worth
from content_store.search.tantivy_rows import (
    BEGUN,
    Shown,
    begin_term,
    read_begun,
    read_newest,
    read_shown,
    read_title,
    title_place,
)
from content_store.search.terms import (
    APART,
    Words,
    audience_tokens,
    facet_filters,
    facet_token,
    key_of,
)
from content_store.search.wishes import read_question

if TYPE_CHECKING:
    import tantivy

_AT_ONCE = 200
_MORE = 8
_VALUES = 60_000
_SUGGESTED = 100


class _Answer(NamedTuple):
    """What an audience may see of the matches of some words: `match` only tells them, `worth` ranks them too."""

    match: tantivy.Query
    branches: tuple[Branch, ...]
    found: int
    has_phrase: bool


class _Found(NamedTuple):
    """The same for the words that were really asked for."""

    match: tantivy.Query
    worth: tantivy.Query
    total: int
    meant: Meant


class _Placed(NamedTuple):
    """A document of a page: its sort key, and where it is."""

    key: cursors.Key
    address: tantivy.DocAddress


class State:
    """One state of the index, as it was when it was opened; any number of threads may ask it."""

    def __init__(self, library: ModuleType, index: tantivy.Index) -> None:
        """Take the newest state there is."""
        self._library = library
        self._searcher = index.searcher()
        self._ask = Questions(library, index.schema, self._searcher)

    def count(self) -> int:
        """How many documents there are."""
        return int(self._searcher.num_docs)

    def probe(self) -> None:
        """Read a little of everything, so that damage shows."""
        found = self._searcher.search(self._library.Query.all_query(), 1, order_by_field="newest")
        for _, address in found.hits:
            self._shown(address)
        self._counts(self._library.Query.all_query())
        self._frequencies("folded", ["kiem"])

    def search(self, query: Query) -> Results:
        """Answer one page."""
        filters = facet_filters(query)
        found = self._find(query)
        kept = self._ask.filters(filters)
        page, cursor = self._page(query, found, kept)
        tiers = self._tiers(query, found, page)
        shown = [self._shown(placed.address) for placed in page]
        marking = marking_of(found.meant.words)
        hits = tuple(
            Hit(
                one.kind,
                one.uuid,
                4 if found.meant.corrected else tier,
                *marking.show(one.title, one.body, one.places, apart=tier == APART),
            )
            for one, tier in zip(shown, tiers, strict=True)
        )
        corrected = (
            marking.spelling((one.title, one.body) for one in shown) if found.meant.corrected else None
        )
        total = self._total(self._ask.among(found.match, kept)) if filters else found.total
        return Results(
            hits, total, self._facets(query, found, filters), cursor, corrected, found.meant.instead
        )

    def suggest(self, query: Query, begin: tuple[str, ...]) -> tuple[str, ...]:
        """Titles that begin so, titles that have it inside, keywords; the shortest titles are looked at first."""
        start = " ".join(begin)
        term = begin_term(start)
        conditions = [self._visible(query), *self._ask.filters(facet_filters(query))]
        if len(start) > BEGUN:
            conditions += [self._ask.term("folded", word) for word in begin[:-1]]
        found: dict[str, str] = {}
        for field in ("begins", "inside"):
            asked = self._ask.among(self._ask.term(field, term), conditions)
            ordered = self._ordered(asked, "begun", _SUGGESTED)
            found |= dict(read_begun(key) for key, _ in ordered)
        asked = self._ask.among(self._ask.term("keyword", term), conditions)
        for _, address in self._ordered(asked, "begun", _SUGGESTED):
            said = self._shown(address)
            found |= {folded_phrase(phrase): phrase for phrase in phrases("", said.keywords) if phrase}
        return tuple(phrase for _, phrase in choose(begin, found.items(), query.size))

    def similar(self, key: tuple[str, str], query: Query) -> tuple[Hit, ...]:
        """Add up what the pairs of the document are worth in every other."""
        own = self._searcher.search(self._ask.term("key", key_of(*key)), 1).hits
        if not own:
            return ()
        said = self._shown(own[0][1])
        told = telling_pairs(said.title, said.keywords, said.body)
        told = rarest(told, self._frequencies("folded", words_of(told)))
        holders = {
            pair: [_number(address) for _, address in self._best(self._ask.term("pairs", pair), COMMON)]
            for pair in told
        }
        likeness = like(told, holders, _number(own[0][1]))
        if not likeness:
            return ()
        conditions = [self._visible(query), *self._ask.filters(facet_filters(query))]
        asked = self._ask.among(self._ask.any_of("pairs", sorted(told)), conditions)
        likely = [
            (-round(likeness[_number(address)], 4), read_newest(newest), address)
            for newest, address in self._ordered(asked, "newest", COMMON * len(told))
            if _number(address) in likeness
        ]
        likely.sort(key=lambda one: one[:2])
        nearest = [self._shown(address) for _, _, address in likely[: query.size]]
        return tuple(Hit(one.kind, one.uuid, 0, Fragment(((one.title, False),)), ()) for one in nearest)

    def _visible(self, query: Query) -> tantivy.Query:
        return self._ask.any_of("audience", audience_tokens(query))

    def _find(self, query: Query) -> _Found:
        """Match tier by tier; where too little is found, try other spellings and most of the words."""
        question = read_question(query.text)
        visible = self._visible(query)
        kept = self._ask.but(visible, question.without)
        if not question.words.folded:
            return _Found(kept, kept, self._total(kept), Meant(question.words, False))

        def ask(among: tantivy.Query) -> Callable[[Words, bool], _Answer]:
            return lambda words, most: self._matches(words, among, most=most)

        answer, meant = find(
            question.words,
            ask(visible),
            lambda terms: self._frequencies("folded", terms),
            lambda terms: self._frequencies("pairs", terms),
            ask(kept) if question.without else None,
        )
        worth = self._ask.among(self._ask.nearest(answer.branches, question.wishes), [kept])
        return _Found(answer.match, worth, answer.found, meant)

    def _matches(self, words: Words, visible: tantivy.Query, *, most: bool) -> _Answer:
        branches = [self._ask.phrase(words)]
        match = self._ask.all_of([branches[0].match, visible])
        phrases_found = count = self._total(match)
        if count < words.enough:
            rarity = Rarity(self.count(), self._frequencies("folded", terms_to_weigh(words)))
            branches += map(self._ask.apart, ways(words, rarity, most=most))
            match = self._ask.all_of([self._ask.one_of([one.match for one in branches]), visible])
            count = self._total(match)
        return _Answer(match, tuple(branches), count, phrases_found > 0)

    def _page(
        self, query: Query, found: _Found, filters: list[tantivy.Query]
    ) -> tuple[list[_Placed], str | None]:
        kept = self._ask.among(found.match, filters)
        after = cursors.read_cursor(query.sort, query.after)
        if query.sort == "title":
            page = self._by_title(kept, after, query.size + 1)
        elif query.sort == "newest" or not found.meant.words.folded:
            page = self._by_newest(kept, after, query.size + 1, by_tier=query.sort == "relevance")
        else:
            page = self._by_worth(self._ask.among(found.worth, filters), after, query.size + 1)
        more = len(page) > query.size
        page = page[: query.size]
        cursor = cursors.write_cursor(query.sort, page[-1].key) if more and page else None
        return page, cursor

    def _by_worth(self, kept: tantivy.Query, after: cursors.Key | None, size: int) -> list[_Placed]:
        """Read the best until a page is whole: what ties with the last one read may go on beyond it."""
        limit = max(_AT_ONCE, size)
        while True:
            best = self._best(kept, limit)
            worths = [read_worth(worth) for worth, _ in best]
            whole = len(best) < limit
            safe = len(best) if whole else worths.index(worths[-1])
            page = self._nearest(best[:safe], worths[:safe], after, size)
            if whole or len(page) == size:
                return page
            limit *= _MORE

    def _nearest(
        self,
        best: list[tuple[float, tantivy.DocAddress]],
        worths: list[tuple[int, float]],
        after: cursors.Key | None,
        size: int,
    ) -> list[_Placed]:
        """Sort by tier, score and age, and by name only what is needed for a page."""
        addresses = [address for _, address in best]
        dates = self._searcher.fast_field_values("updated", addresses)
        near = sorted(
            ((tier, -score, -float(updated or 0)), place)
            for place, ((tier, score), updated) in enumerate(zip(worths, dates, strict=True))
        )
        placed: list[_Placed] = []
        last = None
        for key, place in near:
            if len(placed) >= size and key != last:
                break
            if after is not None and key < after[:3]:
                continue
            shown = self._shown(addresses[place])
            whole = (*key, shown.kind, shown.uuid)
            if after is None or whole > after:
                placed.append(_Placed(whole, addresses[place]))
                last = key
        return sorted(placed, key=lambda one: one.key)[:size]

    def _by_newest(
        self, kept: tantivy.Query, after: cursors.Key | None, size: int, *, by_tier: bool
    ) -> list[_Placed]:
        before: cursors.Key = (0, -0.0) if by_tier else ()
        if after is not None:
            kept = self._ask.among(kept, [self._ask.since(0.0 - float(after[len(before)]))])
        return self._in_order(kept, "newest", lambda key: (*before, *read_newest(key)), after, size)

    def _by_title(self, kept: tantivy.Query, after: cursors.Key | None, size: int) -> list[_Placed]:
        if after is not None:
            kept = self._ask.among(kept, [self._ask.from_title(title_place(str(after[0])))])
        return self._in_order(kept, "title", read_title, after, size)

    def _in_order(
        self,
        kept: tantivy.Query,
        field: str,
        read: Callable[[str], cursors.Key],
        after: cursors.Key | None,
        size: int,
    ) -> list[_Placed]:
        """Read from near the cursor on, more until a page is whole."""
        limit = max(_AT_ONCE, size)
        while True:
            ordered = self._ordered(kept, field, limit)
            placed = [_Placed(read(key), address) for key, address in ordered]
            page = [one for one in placed if after is None or one.key > after]
            if len(ordered) < limit or len(page) >= size:
                return page[:size]
            limit *= _MORE

    def _tiers(self, query: Query, found: _Found, page: list[_Placed]) -> list[int]:
        """The tier of each document of a page; sorted otherwise, the question is put to those few once more."""
        if not page or not found.meant.words.folded:
            return [0] * len(page)
        if query.sort == "relevance":
            return [int(one.key[0]) for one in page]
        keys = [key_of(str(one.key[-2]), str(one.key[-1])) for one in page]
        asked = self._ask.among(found.worth, [self._ask.any_of("key", keys)])
        worths = {_number(address): read_worth(worth)[0] for worth, address in self._best(asked, len(page))}
        return [worths[_number(one.address)] for one in page]

    def _facets(
        self, query: Query, found: _Found, filters: Mapping[str, tuple[str, ...]]
    ) -> dict[str, dict[str, int]]:
        """Count the values of every facet asked for, its own filter left aside."""
        counted: dict[str | None, dict[str, int]] = {}
        facets = {}
        for name in query.facets:
            but = name if name in filters else None
            if but not in counted:
                asked = self._ask.among(found.match, self._ask.filters(filters, but=but))
                counted[but] = self._counts(asked)
            begin = facet_token(name, "")
            values = [
                (-times, token[len(begin) :])
                for token, times in counted[but].items()
                if token.startswith(begin)
            ]
            facets[name] = {value: -times for times, value in sorted(values)}
        return facets

    def _counts(self, asked: tantivy.Query) -> dict[str, int]:
        """How many documents have each facet token."""
        told = self._searcher.aggregate(asked, {"f": {"terms": {"field": "facet", "size": _VALUES}}})
        return {bucket["key"]: int(bucket["doc_count"]) for bucket in told["f"]["buckets"]}

    def _frequencies(self, field: str, terms: Iterable[str]) -> dict[str, int]:
        """In how many documents each term is; absent terms are left out."""
        counted = {term: self._searcher.doc_freq(field, term) for term in terms}
        return {term: int(count) for term, count in counted.items() if count}

    def _total(self, asked: tantivy.Query) -> int:
        found: Any = self._searcher.search(asked, 1)  # its stub forgets `count`
        return int(found.count or 0)

    def _best(self, asked: tantivy.Query, limit: int) -> list[tuple[float, tantivy.DocAddress]]:
        return self._searcher.search(asked, limit, count=False).hits

    def _ordered(self, asked: tantivy.Query, field: str, limit: int) -> list[tuple[str, tantivy.DocAddress]]:
        ascending = self._library.Order.Asc
        return self._searcher.search(asked, limit, count=False, order_by_field=field, order=ascending).hits

    def _shown(self, address: tantivy.DocAddress) -> Shown:
        return read_shown(self._searcher.doc(address))


def _number(address: tantivy.DocAddress) -> int:
    return address.segment_ord << 32 | address.doc
