"""In which order an engine is asked what a question may mean: as typed, in another spelling, by most of its words.

The same for every engine, so that the same question finds the same documents on each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple, Protocol, TypeVar

from content_store.search import typo
from content_store.search.ranking import has_most
from content_store.search.synonyms import other_words
from content_store.search.telex import read_keystrokes
from content_store.search.terms import ENOUGH, Words, folded_query


class Found(Protocol):
    """An engine's answer to one way of asking."""

    @property
    def found(self) -> int:
        """How many documents the audience may see, before filters."""

    @property
    def has_phrase(self) -> bool:
        """Whether one of them is of the first or second tier."""


Answer = TypeVar("Answer", bound=Found)


class Meant(NamedTuple):
    """The words that were really asked for, and whether they are not those that were typed."""

    words: Words
    corrected: bool


def find(
    words: Words,
    ask: Callable[[Words, bool], Answer],
    frequencies: typo.Frequencies,
    pair_frequencies: typo.Frequencies,
) -> tuple[Answer, Meant]:
    """Ask for all of the words, for other names and other spellings of them, for most of them.

    `ask` takes the words and whether most of them, or another name, are enough too.
    """
    answer, meant = ask(words, False), Meant(words, False)
    if not answer.found and (other_words(words) or words.labels):
        answer = ask(words, True)
    if words.folded and not answer.found:
        knows_all = len(frequencies(set(words.folded))) == len(set(words.folded))
        for spelling in spellings(words, frequencies, pair_frequencies):
            other = ask(spelling, bool(words.labels))
            if other.found and (other.has_phrase or not knows_all):
                answer, meant = other, Meant(spelling, True)
                break
    if answer.found < ENOUGH and has_most(meant.words):
        answer = ask(meant.words, True)
    return answer, meant


def spellings(
    words: Words, frequencies: typo.Frequencies, pair_frequencies: typo.Frequencies
) -> Iterator[Words]:
    """Yield what may have been meant by words that find nothing, the likeliest first."""
    typed = read_keystrokes(words)
    if typed:
        yield typed
    for meant in typo.suggest(words.folded, frequencies, pair_frequencies, words.labelled):
        yield replace(folded_query(meant), labels=words.labels)
