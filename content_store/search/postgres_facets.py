"""Facets of the PostgreSQL engine: each value is a letter, the facets of a document are a word of such letters.

Thousands of matches are then counted by joining their words and counting letters here, in a tenth of the time that
PostgreSQL takes to unnest and group arrays, and a filter asks whether a word has one of some letters. A letter is
given to a value when a document first has it and is never given again before the next rebuild.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from content_store.search.terms import facet_token

_LATER = 0xA1
_PLAIN = [chr(code) for code in range(0x21, 0x7F)]
_SURROGATES, _PAST_SURROGATES = 0xD800, 0x800
_BITS = 63


class Letters:
    """The letters of facet values while documents are written."""

    def __init__(self, known: Mapping[str, str]) -> None:
        """Begin with the letters that the index has."""
        self._letters = dict(known)
        self._written = len(self._letters)

    def word(self, tokens: Iterable[str]) -> str:
        """Spell the facets of a document; a value seen for the first time gets the next letter."""
        return "".join(self._letters.setdefault(token, _letter(len(self._letters))) for token in tokens)

    def new(self) -> list[tuple[str, str]]:
        """The values with their letters that the index does not have yet."""
        return list(self._letters.items())[self._written :]


class Sets:
    """The numbers of sets of audiences: many documents are for the same ones, so each set is looked at once."""

    def __init__(self, known: Mapping[tuple[str, ...], int]) -> None:
        """Begin with the sets that the index has."""
        self._numbers = dict(known)
        self._written = len(self._numbers)

    def number(self, audiences: Iterable[str]) -> int:
        """Tell the number of a set; one seen for the first time gets the next."""
        return self._numbers.setdefault(tuple(sorted(audiences)), len(self._numbers))

    def new(self) -> list[tuple[tuple[str, ...], int]]:
        """The sets with their numbers that the index does not have yet."""
        return list(self._numbers.items())[self._written :]


def bits(word: str) -> int:
    """The bits of those letters of a word that have one; a bit is asked for in a tenth of the time of a letter."""
    return sum(bit for letter in set(word) if (bit := bit_of(letter)) is not None)


def bit_of(letter: str) -> int | None:
    """The bit of one of the first letters that are given; the others have none."""
    number = ord(letter) - ord(_PLAIN[0])
    return 1 << number if 0 <= number < _BITS else None


def _letter(number: int) -> str:
    """Plain letters first: those are counted in a third of the time."""
    if number < len(_PLAIN):
        return _PLAIN[number]
    code = _LATER + number - len(_PLAIN)
    return chr(code if code < _SURROGATES else code + _PAST_SURROGATES)


def count_letters(words: str | None) -> Counter[str]:
    """Count the letters of joined words."""
    return Counter(words or "")


def values_of(counted: Sequence[Counter[str]], name: str, tokens: Mapping[str, str]) -> dict[str, int]:
    """The values of one facet with their counts, the most frequent first; `tokens` tells what letters mean."""
    begin = facet_token(name, "")
    counts = sorted(
        (-times, token[len(begin) :])
        for letter, token in tokens.items()
        if token.startswith(begin) and (times := sum(counts[letter] for counts in counted))
    )
    return {value: -times for times, value in counts}
