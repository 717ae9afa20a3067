"""What a question asks: parse and check plain data into a frozen `QuestionSpec`, and back.

Pure. Texts are Markdown here; `freeze` turns them into HTML once, when a lesson is published.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from lms.core.errors import Invalid
from lms.core.i18n import _l

SINGLE, MULTIPLE, TRUE_FALSE, SHORT_TEXT, NUMERIC = (
    "single",
    "multiple",
    "true_false",
    "short_text",
    "numeric",
)
KINDS = (SINGLE, MULTIPLE, TRUE_FALSE, SHORT_TEXT, NUMERIC)
CHOICE_KINDS = frozenset({SINGLE, MULTIPLE, TRUE_FALSE})
LETTERS = "abcdefghijklmnop"
MOST_CHOICES, MOST_ACCEPTED, MOST_TRIES, MOST_POINTS = 12, 20, 10, 100
LONGEST_TEXT, LONGEST_CHOICE, LONGEST_ACCEPTED = 8000, 2000, 200


@dataclass(frozen=True, slots=True)
class Choice:
    """One option; `id` survives reordering, so that recorded answers keep their meaning."""

    id: str
    text: str
    correct: bool
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class QuestionSpec:
    """Everything needed to ask and to grade one question.

    `accepted` is for short text, `answer`, `tolerance` and `unit` for numeric. `unaccented` lets a short text
    without tone marks count. `tries` 0 means without limit.
    """

    kind: str
    prompt: str
    choices: tuple[Choice, ...] = ()
    accepted: tuple[str, ...] = ()
    unaccented: bool = False
    answer: Decimal | None = None
    tolerance: Decimal = Decimal(0)
    unit: str = ""
    tries: int = 2
    points: int = 1
    explanation: str = ""

    @property
    def correct_ids(self) -> frozenset[str]:
        """The choices that are right."""
        return frozenset(choice.id for choice in self.choices if choice.correct)


def parse_spec(data: Mapping[str, Any]) -> QuestionSpec:
    """Return the question that `data` describes. Raises Invalid, naming every field that needs another look."""
    errors: dict[str, Any] = {}
    kind = str(data.get("kind", ""))
    if kind not in KINDS:
        raise Invalid({"kind": _l("Choose a kind of question.")})
    prompt = _text(data.get("prompt"), LONGEST_TEXT, "prompt", errors)
    if not prompt:
        errors["prompt"] = _l("Write the question.")
    spec = QuestionSpec(
        kind=kind,
        prompt=prompt,
        choices=_choices(kind, data, errors) if kind in CHOICE_KINDS else (),
        accepted=_accepted(data, errors) if kind == SHORT_TEXT else (),
        unaccented=bool(data.get("unaccented")),
        answer=_decimal(data.get("answer"), "answer", errors) if kind == NUMERIC else None,
        tolerance=_decimal(data.get("tolerance") or 0, "tolerance", errors)
        if kind == NUMERIC
        else Decimal(0),
        unit=_text(data.get("unit"), 40, "unit", errors) if kind == NUMERIC else "",
        tries=_whole(data.get("tries", 2), 0, MOST_TRIES, "tries", errors),
        points=_whole(data.get("points", 1), 0, MOST_POINTS, "points", errors),
        explanation=_text(data.get("explanation"), LONGEST_TEXT, "explanation", errors),
    )
    if spec.tolerance < 0:
        errors["tolerance"] = _l("The tolerance cannot be below zero.")
    if errors:
        raise Invalid(errors)
    return spec


def draft_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return `data` in the shape of a question, cut to size but possibly unfinished: what an autosave may keep."""
    kind = str(data.get("kind", SINGLE))
    kept: dict[str, Any] = {"kind": kind if kind in KINDS else SINGLE}
    for field, longest in (("prompt", LONGEST_TEXT), ("explanation", LONGEST_TEXT), ("unit", 40)):
        kept[field] = _text(data.get(field), longest, field, {})
    for field, longest in (("tries", 4), ("points", 4), ("tolerance", 40)):
        if data.get(field) not in (None, ""):
            kept[field] = str(data[field])[:longest]
    if data.get("answer") is not None:
        kept["answer"] = data["answer"] if isinstance(data["answer"], bool) else str(data["answer"])[:40]
    rows = data.get("choices")
    if isinstance(rows, list | tuple):
        kept["choices"] = [_draft_choice(row, index) for index, row in enumerate(rows[:MOST_CHOICES])]
    accepted = data.get("accepted") or ()
    lines = accepted.splitlines() if isinstance(accepted, str) else list(accepted)
    kept["accepted"] = [str(line)[:LONGEST_ACCEPTED] for line in lines[:MOST_ACCEPTED]]
    kept["unaccented"] = bool(data.get("unaccented"))
    return kept


