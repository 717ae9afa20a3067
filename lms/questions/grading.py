"""Grading: pure, the same for lessons, previews and quizzes. `grade(spec, response) -> Mark`.

Rules. Single and true/false: all or nothing. Multiple: (right ones chosen - wrong ones chosen) / right ones, never
below zero; correct only when exactly the right ones are chosen. Short text: equal to an accepted answer, without
regard to case, spaces, closing punctuation, and the two ways of placing a tone mark (hòa, hoà); without tone marks only
where the question allows it. Numeric: within the tolerance; 8,5 and 8.5 are the same number, 2/3 is a number, a unit
may be left out but not be wrong.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, DivisionByZero, InvalidOperation, localcontext

from lms.core.errors import Invalid
from lms.core.i18n import _l
from lms.questions.specs import CHOICE_KINDS, MULTIPLE, NUMERIC, QuestionSpec

LONGEST_ANSWER = 500


@dataclass(frozen=True, slots=True)
class Response:
    """What someone answered: the ids of choices, or a text."""

    choices: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """How good a response was: `score` from 0 to 1, whether it is fully `correct`, and which choices it named."""

    score: float
    correct: bool
    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()


def check_response(spec: QuestionSpec, response: Response) -> Response:
    """Return the response as it counts (known choices, NFC text). Raises Invalid when it answers nothing."""
    if spec.kind in CHOICE_KINDS:
        known = {choice.id for choice in spec.choices}
        chosen = tuple(sorted(set(response.choices)))
        if not chosen or not known.issuperset(chosen) or (spec.kind != MULTIPLE and len(chosen) > 1):
            raise Invalid({"answer": _l("Choose an answer first, then check it.")})
        return Response(choices=chosen)
    text = unicodedata.normalize("NFC", response.text).replace("\x00", "").strip()
    if not text:
        raise Invalid({"answer": _l("Write an answer first, then check it.")})
    if len(text) > LONGEST_ANSWER:
        raise Invalid({"answer": _l("This answer is too long. Shorten it, then check it again.")})
    if spec.kind == NUMERIC and not numbers_in(text, spec.unit) and not re.search(r"\d", text):
        raise Invalid({"answer": _l("Write a number, such as 8.5.")})
    return Response(text=text)


def grade(spec: QuestionSpec, response: Response) -> Mark:
    """Return the mark of a checked response."""
    if spec.kind in CHOICE_KINDS:
        return _grade_choices(spec, frozenset(response.choices))
    if spec.kind == NUMERIC:
        correct = _is_near(spec, response.text)
    else:
        correct = _is_accepted(spec, response.text)
    return Mark(float(correct), correct)


def numbers_in(text: str, unit: str = "") -> tuple[Decimal, ...]:
    """Return every number that `text` may mean; empty when it is none.

    1.234 is read both ways (a thousand in Vietnamese, one and a bit in English): a pupil never loses a point to a
    separator.
    """
    bare = _without_unit(unicodedata.normalize("NFKC", text).strip(), unit)
    bare = re.sub(r"\s", "", bare).replace("−", "-").replace("–", "-").replace("⁄", "/")
    if bare.count("/") == 1:
        above, below = bare.split("/")
        return _quotients(_readings(above), _readings(below))
    return _readings(bare)


def plain_text(text: str, *, unaccented: bool = False) -> str:
    """Return `text` as it is compared: one case, single spaces, one way of placing tone marks."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())
    folded = " ".join(folded.split()).strip(" .!?;:")
    if unaccented:
        letters = unicodedata.normalize("NFD", folded.replace("đ", "d"))
        return "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _TONE_PAIRS.sub(lambda pair: _move_tone(pair[0]), folded)


_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TONE_PAIRS = re.compile("[ou][àáảãạèéẻẽẹỳýỷỹỵ]")


def _move_tone(pair: str) -> str:
    """Move the tone from the second vowel to the first: oà becomes òa; both sides of a comparison pass here."""
    first, second = pair[0], unicodedata.normalize("NFD", pair[1])
    tone = next((letter for letter in second if letter in _TONES), "")
    return unicodedata.normalize("NFC", first + tone + second.replace(tone, ""))


def _grade_choices(spec: QuestionSpec, chosen: frozenset[str]) -> Mark:
    right, wrong = chosen & spec.correct_ids, chosen - spec.correct_ids
    correct = chosen == spec.correct_ids
    score = float(correct)
    if spec.kind == MULTIPLE:
        score = max(0.0, round((len(right) - len(wrong)) / len(spec.correct_ids), 4))
    return Mark(score, correct, tuple(sorted(right)), tuple(sorted(wrong)))


def _is_accepted(spec: QuestionSpec, text: str) -> bool:
    if plain_text(text) in {plain_text(accepted) for accepted in spec.accepted}:
        return True
    if not spec.unaccented:
        return False
    bare = plain_text(text, unaccented=True)
    return bare in {plain_text(accepted, unaccented=True) for accepted in spec.accepted}


def _is_near(spec: QuestionSpec, text: str) -> bool:
    target = spec.answer if spec.answer is not None else Decimal(0)
    slack = spec.tolerance + Decimal("1e-12")
    return any(abs(number - target) <= slack for number in numbers_in(text, spec.unit))


def _without_unit(text: str, unit: str) -> str:
    wanted = unicodedata.normalize("NFKC", unit).strip()
    if wanted and text.casefold().endswith(wanted.casefold()):
        return text[: len(text) - len(wanted)].strip()
    return text


def _readings(text: str) -> tuple[Decimal, ...]:
    if not re.fullmatch(r"[+-]?\d[\d.,]*|[+-]?[.,]\d+", text):
        return ()
    marks = set(re.findall(r"[.,]", text))
    found: list[str] = []
    if not marks:
        found = [text]
    elif len(marks) == 2:
        last = max(text.rfind("."), text.rfind(","))
        whole, part = text[:last], text[last + 1 :]
        group = "." if text[last] == "," else ","
        if part.isdigit() and re.fullmatch(rf"[+-]?\d{{1,3}}(?:{re.escape(group)}\d{{3}})+", whole):
            found = [f"{whole.replace(group, '')}.{part}"]
    else:
        mark = marks.pop()
        if text.count(mark) == 1:
            found = [text.replace(mark, ".")]
        if re.fullmatch(rf"[+-]?[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+", text):
            found.append(text.replace(mark, ""))
    return tuple(Decimal(number) for number in found)


def _quotients(above: tuple[Decimal, ...], below: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    found = []
    with localcontext(prec=40):
        for top in above:
            for bottom in below:
                try:
                    found.append(top / bottom)
                except (DivisionByZero, InvalidOperation):
                    continue
    return tuple(found)
