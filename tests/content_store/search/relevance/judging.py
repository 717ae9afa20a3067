"""How well each record answers each question, and what a ranking is worth by that.

`queries.txt` holds the questions, the need behind each and the rules that were checked by reading (README.md);
`overrides.txt` the pooled records whose reading said otherwise; `judgments.tsv` is what came of both for every pooled
record, the data the tests count with.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from tests.content_store.search.relevance.records import HERE, Record

LOT = "ben-hoc relevance 2026"
RULE = re.compile(r"(?P<name>=?[\w-]+)(/(?P<part>\d+))?(:(?P<kinds>[\w,-]+))?(@(?P<grade>\d+))?")


@dataclass(frozen=True)
class Question:
    """What a teacher typed, what for, and the rules by which records answer it."""

    number: int
    text: str
    need: str
    rules: tuple[str, ...]

    @property
    def key(self) -> str:
        """The name of the question in the data."""
        return f"q{self.number:03}"


@dataclass(frozen=True)
class Wanted:
    """A rule that was read: which records it speaks of."""

    name: str
    part: int | None
    kinds: tuple[str, ...]
    grade: int | None

    def names(self, record: Record) -> bool:
        """Tell whether the record is one of the topic (or the very record) the rule names."""
        return f"={record.key}" == self.name or record.topic == self.name


def questions() -> list[Question]:
    """Read the questions."""
    return read_questions("queries.txt", 1)


def practice() -> list[Question]:
    """Read the practice questions: to tune with, judged by the rules alone (`by_rules`), no pool and no overrides.

    They are numbered from 1001, so that nothing known of a judged question is taken for one of these. The two
    whose rules name nothing but sample chapters have no answer where the samples are not there.
    """
    return read_questions("practice.txt", 1001)


def read_questions(name: str, first: int) -> list[Question]:
    """Read the questions of a file, numbered from `first`."""
    lines = [line for line in (HERE / name).read_text("utf-8").splitlines() if line[:1] != "#"]
    found = []
    for number, line in enumerate(lines, first):
        text, need, rules = (part.strip() for part in line.split(" | "))
        found.append(Question(number, text, need, tuple(rule.strip() for rule in rules.split(";"))))
    return found


def halves() -> tuple[list[Question], list[Question]]:
    """Return the questions to tune with and those held out, drawn by a lot whose seed is fixed."""
    drawn = sorted(questions(), key=lambda one: hashlib.sha256(f"{LOT}/{one.text}".encode()).hexdigest())
    return drawn[: len(drawn) // 2], drawn[len(drawn) // 2 :]


def by_rules(question: Question, record: Record) -> int:
    """Return how well a record answers a question: 0 to 3, the best any rule says."""
    return max(worth(*rule.split(maxsplit=1), record) for rule in question.rules)


def worth(letter: str, rest: str, record: Record) -> int:
    """Return what one rule says of a record."""
    level, rest = (int(rest[0]), rest[2:]) if letter == "R" else (0, rest)
    wanted = read_rule(rest)
    if record.kind == "thi" or (letter == "E" and record.kind == "de-kiem-tra"):
        return of_exam(letter, wanted, record)
    if letter == "E" or not wanted.names(record):
        return 0
    if letter == "R":
        return level if fits(wanted, record) else 0
    return {"T": of_topic, "A": of_part, "K": of_kind}[letter](wanted, record)


def read_rule(rule: str) -> Wanted:
    """Read the part of a rule that says which records."""
    found = RULE.fullmatch(rule)
    if not found:
        raise ValueError(rule)
    part, grade, kinds = found["part"], found["grade"], found["kinds"]
    return Wanted(
        found["name"],
        int(part) if part else None,
        tuple(kinds.split(",")) if kinds else (),
        int(grade) if grade else None,
    )


def fits(wanted: Wanted, record: Record) -> bool:
    """Tell whether everything the rule asks holds."""
    return (
        wanted.part in (None, record.aspect)
        and (not wanted.kinds or record.kind in wanted.kinds)
        and wanted.grade in (None, record.grade)
    )


def of_topic(wanted: Wanted, record: Record) -> int:
    """A whole topic was asked for: a part of it is good, another grade little."""
    if wanted.grade not in (None, record.grade):
        return 1
    return 2 if record.aspect else 3


def of_part(wanted: Wanted, record: Record) -> int:
    """A part of a topic was asked for: the whole has it too, another part is only near."""
    if record.aspect == wanted.part:
        return 3
    return 1 if record.aspect else 2


def of_kind(wanted: Wanted, record: Record) -> int:
    """A kind of material was asked for: of that kind it is good, of another it helps a little."""
    if record.kind not in wanted.kinds or wanted.grade not in (None, record.grade):
        return 1
    return 2 if record.aspect else 3


def of_exam(letter: str, wanted: Wanted, record: Record) -> int:
    """An exam answers who asks for exams; who asks for a topic finds some questions in it."""
    if letter == "E":
        if record.subject != wanted.name or record.grade != wanted.grade:
            return 0
        return 3 if record.kind == "thi" and wanted.part in (None, int(record.key[-1])) else 1
    fits_grade = wanted.grade in (None, record.grade)
    return int(letter == "T" and wanted.name in record.covers and fits_grade)


def judgments() -> dict[str, dict[str, int]]:
    """Read the data: question → pooled record → 0 to 3; what no pool held was never judged and counts as 0."""
    found: dict[str, dict[str, int]] = {}
    for line in (HERE / "judgments.tsv").read_text("utf-8").splitlines():
        question, record, level = line.split("\t")
        found.setdefault(question, {})[record] = int(level)
    return found


def overrides() -> dict[tuple[str, str], int]:
    """Read where reading a pooled record said otherwise than the rules: question, record, level, why."""
    found = {}
    for line in (HERE / "overrides.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            question, record, level, _why = line.split(maxsplit=3)
            found[question, record] = int(level)
    return found


def judge(question: Question, record: Record, read: dict[tuple[str, str], int]) -> int:
    """Judge one record for one question: what reading it said, else what the rules say."""
    return read.get((question.key, record.key), by_rules(question, record))


def ndcg10(ranking: Sequence[str], levels: dict[str, int]) -> float:
    """Return what the first ten are worth beside the best possible ten (gain 2^level - 1)."""
    best = sorted(levels.values(), reverse=True)
    return gain([levels.get(key, 0) for key in ranking]) / gain(best)


def gain(levels: Sequence[int]) -> float:
    """Return the discounted gain of the first ten."""
    return sum((2**level - 1) / math.log2(at + 2) for at, level in enumerate(levels[:10]))
