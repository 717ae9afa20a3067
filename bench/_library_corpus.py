"""A hundred thousand made-up records with full text, median 600 words, kept in a file: made once, the same everywhere.

They walk the same bigram chain as those of `_search_corpus.py`, ten times as far; 200 questions are put to them, forty
of each of five kinds, begun from words of every frequency.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import random
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from bench._search_corpus import (
    KEYWORDS,
    ROOT,
    TITLE_WORDS,
    Corpus,
    Record,
    chain,
    made_document,
    samples_folder,
)
from content_store.search import Document, Query

SIZE = 100_000
MEDIAN_WORDS = 600
KEPT = ROOT / "var" / "bench" / "library"
_SPREAD = 0.5
_FEWEST, _MOST = 120, 3_000
_SAMPLED = 4_000
_RECIPE = 1  # counts on when records are made otherwise
_SEARCHES = ("two", "three", "phrase", "filtered", "typo")


def documents(size: int = SIZE) -> Iterator[Document]:
    """Yield the first records as documents of a library."""
    chosen = random.Random("library facets")
    for number, (title, keywords, body) in enumerate(islice(_kept_lines(), size)):
        yield made_document(number, title.capitalize(), keywords.replace(" ", ", "), body + ".", chosen)


def searches(size: int = SIZE) -> list[Query]:
    """Return 200 different searches with facets and filters, the kinds by turns."""
    corpus = _Sample(size)
    kinds = [corpus.queries(kind)[::5] for kind in _SEARCHES]
    return [query for turn in zip(*kinds, strict=True) for query in turn]


def suggestions(size: int = SIZE) -> list[Query]:
    """Return 200 beginnings of titles as somebody types them."""
    return _Sample(size).queries("suggest")


class _Sample(Corpus):
    """A few thousand of the records, from which questions are taken."""

    def __init__(self, size: int) -> None:
        """Read every so-many-th record."""
        every = max(1, size // _SAMPLED)
        self.records = [
            Record(tuple(title.split()), tuple(keywords.split()), tuple(body.split()))
            for title, keywords, body in islice(_kept_lines(), 0, size, every)
        ]
        self.size = len(self.records)


def kept() -> Path:
    """Return the file of the records, written when it is not there or of another recipe."""
    state = hashlib.sha256(repr((_RECIPE, SIZE, MEDIAN_WORDS, _SPREAD, _FEWEST, _MOST)).encode())
    for path in sorted(samples_folder().glob("*.md")):
        state.update(path.read_bytes())
    file = KEPT / f"records-{state.hexdigest()[:12]}.gz"
    if not file.exists():
        print("# making 100,000 records: some minutes", file=sys.stderr, flush=True)
        KEPT.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        with gzip.open(part, "wt", encoding="utf-8", compresslevel=1) as lines:
            lines.writelines(_made_lines())
        for old in KEPT.glob("records-*.gz"):
            old.unlink()
        part.rename(file)
    return file


def _kept_lines() -> Iterator[list[str]]:
    with gzip.open(kept(), "rt", encoding="utf-8") as lines:
        for line in lines:
            yield line.rstrip("\n").split("\t")


def _made_lines() -> Iterator[str]:
    following = chain()
    starts = sorted(following)
    for number in range(SIZE):
        chosen = random.Random(f"library {number}")
        length = int(MEDIAN_WORDS * math.exp(chosen.gauss(0, _SPREAD)))
        walked = _walked(following, starts, min(_MOST, max(_FEWEST, length)) + TITLE_WORDS + KEYWORDS, chosen)
        keywords = TITLE_WORDS + KEYWORDS
        parts = walked[:TITLE_WORDS], walked[TITLE_WORDS:keywords], walked[keywords:]
        yield "\t".join(map(" ".join, parts)) + "\n"


def _walked(
    following: dict[str, list[str]], starts: list[str], length: int, chosen: random.Random
) -> list[str]:
    draw, walked, word = chosen.random, [], chosen.choice(starts)
    for _ in range(length):
        walked.append(word)
        after = following.get(word) or starts
        word = after[int(draw() * len(after))]
    return walked
