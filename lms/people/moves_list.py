"""Lists of moves: who (pupil code or user name) goes to which class. Said line by line before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from lms.core.actor import Actor
from lms.core.db import db, write
from lms.core.errors import Invalid, NotAllowed, Refusal
from lms.core.i18n import _
from lms.core.vietnamese import fold
from lms.orgs.models import Org
from lms.orgs.queries import within
from lms.people.imports_columns import KNOWN
from lms.people.imports_plan import CODE_KIND
from lms.people.imports_reading import Line, read_table
from lms.people.models import User
from lms.people.moves import can_move, list_class_places, plan_move
from lms.people.queries import find_user, find_user_by_external_id


@dataclass(frozen=True, slots=True)
class MoveStep:
    """What becomes of one line; `error` says why nothing does."""

    number: int
    user: User | None = None
    source: Org | None = None
    target: Org | None = None
    error: str = ""


def plan_list(actor: Actor, org: Org, data: bytes) -> list[MoveStep]:
    """Return what the list would do at the school `org`. Changes nothing. Raises Invalid for a list without columns."""
    lines = read_table(data)
    head = (
        {KNOWN.get(fold(cell).strip(), ""): place for place, cell in enumerate(lines[0][1])} if lines else {}
    )
    if "class_name" not in head or not {"pupil_code", "login"} & set(head):
        raise Invalid(
            {"file": _("The list needs a column for the new class and one for pupil code or user name.")}
        )
    query = select(Org).where(within(org.lineage), Org.kind == "class", Org.closed_on.is_(None))
    classes: dict[str, list[Org]] = {}
    for one in db.session.scalars(query):
        classes.setdefault(fold(one.name).strip(), []).append(one)
    return [_plan_line(actor, line, head, classes) for line in lines[1:]]


def _plan_line(actor: Actor, line: Line, head: dict[str, int], classes: dict[str, list[Org]]) -> MoveStep:
    number, cells = line
    said = {name: cells[place] if place < len(cells) else "" for name, place in head.items()}
    code, login = said.get("pupil_code", ""), said.get("login", "")
    user = find_user_by_external_id(CODE_KIND, code) if code else find_user(login)
    places = list_class_places(user) if user is not None else []
    here = [one for one in places if any(one in found for found in classes.values())]
    if user is None or not here:
        return MoveStep(number, error=str(_("No pupil of a class here has this code or user name.")))
    targets = classes.get(fold(said["class_name"]).strip(), [])
    if len(targets) != 1:
        return MoveStep(number, user, error=str(_("No class here, or more than one, has this name.")))
    if not can_move(actor, here[0], targets[0]):
        return MoveStep(number, user, error=str(NotAllowed.default))
    return MoveStep(number, user, here[0], targets[0])


def move_list(actor: Actor, steps: Sequence[MoveStep], *, on: date | None) -> list[MoveStep]:
    """Make the moves, each in a write of its own; return the steps with what went wrong."""
    done = []
    for step in steps:
        if step.error or step.user is None or step.source is None:
            done.append(step)
            continue
        try:
            with write():
                plan_move(actor, step.user, step.source, step.target, on=on)
            done.append(step)
        except Refusal as refusal:
            fields = getattr(refusal, "fields", {})
            words = " ".join(str(text) for text in fields.values()) or str(refusal)
            done.append(MoveStep(step.number, step.user, step.source, step.target, words))
    return done
