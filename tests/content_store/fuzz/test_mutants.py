"""Damaged files of every kind: never a fault, always a reason, and whatever is accepted is harmless.

`FUZZ_ROUNDS` (1 in CI) runs more of them and prints a line for each kind with `-s`.
"""

from __future__ import annotations

import os
from itertools import islice

import pytest

from tests.content_store.fuzz.invariants import faults
from tests.content_store.fuzz.mutations import mutants
from tests.content_store.fuzz.samples import KINDS, sample
from tests.content_store.fuzz.trial import read_all

ROUNDS = int(os.environ.get("FUZZ_ROUNDS", "1"))
_PER_ROUND = 32
_STARTS_PROGRAMS = {"mp4", "webm", "m4a"}
"""ffmpeg is started for each of these, so they are fewer."""
_GROUPS = {
    "documents": ("pdf", "docx", "pptx", "odt", "epub", "xlsx"),
    "texts": ("csv", "html", "markdown", "svg", "vtt", "srt"),
    "pictures": ("png", "jpeg", "gif", "webp", "bmp", "tiff"),
    "recordings": ("wav", "mp3", "flac", "ogg", "m4a", "mp4", "webm"),
    "packages": ("zip", "scorm", "h5p"),
}


def test_every_kind_is_in_a_group() -> None:
    assert sorted(kind for group in _GROUPS.values() for kind in group) == sorted(KINDS)


@pytest.mark.parametrize("group", _GROUPS)
def test_a_damaged_file_is_refused_with_a_reason_or_harmless(group: str) -> None:
    counts = {
        kind: ROUNDS * (_PER_ROUND // 4 if kind in _STARTS_PROGRAMS else _PER_ROUND)
        for kind in _GROUPS[group]
    }
    trial = read_all(file for kind, count in counts.items() for file in mutants(kind, count, seed=ROUNDS))
    left = iter(trial.outcomes)
    for kind, count in counts.items():
        outcomes = list(islice(left, count))
        if ROUNDS > 1:
            print(trial.report(kind, outcomes))
        wrong = [(number, found) for number, outcome in enumerate(outcomes) if (found := faults(outcome))]
        assert not wrong, (kind, wrong[:5])


def test_the_sound_files_themselves_are_accepted_as_what_they_are() -> None:
    trial = read_all(sample(kind) for kind in KINDS)
    assert [outcome.code for outcome in trial.outcomes] == [None] * len(KINDS)
    assert [found for outcome in trial.outcomes if (found := faults(outcome))] == []
    assert not any(outcome.seen and "name-disagrees" in outcome.seen.warnings for outcome in trial.outcomes)


def test_the_same_seed_gives_the_same_files() -> None:
    assert list(mutants("html", 20, seed=1)) == list(mutants("html", 20, seed=1))
    assert list(mutants("html", 20, seed=1)) != list(mutants("html", 20, seed=2))
