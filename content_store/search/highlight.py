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
    """Marks the words of one query; the closest kind of match a document has decides what is marked in it."""

    def __init__(self, query: Words) -> None:
        """Name the levels, closest first: the whole phrase, two neighbors, single words."""
        self._folded = folded = query.folded
        self._levels: list[tuple[tuple[str, ...], ...]] = [(folded,)] if folded else []
        if len(folded) > 2:
            self._levels.append(tuple(dict.fromkeys(zip(folded, folded[1:], strict=False))))
        if len(folded) > 1:
            self._levels.append(tuple((word,) for word in dict.fromkeys(folded)))

    def show(self, title: str, body: str) -> tuple[Fragment, tuple[Fragment, ...]]:
        """Return the title marked, and up to two passages of the body around matches, in their order."""
        for level in self._levels:
            in_title, in_body = _spans(level, title), _spans(level, body)
            if in_title or in_body:
                starts = sorted(_busiest(body, in_body))
                passages = tuple(_passage(body, in_body, start) for start in starts)
                return _fragment(title, in_title, 0, len(title)), passages
        return _fragment(title, [], 0, len(title)), ()

    def spelling(self, shown: Iterable[tuple[str, str]]) -> str:
        """Return the phrase as the first of these titles and bodies writes it, accents and all."""
        for text in chain.from_iterable(shown):
            found = _pattern(self._levels[0]).search(text)
            if found:
                return " ".join(clean(word).casefold() for word in words(found.group()))
        return " ".join(self._folded)


def _spans(level: tuple[tuple[str, ...], ...], text: str) -> list[tuple[int, int]]:
    return [match.span() for match in islice(_pattern(level).finditer(text), _MATCHES)]


@lru_cache(maxsize=256)
def _pattern(level: tuple[tuple[str, ...], ...]) -> re.Pattern[str]:
    """Compile one level; kept, because a pattern with so many letters takes milliseconds to compile."""
    return re.compile("|".join(map(_phrase, level)))


def _phrase(folded: tuple[str, ...]) -> str:
    return _GAP.join(map(_word, folded))


@lru_cache(maxsize=4096)
def _word(folded: str) -> str:
    letters = "".join(f"{_letter(letter)}[{MARKS}]*+" for letter in folded)
    return letters if re.match(f"[{CJK}]", folded) else _BEFORE + letters + _AFTER


@lru_cache(maxsize=1024)
def _letter(folded: str) -> str:
    same = [chr(code) for code in _LATIN if fold(chr(code)) == folded] or [folded, folded.upper()]
    return f"[{''.join(re.escape(letter) for letter in same)}]"


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
