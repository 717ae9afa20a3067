"""Show where a document matches: marked titles and up to two passages, the same for every engine.

Patterns are built from folded letters and run over the text as it is shown, so no map from a folded copy back to the
original is needed, and the marks fit even where the text is in NFD.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain, islice

from content_store.search.port import Fragment
from content_store.search.terms import Words
from content_store.search.text import CJK, MARKS, clean, fold, words

_GAP = r"[\W_]{0,12}"
_BEFORE = rf"(?<![^\W_{CJK}])(?<![{MARKS}])"
_AFTER = rf"(?![^\W_{CJK}])"
_LATIN = [*range(0x41, 0x250), *range(0x1E00, 0x1F00)]
_MATCHES = 400
_LEAD, _LENGTH = 60, 220
_PASSAGES = 2


class Highlighter:
    """Marks the words of one query; the closest kind of match a text has decides what is marked in it."""

    def __init__(self, query: Words) -> None:
        """Prepare the patterns, closest first: the whole phrase, two neighbors, single words."""
        self._folded = folded = query.folded
        neighbors: list[tuple[str, ...]] = list(zip(folded, folded[1:], strict=False))
        levels: list[list[tuple[str, ...]]] = [
            [folded],
            neighbors if len(folded) > 2 else [],
            [(word,) for word in folded],
        ]
        self._patterns = [
            re.compile("|".join(_phrase(phrase) for phrase in dict.fromkeys(level)), re.IGNORECASE)
            for level in levels
            if level and folded
        ]

    def mark(self, text: str) -> Fragment:
        """Return the whole text with its matches marked."""
        return _fragment(text, self._spans(text), 0, len(text))

    def passages(self, text: str) -> tuple[Fragment, ...]:
        """Return up to two passages around matches, in the order of the text."""
        spans = self._spans(text)
        starts = _busiest(text, spans)
        return tuple(_passage(text, spans, start) for start in sorted(starts))

    def spelling(self, shown: Iterable[tuple[str, str]]) -> str:
        """Return the phrase as the first of these titles and bodies writes it, accents and all."""
        for text in chain.from_iterable(shown):
            found = self._patterns[0].search(text)
            if found:
                return " ".join(clean(word).casefold() for word in words(found.group()))
        return " ".join(self._folded)

    def _spans(self, text: str) -> list[tuple[int, int]]:
        for pattern in self._patterns:
            spans = [match.span() for match in islice(pattern.finditer(text), _MATCHES)]
            if spans:
                return spans
        return []


def _phrase(folded: tuple[str, ...]) -> str:
    return _GAP.join(map(_word, folded))


@lru_cache(maxsize=4096)
def _word(folded: str) -> str:
    letters = "".join(f"{_letter(letter)}[{MARKS}]*+" for letter in folded)
    return letters if re.match(f"[{CJK}]", folded) else _BEFORE + letters + _AFTER


@lru_cache(maxsize=1024)
def _letter(folded: str) -> str:
    same = "".join(re.escape(chr(code)) for code in _LATIN if fold(chr(code)) == folded)
    return f"[{same}]" if same else re.escape(folded)


def _busiest(text: str, spans: list[tuple[int, int]]) -> list[int]:
    """Choose the starts of the passages that hold the most different matches, never overlapping."""
    keys = [fold(text[begin:end]) for begin, end in spans]
    rated = []
    for first, (start, _) in enumerate(spans):
        inside = islice(range(first, len(spans)), 40)
        different = {keys[at] for at in inside if spans[at][1] <= start + _LENGTH - _LEAD}
        rated.append((-len(different), start))
    chosen: list[int] = []
    for _, start in sorted(rated):
        if all(abs(start - other) >= _LENGTH for other in chosen):
            chosen.append(start)
        if len(chosen) == _PASSAGES:
            break
    return chosen


def _passage(text: str, spans: list[tuple[int, int]], match: int) -> Fragment:
    """Cut a passage at spaces around the match at this place, with an ellipsis where it was cut."""
    begin = max(0, match - _LEAD)
    if begin:
        space = re.compile(r"\s").search(text, begin, match)
        begin = space.end() if space else begin
    limit = max(begin + _LENGTH, next(end for start, end in spans if start == match))
    end = min(len(text), limit)
    if end < len(text):
        last = max((stop for _, stop in spans if stop <= end), default=match)
        tail = re.compile(r"\s+\S*$").search(text, last, end)
        end = tail.start() if tail else end
    parts = _fragment(text, spans, begin, end).parts
    opening = ("… ",) if begin else ()
    closing = (" …",) if end < len(text) else ()
    return Fragment(
        tuple((part, False) for part in opening) + parts + tuple((part, False) for part in closing)
    )


def _fragment(text: str, spans: list[tuple[int, int]], begin: int, end: int) -> Fragment:
    parts: list[tuple[str, bool]] = []
    at = begin
    for start, stop in spans:
        if begin <= start and stop <= end:
            parts += [(text[at:start], False), (text[start:stop], True)]
            at = stop
    parts.append((text[at:end], False))
    return Fragment(tuple((re.sub(r"\s+", " ", part), marked) for part, marked in parts if part))
