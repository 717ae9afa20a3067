"""The bridge to `questions`: a question asked in a lesson, kept in the course's bank when it is published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from lms.core.i18n import _l
from lms.lessons.kinds import FreezeContext, register_kind
from lms.lessons.models import Activity
from lms.lessons.snapshots import FrozenActivity
from lms.questions.forms import read_draft
from lms.questions.services import keep_question
from lms.questions.specs import QuestionSpec, draft_data, freeze_spec, parse_spec


class QuestionKind:
    """A question with feedback; its draft is plain data, its published form a version in the bank."""

    name = "question"
    label = _l("Question")
    icon = "circle-help"
    scored = True
    needs_pin = False
    template = "lessons/kinds/question.html"
    edit_template = "lessons/editor/kinds/question.html"

    def read_form(self, form: MultiDict[str, str]) -> dict[str, Any]:
        """Return the question that the editor's form describes."""
        return read_draft(form)

    def parse(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the draft in shape, with the bank's question it belongs to."""
        kept = draft_data(data)
        if data.get("bank"):
            kept["bank"] = str(data["bank"])[:36]
        return kept

    def freeze(self, activity: Activity, context: FreezeContext) -> dict[str, Any]:
        """Keep the question in the bank and return it rendered, with the version asked."""
        spec = parse_spec(activity.data)
        known = activity.data.get("bank")
        question, version = keep_question(
            context.actor, context.course, spec, uuid=UUID(known) if known else None
        )
        if known != str(question.uuid):
            activity.data = {**activity.data, "bank": str(question.uuid)}
        return {"question": f"{question.uuid}@{version.number}", **freeze_spec(spec, context.render)}

    def points(self, body: Mapping[str, Any]) -> float:
        """Return the points of the question."""
        return float(body["spec"]["points"])

    def show(self, activity: FrozenActivity) -> dict[str, Any]:
        """What may be shown depends on the tries, see `question_state`."""
        return {}


def frozen_spec(activity: FrozenActivity) -> QuestionSpec:
    """Return the question that a published activity asks."""
    return parse_spec(activity.body["spec"])


register_kind(QuestionKind())
