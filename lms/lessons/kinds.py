"""The hook for kinds of activity: what a kind must know, and the registry all kinds, ours too, are entered in.

`questions` has its bridge in `question_kind.py`; rooms above (quizzes, packages) register theirs the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from werkzeug.datastructures import MultiDict

from lms.core.actor import Actor
from lms.core.errors import Invalid
from lms.core.i18n import LazyText, _l
from lms.courses.models import Course
from lms.lessons.models import Activity
from lms.lessons.snapshots import FrozenActivity


@dataclass(frozen=True, slots=True)
class FreezeContext:
    """What freezing may need: who publishes, into which course, how Markdown is rendered, the library's pinned items."""

    actor: Actor
    course: Course
    render: Callable[[str], str]
    pinned: Mapping[str, Any]


class ActivityKind(Protocol):
    """One kind of activity. `scored` kinds complete by answering, the others when the learner moves on."""

    name: str
    label: LazyText
    icon: str
    scored: bool
    needs_pin: bool
    template: str
    edit_template: str

    def read_form(self, form: MultiDict[str, str]) -> dict[str, Any]:
        """Return the draft data that an editor's form says."""
        ...

    def parse(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return draft data in shape and within limits; it may still be unfinished. Raises Invalid."""
        ...

    def freeze(self, activity: Activity, context: FreezeContext) -> dict[str, Any]:
        """Return the body for the snapshot, whole and rendered. Raises Invalid while the draft is unfinished."""
        ...

    def points(self, body: Mapping[str, Any]) -> float:
        """Return what the frozen activity counts for; 0 for kinds without a score."""
        ...

    def show(self, activity: FrozenActivity) -> dict[str, Any]:
        """Return what the template needs and a snapshot cannot hold, such as signed addresses."""
        ...


_kinds: dict[str, ActivityKind] = {}


def register_kind(kind: ActivityKind) -> None:
    """Enter a kind; the same name replaces."""
    _kinds[kind.name] = kind


def get_kind(name: str) -> ActivityKind:
    """Return the kind of this name. Raises Invalid for an unknown one."""
    try:
        return _kinds[name]
    except KeyError as error:
        raise Invalid({"kind": _l("This kind of activity is not known here.")}) from error


def list_kinds() -> list[ActivityKind]:
    """Return all kinds in the order in which they were registered."""
    return list(_kinds.values())
