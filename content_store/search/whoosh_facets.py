"""Facets as sets of documents, each one number with a bit for every document.

Sets of 20,000 documents meet and are counted in microseconds that way, whatever the number of hits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from content_store.search.terms import facet_token

Filters = Mapping[str, tuple[str, ...]]


class FacetSets:
    """Which documents of one state of the index have which facet value."""

    def __init__(self, facets: Sequence[tuple[str, ...]]) -> None:
        """Take the facet tokens of every document, by document number."""
        self._size = len(facets)
        holders: dict[str, list[int]] = {}
        for number, tokens in enumerate(facets):
            for token in tokens:
                holders.setdefault(token, []).append(number)
        self._sets = {token: self.set_of(numbers) for token, numbers in holders.items()}
        self._values: dict[str, list[str]] = {}
        for token in sorted(holders):
            self._values.setdefault(token.partition("=")[0], []).append(token)

    def set_of(self, numbers: Iterable[int]) -> int:
        """Make a set of document numbers."""
        bits = bytearray(self._size // 8 + 1)
        for number in numbers:
            bits[number >> 3] |= 1 << (number & 7)
        return int.from_bytes(bits, "little")

    def passing(self, found: int, filters: Filters) -> int:
        """Return those found that pass every filter."""
        for tokens in filters.values():
            found &= self.having_any(tokens)
        return found

    def having_any(self, tokens: Iterable[str]) -> int:
        """Return all that have one of these values."""
        having = 0
        for token in tokens:
            having |= self._sets.get(token, 0)
        return having

    def numbers(self, found: int, among: Iterable[int]) -> list[int]:
        """Return the document numbers, out of these, that are in the set."""
        bits = found.to_bytes(self._size // 8 + 1, "little")
        return [number for number in among if bits[number >> 3] >> (number & 7) & 1]

    def count(self, name: str, found: int, filters: Filters) -> dict[str, int]:
        """Count the values of one facet, its own filter left aside; the most frequent first."""
        counted = self.passing(found, {facet: tokens for facet, tokens in filters.items() if facet != name})
        skipped = len(facet_token(name, ""))
        counts = [
            (-times, token[skipped:])
            for token in self._values.get(name, ())
            if (times := (self._sets[token] & counted).bit_count())
        ]
        return {value: -times for times, value in sorted(counts)}
