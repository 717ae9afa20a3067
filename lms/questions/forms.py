"""What a learner posts: the answer to a question."""

from __future__ import annotations

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
