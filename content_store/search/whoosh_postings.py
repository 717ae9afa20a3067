"""Posting lists out of a Whoosh segment, a block at a time.

Whoosh's matchers hand out one posting per Python call, some microseconds each; half of all queries hold a syllable
that a third of the documents have. A block is one pickled list of gaps and one array of scores, so a whole list is
read at the speed of C.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Any

from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.reading import TermNotFound


def read_postings(leaf: Any, field: str, term: str) -> tuple[list[int], list[float]]:
    """Return the document numbers that have a term and their scores, deleted documents among them."""
    numbers: list[int] = []
    scores: list[float] = []
    try:
        matcher = leaf.postings(field, term.encode())
    except TermNotFound:
        return numbers, scores
    # Where documents are deleted, Whoosh wraps the matcher in a filter; the caller leaves them out by itself.
    matcher = getattr(matcher, "child", matcher)
    if not isinstance(matcher, W3LeafMatcher):
        matcher = leaf.postings(field, term.encode())
        while matcher.is_active():
            numbers.append(matcher.id())
            scores.append(matcher.weight())
            matcher.next()
        return numbers, scores
    matcher.reset()
    while matcher.is_active():
        _read_block(matcher, numbers, scores)
        matcher._next_block()
    return numbers, scores


def _read_block(matcher: Any, numbers: list[int], scores: list[float]) -> None:
    """Add the postings of the block a matcher stands at."""
    matcher._read_data()
    gaps, weights, _ = matcher._data
    numbers.extend(accumulate(gaps))
    # One number stands for a block in which all scores are equal, and nothing for scores of 1.
    scores.extend([weights or 1.0] * len(gaps) if isinstance(weights, float | None) else weights)
