"""What pages show of an item's reviews: what is open, what was said, which circles need one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from content_store import differences
from content_store.models import Version
from lms.core.actor import Actor
from lms.core.i18n import LazyText, _l
from lms.library.door import open_store
from lms.library.review.models import ReviewSubmission
from lms.library.review.permissions import is_own
from lms.library.review.queries import (
    Said,
    approvers_of,
    list_history,
    may_decide,
    may_know_history,
)
from lms.library.review.rules import reviewed_scopes
from lms.library.versions import NAMES, Row, say_difference, say_fact

STEP_WORDS: dict[str, LazyText] = {
    "submitted": _l("submitted it"),
    "assigned": _l("gave it to a reviewer"),
    "commented": _l("commented"),
    "changes": _l("asked for changes"),
    "approved": _l("approved it"),
    "rejected": _l("rejected it"),
    "withdrawn": _l("took it back"),
    "superseded": _l("closed it with a newer version"),
    "published": _l("The review is done: it is published."),
}
STATE_WORDS: dict[str, LazyText] = {
    "open": _l("Waits for review"),
    "changes": _l("Changes asked for"),
    "approved": _l("Approved"),
    "rejected": _l("Rejected"),
    "withdrawn": _l("Withdrawn by its author"),
    "superseded": _l("Replaced by a newer version"),
}
STATE_BADGES = {"open": "warn", "changes": "info", "approved": "ok", "rejected": "danger"}


@dataclass(frozen=True, slots=True)
class ReviewState:
    """An item's reviews as one person may see them."""

    waiting: ReviewSubmission | None
    approvals: int
    history: Sequence[Said]
    scopes: frozenset[str]
    can_decide: bool
    is_own: bool

    @property
    def shown(self) -> ReviewSubmission | None:
        """What is open, else what was closed last."""
        return self.waiting or (self.history[0].submission if self.history else None)

    @property
    def words(self) -> str:
        """How the shown one stands, in words."""
        return str(STATE_WORDS[self.shown.state]) if self.shown else ""

    @property
    def badge(self) -> str:
        """The kind of badge for it."""
        return STATE_BADGES.get(self.shown.state, "") if self.shown else ""


def review_state(actor: Actor, version: Version, *, with_scopes: bool = True) -> ReviewState | None:
    """Return an item's reviews; None for readers, whom they do not concern, at no query."""
    if not may_know_history(actor, version):
        return None
    history = list_history(actor, version.item.uuid)
    waiting = next((said.submission for said in history if said.submission.state == "open"), None)
    return ReviewState(
        waiting=waiting,
        approvals=len(approvers_of(waiting)) if waiting else 0,
        history=history,
        scopes=reviewed_scopes(actor, version) if with_scopes else frozenset(),
        can_decide=waiting is not None and may_decide(actor, waiting),
        is_own=waiting is not None and is_own(actor, waiting),
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """A submission beside what is published now."""

    before: Version | None
    fields: Sequence[Row]
    files: Sequence[differences.FileDifference]
    text: differences.TextDifference | None


def compare_with_published(version: Version) -> Comparison:
    """Return what changed since the version that is published; everything is new where none is."""
    number = version.item.published_number
    if number is None or number == version.number:
        return Comparison(None, _said_of(version), (), None)
    before = open_store().get(version.item.uuid, number)
    fields = [say_difference(one) for one in differences.compare_metadata(before, version)]
    files = differences.compare_files(before, version)
    text = differences.compare_text(before.text(), version.text()) if files else None
    return Comparison(before, fields, files, text)


def _said_of(version: Version) -> list[Row]:
    rows = [Row(str(words), "", say_fact(name, getattr(version, name))) for name, words in NAMES.items()]
    return [row for row in rows if row.after]
