"""Text: Markdown with formulas, tables and code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from lms.core.errors import Invalid
from lms.core.i18n import _l
from lms.lessons.kinds import FreezeContext, register_kind
from lms.lessons.models import Activity
from lms.lessons.snapshots import FrozenActivity

LONGEST = 60_000


class TextKind:
    """Teaching text; rendered once, when published."""

    name = "text"
    label = _l("Text")
    icon = "type"
    scored = False
    needs_pin = False
    template = "lessons/kinds/text.html"
    edit_template = "lessons/editor/kinds/text.html"

    def read_form(self, form: MultiDict[str, str]) -> dict[str, Any]:
        """Return the Markdown of the form."""
        return {"markdown": form.get("markdown", "")}

    def parse(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the Markdown within its limit."""
        text = str(data.get("markdown") or "").replace("\r\n", "\n").replace("\x00", "")
        if len(text) > LONGEST:
            raise Invalid({"markdown": _l("This text is too long. Split it into two activities.")})
        return {"markdown": text}

    def freeze(self, activity: Activity, context: FreezeContext) -> dict[str, Any]:
        """Return the HTML of the text."""
        text = str(activity.data.get("markdown", ""))
        if not text.strip():
            raise Invalid({"markdown": _l("This text is empty. Write it or remove it.")})
        return {"html": context.render(text)}

    def points(self, body: Mapping[str, Any]) -> float:
        """Reading has no score."""
        return 0.0

    def show(self, activity: FrozenActivity) -> dict[str, Any]:
        """Everything is in the snapshot."""
        return {}


register_kind(TextKind())
