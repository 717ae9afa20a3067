"""How a question looks to the one who answers it: which choices are marked, what is told, what is left. Pure values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lms.lessons.models import DONE
from lms.lessons.question_kind import frozen_spec
from lms.lessons.seats import OwnProgress
from lms.lessons.snapshots import FrozenActivity
from lms.questions.grading import Mark, Response, numbers_in, plain_text
from lms.questions.specs import CHOICE_KINDS, MULTIPLE, NUMERIC, QuestionSpec


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One choice on the page. `mark` is '', 'right', 'missed', 'first_wrong', 'wrong' or 'off'."""

    id: str
    letter: str
    html: str
    mark: str
    checked: bool
    feedback_html: str


@dataclass(frozen=True, slots=True)
class QuestionState:
    """Everything the template shows of a question. Nothing about the answer stands here before it may be told."""

    kind: str
    prompt_html: str
    choices: tuple[ChoiceView, ...]
    is_choice: bool
    takes_many: bool
    unit: str
    tries: int
    tries_left: int | None
    is_settled: bool
    is_correct: bool
    score: float | None
    points: float
    first_text: str
    last_text: str
    expected: str
    explanation_html: str

    @property
    def is_tried(self) -> bool:
        """True after the first answer."""
        return self.tries > 0


@dataclass(frozen=True, slots=True)
class Tries:
    """The tries so far, wherever they are kept: choices of each try, or the first and last text."""

    chosen: tuple[frozenset[str], ...] = ()
    first_text: str = ""
    last_text: str = ""
    count: int = 0
    is_settled: bool = False
    is_correct: bool = False
    score: float | None = None


def recorded_tries(progress: OwnProgress | None, texts: dict[int, str]) -> Tries:
    """Return the tries that progress remembers; `texts` by statement id."""
    if progress is None or progress.tries == 0:
        return Tries(is_settled=progress is not None and progress.status == DONE)
    chosen = tuple(frozenset(filter(None, given.split(","))) for given in progress.tried.split(";"))
    return Tries(
        chosen=chosen,
        first_text=texts.get(progress.first_statement_id or 0, ""),
        last_text=texts.get(progress.last_statement_id or 0, ""),
        count=progress.tries,
        is_settled=progress.status == DONE,
        is_correct=bool(progress.is_correct),
        score=progress.score,
    )


def guest_tries(response: Response, mark: Mark) -> Tries:
    """Return a single try that nobody records. A guest is told at once whether it was right."""
    return Tries(
        chosen=(frozenset(response.choices),),
        first_text=response.text,
        last_text=response.text,
        count=1,
        is_settled=mark.correct,
        is_correct=mark.correct,
        score=mark.score,
    )


def show_question(activity: FrozenActivity, tries: Tries) -> QuestionState:
    """Return what the page may show of a question after `tries`."""
    spec, body = frozen_spec(activity), activity.body
    left = None if spec.tries == 0 else max(0, spec.tries - tries.count)
    told = tries.is_settled
    return QuestionState(
        kind=spec.kind,
        prompt_html=body["prompt_html"],
        choices=_choices(spec, body, tries),
        is_choice=spec.kind in CHOICE_KINDS,
        takes_many=spec.kind == MULTIPLE,
        unit=spec.unit,
        tries=tries.count,
        tries_left=left,
        is_settled=told,
        is_correct=tries.is_correct,
        score=tries.score,
        points=float(spec.points),
        first_text=tries.first_text if _differs(spec, tries) else "",
        last_text=tries.last_text,
        expected=_expected(spec) if told and not tries.is_correct else "",
        explanation_html=body["explanation_html"] if told else "",
    )


def _choices(spec: QuestionSpec, body: dict[str, Any], tries: Tries) -> tuple[ChoiceView, ...]:
    first = tries.chosen[0] if tries.chosen else frozenset()
    ever = frozenset().union(*tries.chosen)
    last = tries.chosen[-1] if tries.chosen else frozenset()
    found = []
    for index, choice in enumerate(spec.choices):
        mark = ""
        if choice.id in ever and not choice.correct:
            mark = "first_wrong" if choice.id in first else "wrong"
        elif tries.is_settled:
            mark = ("right" if choice.id in last else "missed") if choice.correct else "off"
        found.append(
            ChoiceView(
                id=choice.id,
                letter="ABCDEFGHIJKL"[index],
                html=body["choices_html"].get(choice.id, ""),
                mark=mark,
                checked=choice.id in last and choice.correct and not tries.is_settled,
                feedback_html=body["feedback_html"].get(choice.id, "")
                if choice.id in ever or mark == "right"
                else "",
            )
        )
    return tuple(found)


def _differs(spec: QuestionSpec, tries: Tries) -> bool:
    """Tell whether the first written answer was another one than the last."""
    first, last = tries.first_text, tries.last_text
    if spec.kind == NUMERIC:
        return numbers_in(first, spec.unit) != numbers_in(last, spec.unit)
    return plain_text(first) != plain_text(last)


def _expected(spec: QuestionSpec) -> str:
    if spec.kind == NUMERIC:
        return f"{spec.answer:f} {spec.unit}".strip()
    return spec.accepted[0] if spec.accepted else ""
