"""What makes a document special: the pairs of words it has and few others have. The same for every engine.

Pairs and not words, since Vietnamese syllables are too few to tell documents apart. A pair that hundreds of documents
have says nothing about this one, and would be dear to look up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from content_store.search.port import Document
from content_store.search.terms import analyze, tidy

COMMON = 200
"""In so many documents a pair is no mark of one."""

_READ_CHARS = 20_000
_CANDIDATES = 60
_CHOSEN = 12


def telling_pairs(title: str, keywords: str, body: str) -> dict[str, float]:
    """Return the pairs that stand out in a document by where and how thickly they stand."""
    empty = Document("", "", title, keywords, body[:_READ_CHARS], {}, frozenset(), 0.0)
    found = analyze(tidy(empty)).pairs
    ordered = sorted(found, key=lambda pair: (-found[pair].score, pair))
    return {pair: found[pair].score for pair in ordered[:_CANDIDATES]}


def weigh(pairs: Mapping[str, float], frequencies: Mapping[str, int]) -> dict[str, float]:
    """Return the pairs to look for with what each is worth: more the rarer it is, nothing where it is common."""
    worth = {
        pair: round(score * (1 + math.log(COMMON / frequencies[pair])), 4)
        for pair, score in pairs.items()
        if 1 < frequencies.get(pair, 0) < COMMON
    }
    ordered = sorted(worth, key=lambda pair: (-worth[pair], pair))
    return {pair: worth[pair] for pair in ordered[:_CHOSEN]}