def spec_data(spec: QuestionSpec) -> dict[str, Any]:
    """Return the plain data of `spec`: what is stored, and what `parse_spec` reads back unchanged."""
    data: dict[str, Any] = {
        "kind": spec.kind,
        "prompt": spec.prompt,
        "tries": spec.tries,
        "points": spec.points,
        "explanation": spec.explanation,
    }
    if spec.kind in CHOICE_KINDS:
        data["choices"] = [
            {"id": c.id, "text": c.text, "correct": c.correct, "feedback": c.feedback} for c in spec.choices
        ]
    elif spec.kind == SHORT_TEXT:
        data |= {"accepted": list(spec.accepted), "unaccented": spec.unaccented}
    else:
        data |= {"answer": str(spec.answer), "tolerance": str(spec.tolerance), "unit": spec.unit}
    return data


def spec_digest(spec: QuestionSpec) -> str:
    """Return the SHA-256 of the question's canonical data; equal questions have equal digests."""
    canonical = json.dumps(spec_data(spec), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def freeze_spec(spec: QuestionSpec, render: Callable[[str], str]) -> dict[str, Any]:
    """Return `spec` for a snapshot: its data, and beside every text its HTML made by `render`."""
    return {
        "spec": spec_data(spec),
        "prompt_html": render(spec.prompt),
        "explanation_html": render(spec.explanation) if spec.explanation else "",
        "choices_html": {choice.id: render(choice.text) if choice.text else "" for choice in spec.choices},
        "feedback_html": {choice.id: render(choice.feedback) for choice in spec.choices if choice.feedback},
    }


def _choices(kind: str, data: Mapping[str, Any], errors: dict[str, Any]) -> tuple[Choice, ...]:
    given = data.get("choices")
    if kind == TRUE_FALSE and not given and isinstance(data.get("answer"), bool):
        return (
            Choice("true", "", data["answer"] is True, str(data.get("feedback_true", ""))[:LONGEST_CHOICE]),
            Choice(
                "false", "", data["answer"] is False, str(data.get("feedback_false", ""))[:LONGEST_CHOICE]
            ),
        )
    rows = [row for row in given if isinstance(row, Mapping)] if isinstance(given, list | tuple) else []
    found = tuple(_choice(row, index, kind, errors) for index, row in enumerate(rows[:MOST_CHOICES]))
    right = sum(choice.correct for choice in found)
    if len(found) < 2 or len(rows) > MOST_CHOICES or (kind == TRUE_FALSE and len(found) != 2):
        errors["choices"] = (
            _l("A true or false question has exactly two choices.")
            if kind == TRUE_FALSE
            else _l("Give between 2 and 12 choices.")
        )
    elif len({choice.id for choice in found}) != len(found):
        errors["choices"] = _l("Two choices have the same mark. Remove one of them.")
    elif right == 0:
        errors["choices"] = _l("Mark the right choice.")
    elif kind != MULTIPLE and right > 1:
        errors["choices"] = _l(
            "Only one choice can be right here. For more, choose another kind of question."
        )
    return found


def _choice(row: Mapping[str, Any], index: int, kind: str, errors: dict[str, Any]) -> Choice:
    text = _text(row.get("text"), LONGEST_CHOICE, "choices", errors)
    identifier = str(row.get("id") or LETTERS[index])
    if not identifier.isalnum() or len(identifier) > 8 or not identifier.isascii():
        errors["choices"] = _l("Two choices have the same mark. Remove one of them.")
    if not text and kind != TRUE_FALSE:
        errors["choices"] = _l("A choice has no words. Write it or remove it.")
    feedback = _text(row.get("feedback"), LONGEST_CHOICE, "choices", errors)
    return Choice(identifier[:8], text, bool(row.get("correct")), feedback)


def _draft_choice(row: object, index: int) -> dict[str, Any]:
    given = row if isinstance(row, Mapping) else {}
    return {
        "id": str(given.get("id") or LETTERS[index])[:8],
        "text": _text(given.get("text"), LONGEST_CHOICE, "choices", {}),
        "correct": bool(given.get("correct")),
        "feedback": _text(given.get("feedback"), LONGEST_CHOICE, "choices", {}),
    }


def _accepted(data: Mapping[str, Any], errors: dict[str, Any]) -> tuple[str, ...]:
    given = data.get("accepted")
    lines = given.splitlines() if isinstance(given, str) else list(given or ())
    found = [_text(line, LONGEST_ACCEPTED, "accepted", errors) for line in lines]
    kept = tuple(dict.fromkeys(line for line in found if line))
    if not kept or len(kept) > MOST_ACCEPTED:
        errors["accepted"] = _l("Give between 1 and 20 accepted answers, one a line.")
    return kept


def _text(value: object, longest: int, field: str, errors: dict[str, Any]) -> str:
    text = unicodedata.normalize("NFC", str(value or "")).replace("\x00", "").strip()
    if len(text) > longest:
        errors[field] = _l("This is too long. Shorten it.")
    return text[:longest]


def _decimal(value: object, field: str, errors: dict[str, Any]) -> Decimal:
    try:
        number = Decimal(str(value).strip().replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) > Decimal(10) ** 15:
        errors[field] = _l("Write a number, such as 8.5.")
        return Decimal(0)
    return number


def _whole(value: object, least: int, most: int, field: str, errors: dict[str, Any]) -> int:
    try:
        number = int(str(value).strip())
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        errors[field] = _l("Write a whole number within the limits.")
        return least
    return number
