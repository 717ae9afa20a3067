"""Which documents of a Whoosh snapshot a question finds, in which tier and with which score."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from content_store.search.finding import Meant, find
from content_store.search.ranking import FEWEST, Most, Rarity, Way, terms_to_weigh, ways
from content_store.search.terms import APART, Words
from content_store.search.whoosh_snapshot import Snapshot
from content_store.search.wishes import Question, Wish
from content_store.search.without import Without

Matches = dict[int, tuple[int, float]]


@dataclass(frozen=True)
class Answer:
    """Everything an audience may see of what words match: document number to (tier, score)."""

    matches: Matches

    @property
    def found(self) -> int:
        """How many documents."""
        return len(self.matches)

    @property
    def has_phrase(self) -> bool:
        """Whether one of them has the phrase."""
        return any(0 < tier < APART for tier, _ in self.matches.values())


def find_matches(snapshot: Snapshot, question: Question, visible: bytearray) -> tuple[Matches, Meant]:
    """Match tier by tier; where too little is found, try other spellings and most of the words."""
    kept = _without(snapshot, question.without, visible)
    if not question.words.folded:
        everything = {number: (0, 0.0) for number, seen in enumerate(kept) if seen}
        return everything, Meant(question.words, False)

    def ask(among: bytearray) -> Callable[[Words, bool], Answer]:
        return lambda words, most: Answer(_matches(snapshot, words, among, most=most))

    answer, meant = find(
        question.words,
        ask(visible),
        lambda terms: snapshot.frequencies("folded", terms),
        lambda terms: snapshot.frequencies("pairs", terms),
        ask(kept) if question.without else None,
    )
    return _with_gains(snapshot, _with_wishes(snapshot, answer.matches, question.wishes)), meant


def _without(snapshot: Snapshot, without: tuple[Without, ...], visible: bytearray) -> bytearray:
    """What may be seen and is not left out."""
    if not without:
        return visible
    kept = bytearray(visible)
    for one in without:
        for number in snapshot.having_all(one.field, one.terms, visible):
            kept[number] = 0
        tagged = snapshot.facets.having_any(one.tokens)
        for number in snapshot.facets.numbers(tagged, range(len(kept))) if tagged else ():
            kept[number] = 0
    return kept


def _matches(snapshot: Snapshot, words: Words, visible: bytearray, *, most: bool) -> Matches:
    field = "pairs" if len(words.folded) > 1 else "folded"
    phrase = snapshot.having_all(field, words.phrase_folded, visible)
    exact = snapshot.having_all("exact", words.phrase_exact, visible) if phrase else {}
    found = {number: (1 if number in exact else 2, score) for number, score in phrase.items()}
    if len(found) < words.enough:
        for number, score in _apart(snapshot, words, visible, most=most).items():
            found.setdefault(number, (APART, score))
    return found


def _apart(snapshot: Snapshot, words: Words, visible: bytearray, *, most: bool) -> dict[int, float]:
    """The third tier: by every way into it, the best score of each document."""
    found: dict[int, float] = {}
    rarity = Rarity(snapshot.count(), snapshot.frequencies("folded", terms_to_weigh(words)))
    for way in ways(words, rarity, most=most):
        numbers = _by_way(snapshot, way, visible)
        for number, score in _scores(snapshot, way, numbers).items():
            found[number] = max(score, found.get(number, 0.0))
    return found


def _by_way(snapshot: Snapshot, way: Way, visible: bytearray) -> set[int]:
    """The documents that come in by one way."""
    if way.facets:
        return _tagged(snapshot, way, visible)
    named = snapshot.having_all("exact", way.name, visible).keys() if way.name else None
    if named is not None and (not named or not way.every):
        return set(named)
    found = set(snapshot.having_all("folded", way.every, visible))
    if way.most:
        for words in way.most.alone:
            found |= snapshot.having_all("folded", words, visible).keys()
        found |= _beside(snapshot, way.most, visible)
    return found if named is None else found & named


def _tagged(snapshot: Snapshot, way: Way, visible: bytearray) -> set[int]:
    """The documents that have the facet values of a way, and the words beside them."""
    facets = snapshot.facets
    tagged = facets.passing(-1, {str(place): tokens for place, tokens in enumerate(way.facets)})
    if way.every:
        return set(facets.numbers(tagged, snapshot.having_all("folded", way.every, visible)))
    return {number for number in facets.numbers(tagged, range(len(visible))) if visible[number]}


def _beside(snapshot: Snapshot, most: Most, visible: bytearray) -> set[int]:
    """The documents that have enough of the words beside a pair."""
    near = {number for pair in most.pairs for number in snapshot.scores("pairs", pair) if visible[number]}
    held, had = dict.fromkeys(near, 0.0), dict.fromkeys(near, 0)
    for word, weight in most.heaviest.items():
        for number in near & snapshot.scores("folded", word).keys():
            held[number] += weight
            had[number] += 1
    return {number for number in near if had[number] >= FEWEST and held[number] >= most.least}


def _scores(snapshot: Snapshot, way: Way, numbers: set[int]) -> dict[int, float]:
    """What each document is worth by a way."""
    found = dict.fromkeys(numbers, 0.0)
    for field, worths in (("folded", way.words), ("pairs", way.pairs)):
        for term, worth in worths.items():
            _add(found, snapshot.scores(field, term), worth)
    return {number: round(score, 4) for number, score in found.items()}


def _add(found: dict[int, float], scores: Mapping[int, float], worth: float) -> None:
    """Add a term's part to the scores."""
    for number in scores.keys() & found.keys():
        found[number] += worth * scores[number]


def _with_wishes(snapshot: Snapshot, matches: Matches, wishes: tuple[Wish, ...]) -> Matches:
    """Lift the documents that have what is wished."""
    for wish in wishes:
        having = snapshot.facets.having_any(wish.tokens)
        for number in snapshot.facets.numbers(having, matches):
            tier, score = matches[number]
            matches[number] = tier, round(score + wish.worth, 4)
    return matches


def _with_gains(snapshot: Snapshot, matches: Matches) -> Matches:
    """Add what each document gains whatever was asked."""
    gains = snapshot.gains
    return {number: (tier, round(score + gains[number], 4)) for number, (tier, score) in matches.items()}
