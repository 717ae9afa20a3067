"""Titles and keywords that go on as somebody has begun to type, the same for every engine.

What is typed may begin at any word, without accents; the last word may be unfinished. Engines give texts that may fit,
here they are judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from content_store.search.text import clean, fold, words

FEWEST_LETTERS = 2
_MOST_WORDS = 8
_MOST_CHARS = 120
_Source = TypeVar("_Source")
_SEPARATOR = re.compile(r"[\n,;]")


def begun(text: str) -> tuple[str, ...]:
    """Return the folded words of what was typed, the last perhaps unfinished; nothing where it is too little."""
    typed = tuple(map(fold, islice(words(clean(text[:_MOST_CHARS])), _MOST_WORDS)))
    return typed if sum(map(len, typed)) >= FEWEST_LETTERS else ()


def phrases(title: str, keywords: str) -> Iterator[str]:
    """Yield what can be suggested of a document: its title and each of its keywords."""
    yield title
    yield from filter(None, (" ".join(part.split()) for part in _SEPARATOR.split(keywords)))


def folded_phrase(phrase: str) -> str:
    """Return a phrase as it is compared."""
    return " ".join(map(fold, words(phrase)))


def choose(
    begin: tuple[str, ...], found: Iterable[tuple[str, _Source]], size: int
) -> list[tuple[str, _Source]]:
    """Choose among folded phrases those that go on so, each once with its source.

    Those that begin so come first, then the shortest.
    """
    start = " ".join(begin)
    fitting = {folded: source for folded, source in found if f" {start}" in f" {folded}"}
    ordered = sorted(fitting, key=lambda folded: (not folded.startswith(start), len(folded), folded))
    return [(folded, fitting[folded]) for folded in ordered[:size]]
