"""What an engine stores of a document and looks up for a query: terms with a score settled at indexing time.

Both engines rank by the same figures. A term's score in a document depends only on where it stands (title 3,
keywords 2, body 1) and how thickly it is spread in the body, so it is settled once, when the document is indexed, and
a search only adds. The sum is the one of PostgreSQL's `ts_rank`, whose places we write ourselves.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import accumulate, islice, product

from content_store.search.brevity import BREVITY_FACET, brief_token
from content_store.search.port import KIND_FACET, Document, Query
from content_store.search.standing import STANDING_FACET, standing_token
from content_store.search.text import clean, exact, fold, is_storable, pairs, title_order, words

Places = tuple[tuple[int, str], ...]

TITLE, KEYWORDS, BODY = 1.0, 2 / 3, 1 / 3
PRECISE, PHRASE, APART = 1, 2, 3
"""The tiers: documents that have the words as they were typed; that have them side by side; and the third, of
those that have the words, or most of them, but not side by side; or another name for them."""

ENOUGH = 20
"""So many phrase hits make words apart needless: they would be noise, and dear to look up."""

FEW = 5
"""With fewer documents than these a part of the words is enough: somebody who asks in a sentence gets what is nearest."""

NEVER = 1 << 30
"""More than there are of anything."""

OPENING = 40
"""A text says with its first words what it is about: what stands there counts as if it stood twice as often."""

BODY_WORDS = 40_000
"""Words of a body that are searchable: a tsvector of PostgreSQL holds 1 MB at most."""

FORMAT = 4
"""The number of how terms and texts are written; an index of another number has to be built anew."""

BODY_CHARS = 400_000
"""Characters of a body that are kept to show passages from."""

_QUERY_CHARS = 600
_QUERY_WORDS = 12
STRENGTHS = 6
_RANK_DIVISOR = 1.64493406685
_USUAL_LENGTH = 1000


@dataclass(frozen=True)
class Presence:
    """Where a term stands in a document; `strength` 0 to 6 says how thickly the body has it."""

    title: bool
    keywords: bool
    strength: int

    @cached_property
    def number(self) -> int:
        """Which of the few dozen presences it is, from 0 on."""
        return (2 * self.title + self.keywords) * (STRENGTHS + 1) + self.strength

    @cached_property
    def score(self) -> float:
        """The rank of this term, as `ts_rank` reckons it: each further place counts by the square less."""
        weights = [TITLE] * self.title + [KEYWORDS] * self.keywords + [BODY] * self.strength
        return sum(weight / (place + 1) ** 2 for place, weight in enumerate(weights)) / _RANK_DIVISOR


WORTHS = tuple(
    Presence(title, keywords, strength).score
    for title, keywords, strength in product((False, True), (False, True), range(STRENGTHS + 1))
)
"""What a term is worth by the number of its presence."""


@dataclass(frozen=True)
class Analysis:
    """A document in the terms an engine stores: exact words and pairs, folded words, folded pairs."""

    exact: Mapping[str, Presence]
    folded: Mapping[str, Presence]
    pairs: Mapping[str, Presence]
    title_order: str
    facets: tuple[str, ...]


@dataclass(frozen=True)
class Label:
    """Words of a query, from `start` on, that name values of a facet: who has one of `tokens` need not have the words."""

    start: int
    length: int
    tokens: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """A query taken apart; empty means everything.

    `apart` settles whether words apart are looked up; else they are where the phrase finds too little. `part` is set
    where a part of them is enough, since most of them find next to nothing.
    """

    exact: tuple[str, ...]
    folded: tuple[str, ...]
    labels: tuple[Label, ...] = ()
    apart: bool | None = None
    part: bool = False

    @property
    def phrase_exact(self) -> tuple[str, ...]:
        """Terms that must all be there for tier 1."""
        return phrase(self.exact)

    @property
    def phrase_folded(self) -> tuple[str, ...]:
        """Terms that must all be there for tier 2."""
        return phrase(self.folded)

    @property
    def scattered(self) -> tuple[str, ...]:
        """Terms that must all be there for tier 3; none where tier 2 already asks for just that."""
        return tuple(dict.fromkeys(self.folded)) if len(self.folded) > 1 else ()

    @cached_property
    def labelled(self) -> frozenset[int]:
        """The places of the words that name values of a facet."""
        return frozenset(
            place for label in self.labels for place in range(label.start, label.start + label.length)
        )

    @cached_property
    def rest(self) -> tuple[str, ...]:
        """The folded words beside those that name values of a facet, each once."""
        places = enumerate(self.folded)
        return tuple(dict.fromkeys(word for place, word in places if place not in self.labelled))

    @property
    def enough(self) -> int:
        """From so many phrase hits on, words apart are not looked up; who names facets alone wants all that has them."""
        if self.apart is not None:
            return NEVER if self.apart else 0
        return NEVER if self.labels and not self.rest else ENOUGH


def phrase(keys: tuple[str, ...]) -> tuple[str, ...]:
    """The terms that together say that these words stand side by side."""
    return tuple(dict.fromkeys(pairs(list(keys)) if len(keys) > 1 else keys))


def read_query(text: str) -> Words:
    """Take what somebody typed apart. Quotes, brackets and stars are only separators: there is no query language."""
    typed = list(islice(words(clean(text[:_QUERY_CHARS])), _QUERY_WORDS))
    return Words(exact=tuple(map(exact, typed)), folded=tuple(map(fold, typed)))


def folded_query(folded: tuple[str, ...]) -> Words:
    """Make a query of folded words, as the typo expansion gives them."""
    return Words(exact=folded, folded=folded)


def tidy(document: Document) -> Document:
    """Return the document with texts that can be stored and shown."""
    body, places = _tidy_body(document.body, document.places)
    return replace(
        document,
        title=clean(document.title),
        keywords=clean(document.keywords),
        body=body,
        places=places,
        audiences=frozenset(filter(is_storable, document.audiences)),
    )


def _tidy_body(body: str, places: Places) -> tuple[str, Places]:
    """Clean a body piece by piece where cleaning moves letters, so that places stay where they are."""
    cleaned = clean(body)
    if cleaned == body or not places:
        return cleaned, tuple((at, clean(name)) for at, name in places if at < len(cleaned))
    starts = [min(at, len(body)) for at, _ in places]
    pieces = [clean(body[: starts[0]])]
    pieces += [clean(body[a:b]) for a, b in zip(starts, [*starts[1:], len(body)], strict=True)]
    moved = accumulate(map(len, pieces[:-1]))
    return "".join(pieces), tuple((at, clean(name)) for at, (_, name) in zip(moved, places, strict=True))


def analyze(document: Document) -> Analysis:
    """Take a tidy document apart."""
    fields = [
        list(words(document.title)),
        list(words(document.keywords)),
        list(islice(words(document.body), BODY_WORDS)),
    ]
    folded = [list(map(fold, field)) for field in fields]
    precise = [list(map(exact, field)) for field in fields]
    folded_pairs = [pairs(field) for field in folded]
    exact_pairs = [pairs(field) for field in precise]
    length = len(fields[2])
    together = [field + joined for field, joined in zip(precise, exact_pairs, strict=True)]
    return Analysis(
        exact=presences(together, length, precise[2][:OPENING] + exact_pairs[2][:OPENING]),
        folded=presences(folded, length, folded[2][:OPENING]),
        pairs=presences(folded_pairs, length, folded_pairs[2][:OPENING]),
        title_order=title_order(document.title),
        facets=facet_tokens(document),
    )


def presences(fields: list[list[str]], length: int, opening: Sequence[str] = ()) -> dict[str, Presence]:
    """Where each term stands, out of the terms of title, keywords and body; `opening` are those the body begins with.

    Those of title, keywords and opening come first, then the others in the order of the text.
    """
    title, keywords, begun = set(fields[0]), set(fields[1]), set(opening)
    body = Counter(fields[2])
    strengths = {count: _strength(count, length) for count in {0, *body.values()}}
    usual = {count: presence(False, False, strength) for count, strength in strengths.items()}
    telling = {
        term: presence(
            term in title, term in keywords, min(STRENGTHS, strengths[body[term]] + (term in begun))
        )
        for term in (*fields[0], *fields[1], *opening)
    }
    return telling | {term: usual[count] for term, count in body.items()} | telling


@lru_cache(maxsize=4 * (STRENGTHS + 1))
def presence(title: bool, keywords: bool, strength: int) -> Presence:
    """Make one of the few dozen presences there are; a document has hundreds."""
    return Presence(title, keywords, strength)


def _strength(count: int, length: int) -> int:
    """How thickly the body has a term: grows with the logarithm of the count, less in a long body."""
    if count == 0:
        return 0
    thickness = 1.5 + math.log2(count) - math.log2(max(1.0, length / _USUAL_LENGTH)) / 2
    return max(1, min(STRENGTHS, int(thickness)))


def shown_places(document: Document) -> list[tuple[int, str]]:
    """The places that passages can be of: those in the part of the body that is kept."""
    return [place for place in document.places if place[0] < BODY_CHARS]


def key_of(kind: str, uuid: str) -> str:
    """The one term that names a document."""
    return f"{kind}\x1f{uuid}"


def facet_token(name: str, value: str) -> str:
    """One value of one facet as one token."""
    return f"{clean(name)}={clean(value)}"


def facet_tokens(document: Document) -> tuple[str, ...]:
    """All facet values of a document; its kind, its standing and the brevity of its title among them."""
    for name in document.facets:
        if "=" in name or name in (KIND_FACET, STANDING_FACET, BREVITY_FACET):
            raise ValueError(f"A facet cannot be called {name!r}.")
    named = [facet_token(name, value) for name, values in document.facets.items() for value in values]
    settled = [standing_token(document.standing), brief_token(document.title)]
    return (facet_token(KIND_FACET, document.kind), *filter(None, settled), *dict.fromkeys(named))


def audience_tokens(query: Query) -> list[str]:
    """The audiences of a query that a document can have."""
    return sorted(filter(is_storable, query.audiences))


def facet_filters(query: Query) -> dict[str, tuple[str, ...]]:
    """The filters of a query as facet tokens by facet, the kinds among them."""
    filters = {
        name: tuple(facet_token(name, value) for value in sorted(values))
        for name, values in query.filters.items()
    }
    if query.kinds is not None:
        filters[KIND_FACET] = tuple(facet_token(KIND_FACET, kind) for kind in sorted(query.kinds))
    return filters
