"""Posting lists out of a Whoosh segment, a block at a time.

Whoosh's matchers hand out one posting per Python call, some microseconds each; half of all queries hold a syllable
that a third of the documents have. A block is one pickled list of gaps and one array of scores, so a whole list is
read at the speed of C.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import accumulate
from pickle import load, loads
from struct import Struct
from typing import Any
from zlib import decompress

from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3LeafMatcher
from whoosh.reading import TermNotFound

_EXTENT = Struct("!qi")
_FIELD = Struct("!H")
_LENGTH = Struct("!i")


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


def read_lists(leaf: Any) -> Iterator[tuple[str, str, list[int], list[float]]]:
    """Yield every field and term of a segment in order with its documents and scores, deleted ones among them."""
    terms = leaf._terms
    fields = {number: field for field, number in terms._fieldmap.items()}
    for key, told in terms._tindex.items():
        at, length = _EXTENT.unpack(told[-_EXTENT.size :])
        (field,) = _FIELD.unpack_from(key)
        yield fields[field], key[_FIELD.size :].decode(), *_listed(terms._postfile.get(at, length))


def _listed(packed: bytes) -> tuple[list[int], list[float]]:
    """Take the blocks of one list apart, as the writer put them together."""
    numbers: list[int] = []
    scores: list[float] = []
    blocks = BytesIO(packed)
    blocks.seek(len(WHOOSH3_HEADER_MAGIC))
    while head := blocks.read(_LENGTH.size):
        end = blocks.tell() + abs(_LENGTH.unpack(head)[0])
        _, _, _, level, *_ = load(blocks)
        gaps, weights, _ = loads(decompress(blocks.read(end - blocks.tell()))) if level else load(blocks)
        numbers.extend(accumulate(gaps))
        scores.extend([weights or 1.0] * len(gaps) if isinstance(weights, float | None) else weights)
        blocks.seek(end)
    return numbers, scores


def _read_block(matcher: Any, numbers: list[int], scores: list[float]) -> None:
    """Add the postings of the block a matcher stands at."""
    matcher._read_data()
    gaps, weights, _ = matcher._data
    numbers.extend(accumulate(gaps))
    # One number stands for a block in which all scores are equal, and nothing for scores of 1.
    scores.extend([weights or 1.0] * len(gaps) if isinstance(weights, float | None) else weights)
