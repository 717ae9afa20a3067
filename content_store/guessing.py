"""Guess what a material is for from its own words: subject and grade, who made it, under which license. Pure.

Every guess is a proposal that a person confirms, so a missing one is better than a wrong one: where two subjects
compete there is none. Words are compared without marks where a line has none, and with them where it has.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TypeVar

from content_store.filenames import MOST_FOLDERS, title_from_filename
from content_store.guessing_credits import guess_authors, guess_license
from content_store.guessing_words import (
    COUNTED,
    EVERYDAY,
    FULL,
    NOT_A_GRADE_BEFORE,
    NOT_A_GRADE_WORD,
    NOT_A_SUBJECT_BEFORE,
    NUMBER_WORDS,
    SHORT,
    SUBJECT_NAMES,
    SUCCESSORS,
)
from content_store.search.text import clean, exact, fold
from content_store.taxonomy import SUBJECTS

HEAD = 6_000
TAIL = 3_000
MOST_HEADINGS = 40
MOST_LINES = 200
LONGEST_LINE = 300
_TOKEN = re.compile(r"\d+(?:[.,]\d+)+|\d+|[^\W\d_]+|[^\w\s]|_")
_RANGE = re.compile(r"(?<![\d\-–/.])(\d{1,2})[-–](\d{1,2})(?![\d\-–/.])")
_PASSED_OVER = frozenset("-–—_():|\"'“”*#[]•·/")
_RANGES = frozenset({"to", "den"})
_JOINTS = _RANGES | {",", "va", "and", "&"}
_ORDINAL = frozenset({"st", "nd", "rd", "th"})
_NAMED, _WITH_GRADE, _TITLED = 5, 5, 3
_TITLE, _HEADING, _BODY = 3, 2, 1
_Choice = TypeVar("_Choice")
_TELLING = 5  # letters of a short name in English
_MOST_VOTES = 12  # of running text for one subject, so that the title is heard


@dataclass(frozen=True)
class Clues:
    """What a file shows of itself: its name, its headings, how its text begins and ends."""

    title: str = ""
    filename: str = ""
    folder: str = ""
    outline: Sequence[str] = ()
    head: str = ""
    tail: str = ""


@dataclass(frozen=True)
class Guess:
    """What is proposed to a person; empty where nothing speaks clearly."""

    subject: str | None = None
    grades: tuple[int, ...] = ()
    authors: tuple[str, ...] = ()
    license_id: str | None = None


@dataclass(frozen=True)
class _Word:
    """One word or mark of a line: as it is compared, with what stood in the line."""

    key: str
    shown: str


@dataclass(frozen=True)
class _Found:
    """A name of a subject in a line: where it begins and ends, and how it may be taken."""

    subject: str
    kind: int
    start: int
    end: int


def guess(clues: Clues) -> Guess:
    """Return what the words of a file propose. Never raises; looks at a bounded piece of any text."""
    subjects: Counter[str] = Counter()
    grades: Counter[tuple[int, ...]] = Counter()
    heard: Counter[str] = Counter()
    for line, weight in _lines(clues):
        words = _words(line)
        for named, taught, strength in _votes(words, weight):
            if weight == _BODY and heard[named] >= _MOST_VOTES:
                continue
            heard[named] += weight == _BODY
            subjects[named] += strength * weight
            if taught:
                grades[taught] += strength * weight
        for found in _grades(words):
            grades[found] += 2 * weight
    subject, chosen = _leader(subjects), _leader(grades) or ()
    if subject and SUBJECTS[subject].grades:
        chosen = tuple(grade for grade in chosen if grade in SUBJECTS[subject].grades)
    text = f"{clues.head[:HEAD]}\n{clues.tail[-TAIL:]}"
    return Guess(subject, chosen, guess_authors(text), guess_license(text))


def _leader(votes: Counter[_Choice]) -> _Choice | None:
    """The winner that has at least twice as many votes as the next one."""
    ranked = votes.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] < 2 * ranked[1][1]):
        return None
    return ranked[0][0]


def _lines(clues: Clues) -> Iterator[tuple[str, int]]:
    named = [clues.title, title_from_filename(clues.filename) if clues.filename else ""]
    names = [*named, clues.folder[-LONGEST_LINE:], *clues.folder.split("/")[-MOST_FOLDERS:]]
    for line in dict.fromkeys(" ".join(name[:LONGEST_LINE].split()) for name in names):
        yield line, _TITLE
    for line in islice(clues.outline, MOST_HEADINGS):
        yield line[:LONGEST_LINE], _HEADING
    for line in islice(clues.head[:HEAD].splitlines(), MOST_LINES):
        yield line[:LONGEST_LINE], _BODY


def _words(line: str) -> list[_Word]:
    """The words of a line, with their marks where any word of the line has marks."""
    spelled = _RANGE.sub(r"\1 to \2", clean(line))
    shown = [word for word in _TOKEN.findall(spelled) if word not in _PASSED_OVER]
    has_marks = any(exact(word) != fold(word) for word in shown)
    return [_Word(exact(word) if has_marks else fold(word), word) for word in shown]


@cache
def _names() -> dict[str, list[tuple[tuple[str, ...], str, int]]]:
    """Every name by its first word, the longest first; with marks and without."""
    known: dict[tuple[str, ...], tuple[str, int]] = {}
    for subject, kind, phrases in SUBJECT_NAMES:
        for phrase in phrases:
            for key in {tuple(map(exact, phrase.split())), tuple(map(fold, phrase.split()))}:
                known.setdefault(key, (subject, kind))
    table: dict[str, list[tuple[tuple[str, ...], str, int]]] = {}
    for words, (subject, kind) in sorted(known.items(), key=lambda pair: -len(pair[0])):
        table.setdefault(words[0], []).append((words, subject, kind))
    return table


def _find_names(words: Sequence[_Word]) -> Iterator[_Found]:
    at = 0
    while at < len(words):
        for name, subject, kind in _names().get(words[at].key, ()):
            if tuple(word.key for word in words[at : at + len(name)]) == name:
                yield _Found(subject, kind, at, at + len(name))
                at += len(name) - 1
                break
        at += 1


def _votes(words: Sequence[_Word], weight: int) -> Iterator[tuple[str, tuple[int, ...], int]]:
    """The subjects that a line names, each with the grades beside it and how clearly it is said."""
    for found in _find_names(words):
        before = [fold(word.shown) for word in words[max(0, found.start - 2) : found.start]]
        if before[-1:] and before[-1] in NOT_A_SUBJECT_BEFORE:
            continue
        is_named = before[-1:] in (["mon"], ["subject"]) or before in (["mon", "hoc"], ["mon", "thi"])
        taught = _grades_after(words, found) or _grades_before(words, found)
        subject = _of_today(found.subject, taught)
        is_whole = weight == _TITLE and found.start == 0 and found.end == len(words)
        is_clear = found.kind == FULL or (found.kind == EVERYDAY and is_whole)
        if is_named:
            yield subject, taught, _NAMED
        elif taught:
            yield subject, taught, _WITH_GRADE
        elif weight > _BODY and is_clear:
            yield subject, (), _TITLED


def _of_today(subject: str, grades: tuple[int, ...]) -> str:
    """The subject that a name of older schoolbooks means in these grades: physics of grade 8 is natural science."""
    if not grades or not SUBJECTS[subject].grades or set(grades) & set(SUBJECTS[subject].grades):
        return subject
    return next(
        (one for one in SUCCESSORS.get(subject, ()) if set(grades) <= set(SUBJECTS[one].grades)), subject
    )


def _grades_after(words: Sequence[_Word], found: _Found) -> tuple[int, ...]:
    """The grade that follows a name: `Toán 6`, `Toán lớp 6`, `math grade 6`."""
    rest = words[found.end : found.end + 1]
    if rest and fold(rest[0].shown) in {"lop", "khoi", "grade", "class"}:
        return _span(words, found.end + 1, takes_words=True)
    if found.kind == SHORT and not _reads_as_name(words, found):
        return ()
    return _span(words, found.end, takes_words=False)


def _reads_as_name(words: Sequence[_Word], found: _Found) -> bool:
    """Whether a short name is written as one: with marks and a capital, or a word that means little else."""
    word = words[found.start]
    if word.key in {"toan", "van"}:
        return True
    is_telling = exact(word.shown) != fold(word.shown) or len(word.key) >= _TELLING
    return is_telling and word.shown[:1].isupper()


def _grades_before(words: Sequence[_Word], found: _Found) -> tuple[int, ...]:
    """The grade that comes before a name: `grade 6 math`, `6th grade science`, `lớp 6 môn Toán`."""
    at = found.start - 1
    if at >= 0 and fold(words[at].shown) in {"mon", "s"}:
        at -= 1
    if at >= 1 and words[at].shown.isdigit() and fold(words[at - 1].shown) in {"grade", "lop"}:
        return _one(words[at].shown)
    if at >= 2 and fold(words[at].shown) in {"grade", "graders"} and fold(words[at - 1].shown) in _ORDINAL:
        return _one(words[at - 2].shown)
    return ()


def _grades(words: Sequence[_Word]) -> Iterator[tuple[int, ...]]:
    """The grades that a line names by themselves: `lớp 6`, `khối 7`, `lớp Ba`, `Grade 6`, `6th grade`."""
    for at, word in enumerate(words):
        key = fold(word.shown)
        if key in {"lop", "khoi", "grade", "grades"}:
            before = fold(words[at - 1].shown) if at else ""
            goes_on = at >= 2 and before in _JOINTS and words[at - 2].shown.isdigit()
            if before in NOT_A_GRADE_BEFORE or goes_on:
                continue
            if key == "grade" and at >= 2 and fold(words[at - 1].shown) in _ORDINAL:
                found = _one(words[at - 2].shown)
            else:
                found = _span(words, at + 1, takes_words=key != "khoi")
            if found:
                yield found


def _span(words: Sequence[_Word], at: int, *, takes_words: bool) -> tuple[int, ...]:
    """The grades that begin at a place: one, `6 và 7`, `10, 11, 12`; none where something else is counted."""
    first, at = _number(words, at, takes_words=takes_words)
    if not first:
        return ()
    found = list(first)
    while at + 1 < len(words) and (joint := fold(words[at].shown)) in _JOINTS:
        skipped = fold(words[at + 1].shown) in {"lop", "grade"}
        more, at = _number(words, at + 1 + skipped, takes_words=False)
        if not more or more[0] <= found[-1]:
            break
        found += range(found[-1] + 1, more[0]) if joint in _RANGES else ()
        found += more
    return tuple(found)


def _number(words: Sequence[_Word], at: int, *, takes_words: bool) -> tuple[tuple[int, ...], int]:
    if at >= len(words):
        return (), at
    after = at + 1
    found = _listed(words[at].shown)
    if not found and takes_words:
        key = fold(words[at].shown)
        following = fold(words[after].shown) if after < len(words) else ""
        if key == "muoi" and following in {"mot", "hai"}:
            found, after = (10 + NUMBER_WORDS[following],), after + 1
        elif key in NUMBER_WORDS and following not in NOT_A_GRADE_WORD:
            found = (NUMBER_WORDS[key],)
    if found and after < len(words) and fold(words[after].shown) in COUNTED:
        return (), after
    return found, after


def _listed(digits: str) -> tuple[int, ...]:
    """A grade, or several written without a space between: `10,11,12`."""
    found = [grade for part in digits.split(",") for grade in _one(part)]
    is_rising = len(found) == digits.count(",") + 1 and found == sorted(set(found))
    return tuple(found) if is_rising else ()


def _one(digits: str) -> tuple[int, ...]:
    """A grade out of digits, `06` too."""
    if digits.isascii() and digits.isdigit() and len(digits) <= 2 and 1 <= int(digits) <= 12:
        return (int(digits),)
    return ()
