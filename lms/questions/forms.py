"""What a learner posts: the answer to a question."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from lms.core.errors import Invalid
from lms.core.i18n import _l
from lms.questions.grading import LONGEST_ANSWER, Response
from lms.questions.specs import MOST_CHOICES


def read_response(form: MultiDict[str, str]) -> Response:
    """Return the posted answer: fields `choice` (repeated) or `answer`. Sizes are limited here already."""
    choices = form.getlist("choice")
    text = form.get("answer", "")
    if len(choices) > MOST_CHOICES or any(len(choice) > 8 for choice in choices):
        raise Invalid({"answer": _l("Choose an answer first, then check it.")})
    if len(text) > 4 * LONGEST_ANSWER:
        raise Invalid({"answer": _l("This answer is too long. Shorten it, then check it again.")})
    return Response(tuple(choices), text)


def read_draft(form: MultiDict[str, str]) -> dict[str, Any]:
    """Return the question that an editor's form describes, still unchecked.

    Fields: kind, prompt, explanation, tries, points; for choices the repeated fields choice_id, choice_text and
    choice_feedback, and `correct` with the ids that are right; accepted (one a line), unaccented; answer, tolerance,
    unit.
    """
    names = ("kind", "prompt", "explanation", "tries", "points", "accepted", "answer", "tolerance", "unit")
    data: dict[str, Any] = {name: form[name] for name in names if name in form}
    data["unaccented"] = form.get("unaccented") in {"1", "on", "true"}
    right = set(form.getlist("correct"))
    texts, notes = form.getlist("choice_text"), form.getlist("choice_feedback")
    if texts:
        data["choices"] = [
            {
                "id": identifier,
                "text": text,
                "correct": identifier in right,
                "feedback": notes[index] if index < len(notes) else "",
            }
            for index, (identifier, text) in enumerate(zip(form.getlist("choice_id"), texts, strict=False))
        ]
    return data
