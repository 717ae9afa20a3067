"""Words that mean the same at school, in Vietnamese and English: `synonyms.txt`, an open list that anyone may mend.

An application may let its librarians add to the list and switch lines of it off: it says with `follow` where the
lexicon in force comes from. Synonyms are looked up when somebody asks, so a change needs no rebuild.

Who asks for "probability" is also shown what speaks of "xác suất", after everything that has the word itself.
Vietnamese names are looked up with their accents, so that "lũy thừa" never finds what only looks like it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from content_store.search.terms import Words, read_query

_FILE = Path(__file__).with_name("synonyms.txt")
_MOST = 3
_SHORTEST_PLURAL = 4  # in letters


@dataclass(frozen=True)
class Other:
    """A query said in other words: `rest` stays as it was (folded), `phrase` took the place of what it means (exact)."""

    rest: tuple[str, ...]
    phrase: Words
    whole: Words


def other_words(query: Words) -> tuple[Other, ...]:
    """Return up to three ways to say a query otherwise, the longest name replaced first.

    The answer stays with the query: one search asks several times, and the lexicon may change in between.
    """
    known: tuple[Other, ...] | None = query.__dict__.get("other_words")
    if known is None:
        known = query.__dict__["other_words"] = _other_words(query)
    return known


def _other_words(query: Words) -> tuple[Other, ...]:
    found: list[Other] = []
    length = len(query.folded)
    spans = [(begin, end) for begin in range(length) for end in range(begin + 1, length + 1)]
    for begin, end in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        for phrase in _meaning(query.exact[begin:end], query.folded[begin:end]):
            rest = query.folded[:begin] + query.folded[end:]
            whole = Words(
                exact=query.exact[:begin] + phrase.exact + query.exact[end:],
                folded=query.folded[:begin] + phrase.folded + query.folded[end:],
            )
            found.append(Other(tuple(dict.fromkeys(rest)), phrase, whole))
            if len(found) == _MOST:
                return tuple(found)
    return tuple(found)


def _meaning(exact: tuple[str, ...], folded: tuple[str, ...]) -> Iterator[Words]:
    """The other names of a thing. A name of several syllables may be typed without accents, a single one may not."""
    names = _source().names
    for name, others in names.get(folded, ()):
        if name.exact == exact or (exact == folded and len(folded) > 1):
            yield from others
    if exact == folded and folded not in names:
        for single in _singulars(folded):
            for _name, others in names.get(single, ()):
                yield from others


def _singulars(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """How a name in English may be said of one thing: `fractions` is `fraction`, `studies` is `study`."""
    *before, last = words
    if len(last) > _SHORTEST_PLURAL and last.endswith("s") and not last.endswith("ss"):
        yield (*before, last[:-1])
        if last.endswith("es"):
            yield (*before, last[:-2])
        if last.endswith("ies"):
            yield from ((*before, f"{last[:-3]}{end}") for end in "iy")  # as keys of words have it


@dataclass(frozen=True)
class Lexicon:
    """Every name, by its words without accents, with the other names of the same thing."""

    names: Mapping[tuple[str, ...], list[tuple[Words, tuple[Words, ...]]]]


def make_lexicon(groups: Iterable[tuple[Words, ...]]) -> Lexicon:
    """Make the lexicon of groups of names; a name may stand in several."""
    names: dict[tuple[str, ...], list[tuple[Words, tuple[Words, ...]]]] = defaultdict(list)
    for group in groups:
        for name in group:
            names[name.folded].append((name, tuple(other for other in group if other != name)))
    return Lexicon(dict(names))


@cache
def base_lines() -> tuple[str, ...]:
    """Return the lines of the open list, `toán = mathematics`, without remarks."""
    lines = (line.partition("#")[0].strip() for line in _FILE.read_text(encoding="utf-8").splitlines())
    return tuple(dict.fromkeys(" ".join(line.split()) for line in lines if line))


@cache
def base_lexicon() -> Lexicon:
    """Return the lexicon of the open list alone."""
    return make_lexicon(read_groups("\n".join(base_lines())))


_source: Callable[[], Lexicon] = base_lexicon


def follow(source: Callable[[], Lexicon]) -> None:
    """Take the lexicon from `source` from now on: asked for every query, so it must be cheap and never raise."""
    global _source
    _source = source


def read_groups(text: str) -> Iterator[tuple[Words, ...]]:
    """Yield the names of each thing: one thing a line, `=` between its names, `#` begins a remark."""
    for line in text.splitlines():
        names = tuple(read_query(name) for name in line.partition("#")[0].split("="))
        kept = tuple(dict.fromkeys(name for name in names if name.folded))
        if len(kept) > 1:
            yield kept
