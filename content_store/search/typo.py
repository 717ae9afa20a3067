"""Guess what was meant when a query finds nothing: one slip of the finger per syllable, judged by the index itself.

Of words that the index knows one may be another, no more: two right syllables are no slip of two others. Candidates are made, not searched for: every string one edit away (a few hundred) that the vocabulary of the index
knows, and what the keystrokes of Telex and VNI would have given with the input method on (`toans` is `toan`). Which
of them fit together is told by how often their pairs occur.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping

from content_store.search.telex import is_syllable

Frequencies = Callable[[Iterable[str]], Mapping[str, int]]

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_CANDIDATES = 10
_SUGGESTIONS = 3
_BEAM = 30
_MIN_LENGTH = 2
_MAX_LENGTH = 20
_CHANGED = 4.0
_MOST_CHANGED = 1
_UNKNOWN_PAIR = 3.0


def suggest(
    folded: tuple[str, ...],
    word_frequencies: Frequencies,
    pair_frequencies: Frequencies,
    sure: Collection[int] = (),
    *,
    further: bool = False,
    hopeless: bool = False,
) -> tuple[tuple[str, ...], ...]:
    """Return up to three likelier spellings of a query that found nothing, best first; the words at `sure` places stay.

    `further` gives those too that change more right words than a slip does; `hopeless` leaves words that look like none.
    """
    made = [_spellings(word) for word in folded]
    known = word_frequencies({spelling for spellings in made for spelling in spellings})
    choices = [
        {word: 0.0} if place in sure else _ranked(word, spellings, known)
        for place, (word, spellings) in enumerate(zip(folded, made, strict=True))
    ]
    if hopeless:
        choices = [choice or {word: 0.0} for word, choice in zip(folded, choices, strict=True)]
    if not all(choices):
        return ()
    wanted = {
        f"{left}_{right}"
        for ahead, behind in zip(choices, choices[1:], strict=False)
        for left in ahead
        for right in behind
    }
    together = pair_frequencies(wanted) if wanted else {}
    most = None if further else _MOST_CHANGED
    return _best(folded, choices, known, together, most)


def keystrokes(word: str) -> set[str]:
    """Folded readings of a word typed in Telex or VNI with the input method off: `ddaij` and `d9ai5` are `dai`."""
    readings = {re.sub(r"[1-9]", "", word)}
    toneless = {word, re.sub(r"[sfrxj](?=[a-z]?$)", "", word), re.sub(r"[sfrxj]$", "", word)}
    for form in toneless:
        bare = re.sub(r"([aeod])\1", r"\1", form)
        bare = re.sub(r"([a-z]*?)([aeo])([a-z]*)\2$", r"\1\2\3", bare)
        bare = re.sub(r"^d([a-z]*)d$", r"d\1", bare)
        readings |= {bare, re.sub(r"(?<=[aou])w|w(?=$)", "", bare), re.sub(r"w", "", bare)}
        readings.add(re.sub(r"^w|(?<=[^aou])w", "u", bare))
    return {reading for reading in readings if reading} - {word}


def edits(word: str) -> set[str]:
    """Every string one deletion, swap, replacement or insertion away."""
    if not _MIN_LENGTH <= len(word) <= _MAX_LENGTH:
        return set()
    splits = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    deleted = {head + tail[1:] for head, tail in splits if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in splits if len(tail) > 1}
    replaced = {head + letter + tail[1:] for head, tail in splits if tail for letter in _LETTERS}
    inserted = {head + letter + tail for head, tail in splits for letter in _LETTERS}
    return (deleted | swapped | replaced | inserted) - {word, ""}


def _spellings(word: str) -> dict[str, float]:
    """Spellings with what they cost: as typed nothing, keystrokes little, a slip more."""
    return dict.fromkeys(edits(word), 1.0) | dict.fromkeys(keystrokes(word), 0.4) | {word: 0.0}


def _ranked(word: str, spellings: Mapping[str, float], known: Mapping[str, int]) -> dict[str, float]:
    """The likeliest known spellings of one word with their costs; the word itself is kept whenever it is known."""
    found = [spelling for spelling in spellings if known.get(spelling, 0) > 0]
    found.sort(key=lambda one: (one != word, spellings[one] > 0.5, -known[one], one))
    return {one: spellings[one] for one in found[:_CANDIDATES]}


def _best(
    folded: tuple[str, ...],
    choices: list[dict[str, float]],
    known: Mapping[str, int],
    together: Mapping[str, int],
    most_changed: int | None,
) -> tuple[tuple[str, ...], ...]:
    """Walk the choices word by word, keeping the likeliest beginnings."""
    beam: list[tuple[float, tuple[str, ...]]] = [(0.0, ())]
    for choice in choices:
        grown = [
            (worth + _worth(chosen[-1:], word, cost, known, together), (*chosen, word))
            for worth, chosen in beam
            for word, cost in choice.items()
            if most_changed is None or _may_be_meant(folded, (*chosen, word), known, most_changed)
        ]
        beam = sorted(grown, key=lambda one: (-one[0], one[1]))[:_BEAM]
    return tuple(chosen for _, chosen in beam if chosen != folded)[:_SUGGESTIONS]


def _may_be_meant(
    typed: tuple[str, ...], chosen: tuple[str, ...], known: Mapping[str, int], most_changed: int
) -> bool:
    """Whether few enough words are changed that the index knows; nor every word, where more than that are syllables."""
    changed = [word for word, other in zip(typed, chosen, strict=False) if word != other]
    if sum(known.get(word, 0) > 0 for word in changed) > most_changed:
        return False
    right = sum(known.get(word, 0) > 0 or is_syllable(word) for word in changed)
    return right <= most_changed or len(changed) < len(typed)


def _worth(
    before: tuple[str, ...], word: str, cost: float, known: Mapping[str, int], together: Mapping[str, int]
) -> float:
    worth = math.log1p(known.get(word, 0)) / 4 - _CHANGED * cost
    if before:
        seen = together.get(f"{before[0]}_{word}", 0)
        worth += math.log1p(seen) + _CHANGED if seen else -_UNKNOWN_PAIR
    return worth
