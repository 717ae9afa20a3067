"""In which order an engine is asked what a question may mean: as typed, in another spelling, by most of its words.

The same for every engine, so that the same question finds the same documents on each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import Generic, NamedTuple, Protocol, TypeVar

from content_store.search import typo
from content_store.search.ranking import has_most, has_part
from content_store.search.synonyms import other_words
from content_store.search.telex import read_keystrokes
from content_store.search.terms import ENOUGH, FEW, Words, folded_query


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
    """The words that were really asked for, and whether they are not those that were typed.

    `instead` is a spelling further off, where nothing is found; `most` tells whether most of the words were enough.
    """

    words: Words
    corrected: bool
    instead: str | None = None
    most: bool = False


@dataclass(frozen=True)
class _Engine(Generic[Answer]):
    """What an engine is asked: for words (and whether most of them, or another name, are enough), and how often terms stand."""

    ask: Callable[[Words, bool], Answer]
    frequencies: typo.Frequencies
    pair_frequencies: typo.Frequencies

    def spellings(
        self, words: Words, sure: Collection[int], *, further: bool = False, hopeless: bool = False
    ) -> tuple[tuple[str, ...], ...]:
        """What `typo.suggest` gives for words of this index."""
        return typo.suggest(
            words.folded, self.frequencies, self.pair_frequencies, sure, further=further, hopeless=hopeless
        )


def find(
    words: Words,
    ask: Callable[[Words, bool], Answer],
    frequencies: typo.Frequencies,
    pair_frequencies: typo.Frequencies,
    but: Callable[[Words, bool], Answer] | None = None,
) -> tuple[Answer, Meant]:
    """Ask for all of the words, for other names and other spellings of them, for most of them, for a part.

    `ask` takes the words and whether most of them, or another name, are enough too. `but` asks the same and leaves
    out what a minus names: how far words are loosened is settled before, so a minus never brings something in.
    """
    engine = _Engine(ask, frequencies, pair_frequencies)
    answer, meant = _as_meant(engine, words)
    if answer.found < ENOUGH and has_most(meant.words):
        meant = meant._replace(most=True)
        answer = ask(meant.words, True)
    if words.folded and not answer.found:
        answer, meant = _mended(engine, words) or (answer, meant)
    if answer.found < FEW and has_part(meant.words):
        meant = meant._replace(words=replace(meant.words, part=True), most=True)
        answer = ask(meant.words, True)
    if words.folded and not answer.found:
        meant = meant._replace(instead=_instead(engine, words))
    if but is not None:
        phrases = ask(replace(meant.words, apart=False), False).found
        settled = replace(meant.words, apart=phrases < meant.words.enough)
        answer = but(settled, meant.most)
    return answer, meant


def _as_meant(engine: _Engine[Answer], words: Words) -> tuple[Answer, Meant]:
    """Ask for all of the words; where nothing has them for their other names, then for other spellings."""
    answer, meant = engine.ask(words, False), Meant(words, False)
    if not answer.found and (other_words(words) or words.labels):
        answer, meant = engine.ask(words, True), Meant(words, False, most=True)
    if words.folded and not answer.found:
        knows_all = len(engine.frequencies(set(words.folded))) == len(set(words.folded))
        for spelling in _spellings(engine, words):
            other = engine.ask(spelling, bool(words.labels))
            if other.found and (other.has_phrase or not knows_all):
                return other, Meant(spelling, True, most=bool(words.labels))
    return answer, meant


def _mended(engine: _Engine[Answer], words: Words) -> tuple[Answer, Meant] | None:
    """Most of the words, where those that nothing has are slips of others; nothing where that finds nothing either."""
    known = engine.frequencies(set(words.folded))
    sure = {place for place, word in enumerate(words.folded) if known.get(word)} | words.labelled
    for meant in engine.spellings(words, sure, hopeless=True):
        spelling = replace(folded_query(meant), labels=words.labels)
        answer = engine.ask(spelling, True)
        if answer.found:
            return answer, Meant(spelling, True, most=True)
    return None


def _instead(engine: _Engine[Answer], words: Words) -> str | None:
    """A phrase that is there and looks like words that find nothing, more of them changed than a slip would."""
    others = engine.spellings(words, words.labelled, further=True)
    return next(
        (" ".join(other) for other in others if engine.ask(folded_query(other), False).has_phrase), None
    )


def _spellings(engine: _Engine[Answer], words: Words) -> Iterator[Words]:
    """Yield what may have been meant by words that find nothing, the likeliest first."""
    typed = read_keystrokes(words)
    if typed:
        yield typed
    for meant in engine.spellings(words, words.labelled):
        yield replace(folded_query(meant), labels=words.labels)
