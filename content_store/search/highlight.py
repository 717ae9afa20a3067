"""Show where a document matches: marked titles and up to two passages, the same for every engine.

Patterns of plain letters run over a folded copy of the text that has a letter for each of its letters, so a place in
the copy is a place in the text. Patterns over the text itself would need every accented form of every letter: compiling
those took most of a search. A long body is read to its end only where a phrase is known to be in it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice

from content_store.search.port import Fragment
from content_store.search.synonyms import Other, other_words
from content_store.search.terms import Words
from content_store.search.text import CJK, MARKS, clean, ends_in_either, fold, words

_GAP = r"\W{1,12}"
_UNEVEN = re.compile(f"[{MARKS}{CJK}]")
_SPACED = re.compile(f"[{CJK}]")
_HEAD = 40_000
_MATCHES = 400
_LEAD, _LENGTH = 60, 220
_PASSAGES = 2

Level = tuple[tuple[str, ...], ...]
Places = Sequence[tuple[int, str]]


class Highlighter:
    """Marks the words of one query; the closest kind of match a document has decides what is marked in it."""

    def __init__(self, query: Words, others: Collection[Other] = ()) -> None:
        """Name the levels, closest first: the whole phrase, the same said otherwise, two neighbors, single words."""
        self._folded = folded = query.folded
        names = tuple(dict.fromkeys(other.phrase.folded for other in others))
        levels: list[Level] = [(folded,)] if folded else []
        if names:
            levels.append(tuple(dict.fromkeys(other.whole.folded for other in others)))
        if len(folded) > 2:
            levels.append((*names, *dict.fromkeys(zip(folded, folded[1:], strict=False))))
        if len(folded) > 1:
            levels.append((*names, *((word,) for word in dict.fromkeys(folded))))
        self._levels = levels

    def show(
        self, title: str, body: str, places: Places = (), *, apart: bool = False
    ) -> tuple[Fragment, tuple[Fragment, ...]]:
        """Return the title marked, and up to two passages of the body around matches, in their order.

        `apart` says that the document is known to have the words, but not as a phrase.
        """
        whole_title, head = _Folded(title), _Folded(body[:_HEAD])
        for place, level in enumerate(self._levels):
            in_title, in_body = whole_title.spans(level), head.spans(level)
            is_last = place == len(self._levels) - 1
            if not in_title and not in_body and len(body) > _HEAD and (is_last or (place == 0 and not apart)):
                in_body = _Folded(body).spans(level)
            if in_title or in_body:
                starts = sorted(_busiest(body, in_body))
                passages = tuple(_passage(body, in_body, start, _place(places, start)) for start in starts)
                return _fragment(title, in_title, 0, len(title)), passages
        return _fragment(title, [], 0, len(title)), ()

    def spelling(self, shown: Iterable[tuple[str, str]]) -> str:
        """Return the phrase as the first of these titles and bodies writes it, accents and all."""
        for text in chain.from_iterable(shown):
            found = _Folded(text[:_HEAD]).spans(self._levels[0])
            if found:
                begin, end = found[0]
                return " ".join(clean(word).casefold() for word in words(text[begin:end]))
        return " ".join(self._folded)


def marking_of(words: Words) -> Highlighter:
    """Give the highlighter of a query, which also marks the other names by which documents are found."""
    return Highlighter(words, other_words(words))


class _Letters(dict[int, str]):
    """The folded form of each letter, by its code; what folds to more or less than one letter stays."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        folded = " " if letter == "_" else fold(letter)
        self[code] = folded if len(folded) == 1 else letter
        return self[code]


_LETTERS = _Letters()


class _Folded:
    """A folded copy of a text. Only where combining marks or CJK stand in it, a list tells its places in the text."""

    def __init__(self, text: str) -> None:
        """Fold the text; leave marks out and set characters that are words of their own apart."""
        self._places: list[int] | None = None
        if not _UNEVEN.search(text):
            self._copy = text.translate(_LETTERS)
            return
        letters, self._places = [], []
        for place, letter in enumerate(text):
            if _SPACED.match(letter):
                letters += [" ", letter, " "]
                self._places += [place, place, place + 1]
            elif not _UNEVEN.match(letter):
                letters.append(letter)
                self._places.append(place)
        self._copy = "".join(letters).translate(_LETTERS)
        self._places.append(len(text))

    def spans(self, level: Level) -> list[tuple[int, int]]:
        """Where in the text one of the phrases of a level stands, the first few hundred."""
        found = list(islice(_matches(level, self._copy), _MATCHES))
        if self._places is None:
            return found
        return [(self._places[begin], self._places[end]) for begin, end in found]


def _matches(level: Level, copy: str) -> Iterator[tuple[int, int]]:
    """Where the pattern of a level matches, tried only where one of its phrases can begin: a third of the time."""
    pattern, beginnings = _pattern(level), _beginnings(level)
    if not beginnings:
        yield from (match.span() for match in pattern.finditer(copy))
        return
    past = 0
    for place in sorted(place for beginning in beginnings for place in _places_of(beginning, copy)):
        match = pattern.match(copy, place) if place >= past else None
        if match:
            past = match.end()
            yield match.span()


def _places_of(beginning: str, copy: str) -> Iterator[int]:
    place = copy.find(beginning)
    while place >= 0:
        yield place
        place = copy.find(beginning, place + 1)


@lru_cache(maxsize=256)
def _beginnings(level: Level) -> frozenset[str]:
    """The letters with which the phrases of a level begin; none where a single one would be found everywhere."""
    letters = {words[0][:-1] if ends_in_either(words[0]) else words[0] for words in level}
    return frozenset(letters) if all(len(beginning) > 1 for beginning in letters) else frozenset()


@lru_cache(maxsize=256)
def _pattern(level: Level) -> re.Pattern[str]:
    """Compile one level; kept, because the pages of a query ask for the same."""
    phrases = "|".join(_GAP.join(map(_spelled, phrase)) for phrase in level)
    return re.compile(rf"\b(?:{phrases})\b")


def _spelled(word: str) -> str:
    """The pattern of a folded word: where keys write `i`, a text may have `y`."""
    return re.escape(word[:-1]) + "[iy]" if ends_in_either(word) else re.escape(word)


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


def _place(places: Places, at: int) -> str:
    number = bisect_right(places, at, key=lambda place: place[0])
    return places[number - 1][1] if number else ""


def _passage(text: str, spans: list[tuple[int, int]], match: int, place: str) -> Fragment:
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
        tuple((part, False) for part in opening) + parts + tuple((part, False) for part in closing), place
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
