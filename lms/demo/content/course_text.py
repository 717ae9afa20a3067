"""Reads the course text format: Markdown blocks opened by lines that begin with `@`.

A plain format of our own, because a teacher should be able to correct a lesson without meeting Python:

    @unit Title
    @lesson slug | Title            then `goal:`, `minutes:`, `free:` lines
    @text Title                     then Markdown
    @image item-slug | Title        (or @audio @video @document), then a note
    @question kind | Title | tries 2 | points 1

A question is its prompt, then `[x] choice :: feedback` and `[ ] choice :: feedback`, or `= accepted` lines
(numeric: `= 2.5 ± 0.1 kg`), then the explanation, each line of it after `> `.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lms.demo.content.model import (
    DemoActivity,
    DemoChoice,
    DemoLesson,
    DemoQuestion,
    DemoUnit,
    ItemBlock,
    QuestionBlock,
    TextBlock,
)

MEDIA = ("image", "audio", "video", "document")
NUMERIC = re.compile(r"^(-?[0-9.]+)(?: ± ([0-9.]+))?(?: (.+))?$")


@dataclass(frozen=True)
class _Block:
    """One `@` line and the lines under it."""

    kind: str
    head: str
    body: str


class CourseTextError(ValueError):
    """The text breaks the format; the message quotes the line."""


def parse_units(text: str) -> tuple[DemoUnit, ...]:
    """Turn course text into units of lessons of activities."""
    units: list[tuple[str, list[DemoLesson]]] = []
    lesson: _Block | None = None
    activities: list[DemoActivity] = []

    def close() -> None:
        if lesson is not None:
            units[-1][1].append(_lesson(lesson, tuple(activities)))

    for block in _blocks(text):
        if block.kind in ("unit", "lesson"):
            close()
            lesson, activities = None, []
            if block.kind == "unit":
                units.append((block.head, []))
            else:
                lesson = block
        else:
            activities.append(_activity(block))
    close()
    return tuple(DemoUnit(title, tuple(lessons)) for title, lessons in units)


def parse_fields(text: str) -> dict[str, str]:
    """Read `name: value` lines."""
    pairs = (line.split(":", 1) for line in text.splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, value in pairs}


def _blocks(text: str) -> Iterator[_Block]:
    for part in re.split(r"^@", text, flags=re.MULTILINE)[1:]:
        first, _, body = part.partition("\n")
        kind, _, head = first.partition(" ")
        yield _Block(kind, head.strip(), body.strip())


def _lesson(block: _Block, activities: tuple[DemoActivity, ...]) -> DemoLesson:
    slug, title = _split(block.head, 2)
    fields = parse_fields(block.body)
    return DemoLesson(
        slug, title, fields["goal"], int(fields["minutes"]), fields.get("free") == "yes", activities
    )


def _activity(block: _Block) -> DemoActivity:
    if block.kind == "text":
        return TextBlock(block.head, block.body)
    if block.kind in MEDIA:
        slug, title = _split(block.head, 2)
        return ItemBlock(block.kind, slug, title, block.body)  # type: ignore[arg-type]
    if block.kind == "question":
        return _question(block)
    raise CourseTextError(f"unknown block: @{block.kind} {block.head}")


def _question(block: _Block) -> QuestionBlock:
    kind, title, *options = (part.strip() for part in block.head.split("|"))
    numbers = dict(option.split() for option in options)
    prompt: list[str] = []
    choices: list[DemoChoice] = []
    answers: list[str] = []
    explanation: list[str] = []
    for line in block.body.splitlines():
        if line.startswith(("[x] ", "[ ] ")):
            choices.append(_choice(line))
        elif line.startswith("= "):
            answers.append(line[2:].strip())
        elif line.startswith(">"):
            explanation.append(line[1:].strip())
        else:
            prompt.append(line)
    answer, tolerance, unit = _number(answers[0]) if kind == "numeric" else (None, 0.0, "")
    question = DemoQuestion(
        kind=kind,  # type: ignore[arg-type]
        prompt_markdown="\n".join(prompt).strip(),
        explanation_markdown="\n".join(explanation).strip(),
        choices=tuple(choices),
        accepted=() if kind == "numeric" else tuple(answers),
        answer=answer,
        tolerance=tolerance,
        unit=unit,
        tries=int(numbers.get("tries", "2")),
        points=int(numbers.get("points", "1")),
    )
    return QuestionBlock(title, question)


def _choice(line: str) -> DemoChoice:
    text, _, feedback = line[4:].partition(" :: ")
    return DemoChoice(text.strip(), line[1] == "x", feedback.strip())


def _number(text: str) -> tuple[float, float, str]:
    match = NUMERIC.match(text)
    if match is None:
        raise CourseTextError(f"not a number: = {text}")
    return float(match[1]), float(match[2] or 0), match[3] or ""


def _split(head: str, count: int) -> list[str]:
    parts = [part.strip() for part in head.split("|")]
    if len(parts) != count:
        raise CourseTextError(f"{count} parts expected: {head}")
    return parts
