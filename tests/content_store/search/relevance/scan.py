"""A plain text scan, so that the pool does not only hold what the engines found.

Two scores without any index: the folded question as a piece of the text, and how many of its words occur; a word in the
title counts three times.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tests.content_store.search.relevance.records import Record, bare

WORD = re.compile(r"\w+")


class Scan:
    """The records as folded text."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.folded = [
            (record.key, f" {folded(record.title)} ", f" {folded(record.keywords)} {folded(record.body)} ")
            for record in records
        ]

    def first(self, text: str, count: int) -> list[str]:
        """Return the keys of the records nearest to the text."""
        phrase = folded(text)
        words = set(phrase.split())
        scored = [(self.score(phrase, words, title, body), key) for key, title, body in self.folded]
        return [key for score, key in sorted(scored, key=lambda pair: (-pair[0], pair[1]))[:count] if score]

    @staticmethod
    def score(phrase: str, words: set[str], title: str, body: str) -> float:
        """Return how near one record is."""
        pieces = 3 * (f" {phrase} " in title) + (f" {phrase} " in body)
        overlap = sum(3 * (f" {word} " in title) + (f" {word} " in body) for word in words) / (4 * len(words))
        return pieces + overlap


def folded(text: str) -> str:
    """Return the words of a text without case and accents."""
    return " ".join(WORD.findall(bare(text).lower()))
