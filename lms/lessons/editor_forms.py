"""What the outline builder and the editor post, as plain values. Unknown or broken ids are NotFound."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from lms.core.errors import Invalid, NotFound
from lms.core.i18n import _l
from lms.lessons.kinds import get_kind
from lms.lessons.models import Activity
from lms.lessons.services.editing import About
from lms.questions.specs import LETTERS, MOST_CHOICES, TRUE_FALSE

LEAST_ROWS, MORE_ROWS = 4, 2
TRUE_OR_FALSE = ("true", "false")


def read_uuid(text: str | None) -> UUID:
    """Return the uuid written in a form or an address. Raises NotFound."""
    try:
        return UUID(text or "")
    except ValueError as error:
        raise NotFound() from error


def read_place(form: MultiDict[str, str], *, now_at: int) -> int:
    """Return where to put a row: `place` (0 is first), or `to` being up or down from where it is `now_at`."""
    if form.get("to") in {"up", "down"}:
        return max(0, now_at + (-1 if form["to"] == "up" else 1))
    try:
        return max(0, min(int(form.get("place", "")), 10_000))
    except ValueError as error:
        raise Invalid({"place": _l("Say where it should go.")}) from error


def read_version(form: MultiDict[str, str]) -> int:
    """Return the version the editor had before it; a missing one counts as out of date."""
    text = form.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def read_about(form: MultiDict[str, str]) -> About:
    """Return what a form says of a lesson. Raises Invalid."""
    minutes = form.get("minutes", "").strip()
    if minutes and not (minutes.isdecimal() and len(minutes) < 6):
        raise Invalid({"minutes": _l("Write a number of minutes from 1 to 600.")})
    return About(
        title=" ".join(form.get("title", "").split()),
        goal=form.get("goal", "").strip(),
        minutes=int(minutes) if minutes else None,
        free_preview=form.get("free_preview") in {"1", "on", "true"},
    )


def read_block(activity: Activity, form: MultiDict[str, str]) -> dict[str, Any]:
    """Return the draft data a block's form says; what the form does not hold stays as it was."""
    read = get_kind(activity.kind).read_form(form)
    if activity.kind == "question":
        return arrange_question({**activity.data, **read})
    return read


def arrange_question(data: dict[str, Any]) -> dict[str, Any]:
    """Fit the choices to the kind of question: exactly two for true or false, no empty rows for the others."""
    rows = [row for row in data.get("choices") or () if isinstance(row, dict)]
    if data.get("kind") == TRUE_FALSE:
        known = {row.get("id"): row for row in rows}
        pair = [
            known.get(name) or {"id": name, "text": "", "correct": False, "feedback": ""}
            for name in TRUE_OR_FALSE
        ]
        return {**data, "choices": [{**row, "text": ""} for row in pair]}
    kept = [
        row for row in rows if str(row.get("text") or "").strip() or str(row.get("feedback") or "").strip()
    ]
    kept = [row for row in kept if row.get("id") not in TRUE_OR_FALSE or str(row.get("text") or "").strip()]
    return {**data, "choices": kept}


def choice_rows(data: dict[str, Any], more: int = 0) -> list[dict[str, Any]]:
    """Return the choices to show in the form: those there are, and empty ones to write into."""
    if data.get("kind") == TRUE_FALSE:
        return list(arrange_question(data)["choices"])
    rows: list[dict[str, Any]] = list(arrange_question(data)["choices"])
    wanted = min(MOST_CHOICES, max(LEAST_ROWS, len(rows) + more))
    free = (letter for letter in LETTERS if letter not in {row.get("id") for row in rows})
    while len(rows) < wanted:
        rows.append({"id": next(free), "text": "", "correct": False, "feedback": ""})
    return rows


def new_data(kind: str) -> dict[str, Any]:
    """Return the data a fresh block starts with."""
    return {"kind": "single", "tries": 2, "points": 1} if kind == "question" else {}
