"""What changed between two versions of an item: what is said of it, its files, its words. Pure; nothing is kept.

Words are compared paragraph by paragraph, and word by word inside paragraphs that changed. Both are
bounded, for comparing grows with the square of the length and a book must not hold a page for a minute.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from content_store.models import Version, VersionFile

MOST_PARAGRAPHS = 1500
LONGEST_PARAGRAPH = 2000
LONGEST_TEXT = 400_000
MOST_WORK = 30_000_000  # equal pairs times length: about a second
MOST_WORK_AT_ONCE = 8_000_000
NEIGHBORS = 1
FIELDS = (
    "title", "description", "language", "subject", "grades", "type", "license_id", "authors", "rights_holder",
    "keywords", "source_url",
)  # fmt: skip
_WORDS = re.compile(r"[^\W_]+\s*|[\W_]\s*", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Run:
    """Words that stayed (`same`), came (`added`) or went (`removed`)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: `same`, `added`, `removed` or `changed`, as runs. `skipped` stands for `count` equal ones."""

    kind: str
    runs: tuple[Run, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class TextDifference:
    """The words of two versions, compared; `is_cut` when one was too long to be compared to its end."""

    paragraphs: tuple[Paragraph, ...]
    added: int
    removed: int
    is_cut: bool = False

    @property
    def is_same(self) -> bool:
        """Whether no word changed."""
        return not self.added and not self.removed


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One thing that is said of both versions otherwise."""

    name: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class FileDifference:
    """A file that came, went or has other bytes."""

    kind: str
    role: str
    before: VersionFile | None
    after: VersionFile | None


def compare_metadata(before: Version, after: Version) -> list[FieldDifference]:
    """The fields in which two versions differ, in the order in which they are shown."""
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in FIELDS)
    return [FieldDifference(name, old, new) for name, old, new in pairs if (old or None) != (new or None)]


def compare_files(before: Version, after: Version) -> list[FileDifference]:
    """The files in which two versions differ; a file is the same one when role, language and name or place agree."""
    old, new = _by_use(before), _by_use(after)
    found = []
    for use in [*old, *(use for use in new if use not in old)]:
        left, right = old.get(use), new.get(use)
        if left is None or right is None:
            found.append(FileDifference("removed" if right is None else "added", use[0], left, right))
        elif left.sha256 != right.sha256 or left.filename != right.filename:
            found.append(FileDifference("changed", use[0], left, right))
    return found


def _by_use(version: Version) -> dict[tuple[str, str, int], VersionFile]:
    found: dict[tuple[str, str, int], VersionFile] = {}
    for file in version.files:
        place = 0
        while (file.role, file.language or "", place) in found:
            place += 1
        found[file.role, file.language or "", place] = file
    return found


def compare_text(before: str, after: str) -> TextDifference:
    """The words of two texts, compared; paragraphs that stayed are left out but for the neighbors of a change."""
    old, old_is_cut = _paragraphs(before)
    new, new_is_cut = _paragraphs(after)
    start, end = _common(old, new)
    middle = _align(old[start : len(old) - end], new[start : len(new) - end])
    rows = [*map(_same, old[:start]), *middle, *map(_same, old[len(old) - end :])]
    return TextDifference(
        tuple(_fold(rows)),
        added=_count(rows, "added"),
        removed=_count(rows, "removed"),
        is_cut=old_is_cut or new_is_cut,
    )


def _paragraphs(text: str) -> tuple[list[str], bool]:
    lines: list[str] = []
    for line in text[:LONGEST_TEXT].splitlines():
        words = " ".join(unicodedata.normalize("NFC", line).split())
        lines += [words[at : at + LONGEST_PARAGRAPH] for at in range(0, len(words), LONGEST_PARAGRAPH)]
        if len(lines) > MOST_PARAGRAPHS:
            return lines[:MOST_PARAGRAPHS], True
    return lines, len(text) > LONGEST_TEXT


def _common(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many paragraphs at the start, and how many at the end, are equal."""
    least = min(len(old), len(new))
    start = next((at for at in range(least) if old[at] != new[at]), least)
    end = next((at for at in range(least - start) if old[-1 - at] != new[-1 - at]), least - start)
    return start, end


def _work(old: Sequence[str], new: Sequence[str]) -> int:
    """What comparing costs at worst: much where one word is repeated over and over."""
    there = Counter(new)
    return sum(count * there[word] for word, count in Counter(old).items()) * min(len(old), len(new))


def _align(old: Sequence[str], new: Sequence[str]) -> Iterator[Paragraph]:
    left = MOST_WORK
    if _work(old, new) > left:
        yield from (Paragraph("removed", (Run("removed", text),)) for text in old)
        yield from (Paragraph("added", (Run("added", text),)) for text in new)
        return
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            yield from map(_same, old[i1:i2])
            continue
        paired = min(i2 - i1, j2 - j1)
        for before, after in zip(old[i1 : i1 + paired], new[j1 : j1 + paired], strict=True):
            words, words_after = _WORDS.findall(before), _WORDS.findall(after)
            work = _work(words, words_after)
            left -= min(work, MOST_WORK_AT_ONCE)
            if left > 0 and work <= MOST_WORK_AT_ONCE:
                yield from _changed(words, words_after)
            else:
                yield from _replaced(before, after)
        yield from (Paragraph("removed", (Run("removed", text),)) for text in old[i1 + paired : i2])
        yield from (Paragraph("added", (Run("added", text),)) for text in new[j1 + paired : j2])


def _same(text: str) -> Paragraph:
    return Paragraph("same", (Run("same", text),))


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Paragraph]:
    """Compare word by word; two paragraphs with little in common read better one after the other."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.quick_ratio() < 0.4 or matcher.ratio() < 0.4:
        yield from _replaced("".join(old), "".join(new))
        return
    runs: list[Run] = []
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            runs.append(Run("same", "".join(old[i1:i2])))
            continue
        if i2 > i1:
            runs.append(Run("removed", "".join(old[i1:i2])))
        if j2 > j1:
            runs.append(Run("added", "".join(new[j1:j2])))
    yield Paragraph("changed", tuple(runs))


def _replaced(before: str, after: str) -> Iterator[Paragraph]:
    yield Paragraph("removed", (Run("removed", before),))
    yield Paragraph("added", (Run("added", after),))


def _fold(rows: Sequence[Paragraph]) -> Iterator[Paragraph]:
    near = {
        place + step
        for place, row in enumerate(rows)
        if row.kind != "same"
        for step in range(-NEIGHBORS, NEIGHBORS + 1)
    }
    hidden = 0
    for place, row in enumerate(rows):
        if place in near:
            if hidden:
                yield Paragraph("skipped", count=hidden)
            hidden = 0
            yield row
        else:
            hidden += 1
    if hidden:
        yield Paragraph("skipped", count=hidden)


def _count(rows: Sequence[Paragraph], kind: str) -> int:
    return sum(len(run.text.split()) for row in rows for run in row.runs if run.kind == kind)
