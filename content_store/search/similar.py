"""What makes a document special: the pairs of words it has and few others have. The same for every engine.

Pairs and not words, since Vietnamese syllables are too few to tell documents apart. A pair that a hundred documents
have says nothing about this one, and would be dear to look up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from content_store.search.terms import presences
from content_store.search.text import fold, pairs, words

COMMON = 100
"""In so many documents a pair is no mark of one; engines need not count further."""

_READ_CHARS = 4_000
_CANDIDATES = 40
_CHOSEN = 8
_MANY = 1_000_000


def telling_pairs(title: str, keywords: str, body: str) -> dict[str, float]:
    """Return the pairs that stand out in a document by where and how thickly they stand."""
    fields = [pairs([fold(word) for word in words(text)]) for text in (title, keywords, body[:_READ_CHARS])]
    found = presences(fields, len(fields[2]))
    ordered = sorted(found, key=lambda pair: (-found[pair].score, pair))
    return {pair: found[pair].score for pair in ordered[:_CANDIDATES]}


def words_of(told: Mapping[str, float]) -> set[str]:
    """Return the words that pairs are made of."""
    return {word for pair in told for word in pair.split("_")}


def rarest(told: Mapping[str, float], words: Mapping[str, int]) -> dict[str, float]:
    """Return the few pairs worth looking up: where a word of a pair is rare, so is the pair."""

    def worth(pair: str) -> float:
        fewest = min(words.get(word, 0) for word in pair.split("_"))
        return told[pair] * math.log(_MANY / (1 + fewest)) if fewest > 1 else 0.0

    ordered = sorted(filter(worth, told), key=lambda pair: (-worth(pair), pair))
    return {pair: told[pair] for pair in ordered[:_CHOSEN]}


def like(told: Mapping[str, float], holders: Mapping[str, Sequence[int]], own: int) -> dict[int, float]:
    """Return how like it each other document is, out of up to COMMON numbers of those that have each pair.

    A pair is worth more the rarer it is, and nothing where it is common or nobody else has it.
    """
    worth = {
        pair: score * (1 + math.log(COMMON / len(holders[pair])))
        for pair, score in told.items()
        if 1 < len(holders.get(pair, ())) < COMMON
    }
    likeness: dict[int, float] = {}
    for pair in sorted(worth):
        for number in holders[pair]:
            likeness[number] = likeness.get(number, 0.0) + worth[pair]
    likeness.pop(own, None)
    return likeness
