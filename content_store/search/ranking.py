"""How documents that have the words of a question apart are found and ranked: the third tier of `docs/search.md`.

Everything is settled here in terms and numbers, so that an engine only joins lists of documents and adds up. A rare
word says more about what was meant than a common one; neighbors say more than words apart.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations

from content_store.search import brevity, standing
from content_store.search.light import LIGHTNESS, light_words
from content_store.search.synonyms import Other, other_words
from content_store.search.terms import Words, phrase

FEWEST = 2
"""Most of some words are two at least."""

GAINS: Mapping[str, float] = {**standing.GAINS, **brevity.GAINS}
"""What a document gains in its tier whatever was asked, by facet token: by its standing and by a short title."""

_ALONE, _BESIDE = 0.7, 0.4
_PART_ALONE, _PART_BESIDE = 0.4, 0.2
_CHOSEN = 6
_MANY = 3
_OTHERWISE = 0.9
_TINY = 1e-9


@dataclass(frozen=True)
class Rarity:
    """How many documents there are, and how many of them have each folded word."""

    documents: int
    frequencies: Mapping[str, int]
    light: frozenset[str] = frozenset()

    def weight(self, word: str) -> float:
        """What a word says: the more the fewer documents have it, and little where it is only how one asks."""
        weight = math.log(1 + max(1, self.documents) / (1 + self.frequencies.get(word, 0)))
        return weight * LIGHTNESS if word in self.light else weight

    def knows(self, word: str) -> bool:
        """Whether any document has the word."""
        return self.frequencies.get(word, 0) > 0


@dataclass(frozen=True)
class Most:
    """What a document must have that has most of some words: enough of the heaviest, or fewer beside one of the pairs."""

    heaviest: Mapping[str, float]
    pairs: tuple[str, ...]
    part: bool = False

    @cached_property
    def alone(self) -> tuple[tuple[str, ...], ...]:
        """The smallest sets of words that are enough wherever they stand."""
        return self._smallest(_PART_ALONE if self.part else _ALONE)

    @cached_property
    def beside(self) -> tuple[tuple[str, ...], ...]:
        """The smallest sets of words that are enough beside a pair."""
        return self._smallest(self._beside)

    @cached_property
    def least(self) -> float:
        """What the words beside a pair must weigh; they must be two at least."""
        return self._beside * sum(self.heaviest.values()) - _TINY

    @property
    def _beside(self) -> float:
        return _PART_BESIDE if self.part else _BESIDE

    def _smallest(self, part: float) -> tuple[tuple[str, ...], ...]:
        least = part * sum(self.heaviest.values()) - _TINY
        found: list[tuple[str, ...]] = []
        for size in range(FEWEST, len(self.heaviest) + 1):
            for chosen in combinations(self.heaviest, size):
                heavy = sum(self.heaviest[word] for word in chosen) >= least
                if heavy and not any(set(one) <= set(chosen) for one in found):
                    found.append(chosen)
        return tuple(found)


@dataclass(frozen=True)
class Way:
    """One way into the third tier, and what each term is worth in it.

    A document comes in that has all of `name` (exact terms), one facet token of each of `facets`, and either all of
    `every` (folded words) or `most`.
    """

    name: tuple[str, ...]
    every: tuple[str, ...]
    most: Most | None
    words: Mapping[str, float] = field(default_factory=dict)
    pairs: Mapping[str, float] = field(default_factory=dict)
    facets: tuple[tuple[str, ...], ...] = ()


def terms_to_weigh(words: Words) -> set[str]:
    """Return the folded words whose frequencies `ways` needs; none where there is no third tier."""
    others = other_words(words)
    if not words.scattered and not others and not words.labels:
        return set()
    return {*words.folded, *(word for other in others for word in other.whole.folded)}


def ways(words: Words, rarity: Rarity, *, most: bool) -> tuple[Way, ...]:
    """Return the ways into the third tier: all of the words, and where that is too little most of them or other names."""
    rarity = replace(rarity, light=light_words(words))
    found = [*_labelled(words, rarity, most=most)]
    if words.scattered:
        asked = _most(words.folded, rarity, words.part) if most else None
        worths, pairs = _worths(words.folded, rarity, 1.0)
        if len(words.folded) == 2:
            pairs = {}  # who has the only pair has the phrase
        found.append(Way((), words.scattered, asked, worths, pairs))
    if most:
        found += [_otherwise(other, rarity, words.part) for other in other_words(words)]
    return tuple(found)


def has_most(words: Words) -> bool:
    """Tell whether there are more ways than by all of the words."""
    return len(set(words.folded)) >= _MANY or bool(other_words(words) or words.labels)


def has_part(words: Words) -> bool:
    """Tell whether a part of the words may be enough: words that are many, or have other names beside a word."""
    return len(set(words.folded)) >= _MANY or any(other.rest for other in other_words(words))


def _labelled(words: Words, rarity: Rarity, *, most: bool) -> Iterator[Way]:
    """The ways in of what has the facet values that were named, and where that is too little, of what lacks some."""
    if not words.labels:
        return
    worths = _worths(words.folded, rarity, 1.0)
    named = tuple(label.tokens for label in words.labels)
    yield Way((), words.rest, None, *worths, named)
    if most and words.rest:
        yield Way((), words.rest, None, *worths)
    elif most and len(named) > 1:
        yield from (Way((), (), None, *worths, (tokens,)) for tokens in named)


def _otherwise(other: Other, rarity: Rarity, part: bool) -> Way:
    worths = _worths(other.whole.folded, rarity, _OTHERWISE)
    rest = tuple(filter(rarity.knows, other.rest)) if part else other.rest
    return Way(other.phrase.phrase_exact, rest, _most(rest, rarity, part), *worths)


def _most(folded: tuple[str, ...], rarity: Rarity, part: bool = False) -> Most | None:
    """What is most of these words, of those that any document has; nothing where they are too few to leave one out."""
    if len(set(folded)) < _MANY:
        return None
    asked = [*filter(rarity.knows, set(folded))] or set(folded)
    ordered = sorted(asked, key=lambda word: (-rarity.weight(word), word))
    if len(ordered) < FEWEST:
        return None
    return Most({word: rarity.weight(word) for word in ordered[:_CHOSEN]}, phrase(folded), part)


def _worths(
    folded: tuple[str, ...], rarity: Rarity, share: float
) -> tuple[dict[str, float], dict[str, float]]:
    """What each word and each pair is worth: words together as much as pairs together."""
    worth = {word: rarity.weight(word) for word in dict.fromkeys(folded)}
    together = {
        f"{ahead}_{behind}": max(worth[ahead], worth[behind])
        for ahead, behind in zip(folded, folded[1:], strict=False)
    }
    return _shares(worth, share), _shares(together, share)


def _shares(weights: Mapping[str, float], share: float) -> dict[str, float]:
    whole = sum(weights.values())
    return {term: share * weight / whole for term, weight in weights.items()}
