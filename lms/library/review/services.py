"""Submitting a version for review, taking it back, deciding on it. The last approval shows the item.

Whoever writes here holds the item's row first, so that an author who changes it and two reviewers who decide at the
same moment come one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from content_store import catalogue, reviewing
from content_store.models import Version
from lms.core.actor import Actor
from lms.core.audit import record_audit
from lms.core.clock import now
from lms.core.db import db
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound, Refusal
from lms.core.events import announce
from lms.core.i18n import _, show_number
from lms.core.jobs import enqueue
from lms.library.door import open_store, saying_refusals
from lms.library.permissions import SCOPES
from lms.library.review.events import AuthorReplied, ReviewAnswered, ReviewAsked
from lms.library.review.models import ReviewStep, ReviewSubmission
from lms.library.review.queries import (
    approvers_of,
    find_open,
    find_version,
    get_submission,
    may_decide,
    select_reviewers,
)
from lms.library.review.rules import Rules, approvals_needed, review_place
from lms.library.sharing import (
    allow_change,
    announce_shown,
    audiences_of,
    check_license,
    home_of,
    scope_of,
    show_to,
)
from lms.people.models import User

VERDICTS = ("approved", "changes", "rejected")
LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Shared:
    """How sharing went: shown at once, or `submission` waits for its review."""

    version: Version
    submission: ReviewSubmission | None = None


def share_item(actor: Actor, uuid: UUID, *, scope: str, note: str = "") -> Shared:
    """Show an item to a circle, or submit it where a review comes first. Raises NotFound, NotAllowed, Invalid, Conflict."""
    version = allow_change(actor, uuid)
    _hold_item(uuid)
    version = open_store().get(uuid)
    audiences_of(scope, home_of(version))
    check_license(version, scope)
    needed, rules = approvals_needed(actor, version, scope)
    if needed:
        return Shared(version, _submit(actor, version, scope, needed, rules, note))
    shown = show_to(version, scope)
    record_audit(actor, "publish", "item", uuid, scope=scope)
    _index_soon()
    return Shared(shown)


def show_again(actor: Actor, version: Version) -> None:
    """Show the new version of a shared item, unless a review comes first; what waits of an older one is closed."""
    waiting = find_open(version.item.uuid)
    if waiting is not None and waiting.number != version.number:
        _close(actor, waiting, "superseded")
    if version.item.state != "published" or approvals_needed(actor, version, scope_of(version))[0]:
        return
    before = version.item.published_number
    with saying_refusals():
        shown = open_store().publish(version.item.uuid)
    announce_shown(shown, before)


def stop_waiting(actor: Actor, item_uuid: UUID) -> None:
    """Take what waits of an item out of the queue: the item itself was withdrawn."""
    waiting = find_open(item_uuid)
    if waiting is not None:
        _close(actor, waiting, "withdrawn")


def withdraw_submission(actor: Actor, uuid: UUID) -> ReviewSubmission:
    """Take back what one submitted. Raises NotFound, NotAllowed, Conflict."""
    submission = _take(actor, uuid)
    allow_change(actor, submission.item_uuid)
    _need_open(submission)
    _close(actor, submission, "withdrawn")
    return submission


def _within(text: str, field: str) -> str:
    """The words without space around them. Raises Invalid for more than are kept: nothing is cut off in silence."""
    said = text.strip()
    if len(said) > LONGEST_TEXT:
        raise Invalid(
            {field: _("This is too long. Say it in %(most)s characters.", most=show_number(LONGEST_TEXT))}
        )
    return said


def comment_on(actor: Actor, uuid: UUID, *, text: str, place: str = "") -> ReviewStep:
    """Say something about a submission, of one place in it if named. Raises NotFound, Invalid."""
    submission = get_submission(actor, uuid)
    said = _within(text, "text")
    if not said:
        raise Invalid({"text": _("Write what you want to say.")})
    step = _note(actor, submission, "commented", said, place)
    _announce(submission, step)
    return step


def decide(actor: Actor, uuid: UUID, verdict: str, *, reason: str = "") -> ReviewSubmission:
    """Approve, ask for changes or reject. Raises NotFound, NotAllowed, Invalid, Conflict.

    The last approval shows the item; one that comes after it is kept in the history and changes nothing.
    """
    submission = _take(actor, uuid)
    said = _within(reason, "reason")
    if not may_decide(actor, submission):
        raise NotAllowed()
    if verdict not in VERDICTS:
        raise Invalid({"verdict": _("Choose what you decide.")})
    if verdict != "approved" and not said:
        raise Invalid({"reason": _("Say in a sentence what should be changed, or why not.")})
    is_late_yes = verdict == "approved" and submission.state == "approved"
    if not is_late_yes:
        _need_open(submission)
    approved_by = approvers_of(submission)
    if verdict == "approved" and actor.user_id in approved_by:
        raise Conflict(_("You have approved this already."))
    step = _note(actor, submission, verdict, said)
    record_audit(actor, f"review_{verdict}", "item", submission.item_uuid, org_id=submission.org_id)
    if verdict != "approved":
        submission.close(verdict)
        db.session.flush()
    shows = verdict == "approved" and not is_late_yes and len(approved_by) + 1 >= submission.needed
    if shows:
        _show(actor, submission)
    _announce(submission, step, scope=submission.scope if shows else "")
    return submission


def assign(actor: Actor, uuid: UUID, reviewer: UUID | None) -> ReviewSubmission:
    """Give a submission to one reviewer, or to all of them again. Raises NotFound, NotAllowed, Invalid, Conflict."""
    submission = _take(actor, uuid)
    if not may_decide(actor, submission):
        raise NotAllowed()
    _need_open(submission)
    found = None
    if reviewer is not None:
        wanted = select(User).where(
            User.uuid == reviewer, User.status == "active", User.id.in_(select_reviewers(submission))
        )
        found = db.session.scalar(wanted)
        if found is None and reviewer == actor.uuid and actor.user_id is not None:
            found = db.session.get_one(User, actor.user_id)
        if found is None:
            raise Invalid({"reviewer": _("Choose one of the reviewers of this place.")})
    submission.assigned_to = found.id if found else None
    _note(actor, submission, "assigned", found.full_name if found else "")
    if found is not None and found.id != actor.user_id:
        announce(ReviewAsked(str(submission.uuid), _title(submission), found.id))
    return submission


def act_on_many(actor: Actor, uuids: Sequence[UUID], action: str) -> tuple[int, list[str]]:
    """Approve several submissions, or take them for oneself; return how many went well, and what was refused."""
    done, problems = 0, []
    for uuid in sorted(set(uuids)):  # in one order, so that two people who do this never wait for each other
        try:
            with db.session.begin_nested():
                if action == "approve":
                    decide(actor, uuid, "approved")
                elif action == "take":
                    assign(actor, uuid, actor.uuid)
                else:
                    raise Invalid({"action": _("Choose what to do.")})
            done += 1
        except Refusal as refusal:
            problems.append(str(refusal))
    return done, problems


def _submit(
    actor: Actor, version: Version, scope: str, needed: int, rules: Rules, note: str
) -> ReviewSubmission:
    place = review_place(actor, version)
    if actor.user_id is None or place is None or scope not in SCOPES:
        raise NotAllowed()
    waiting = find_open(version.item.uuid)
    if waiting is not None:
        if waiting.number == version.number and waiting.scope == scope:
            raise Conflict(_("It waits for its review already."))
        _close(actor, waiting, "superseded")
    submission = ReviewSubmission(
        item_uuid=version.item.uuid,
        number=version.number,
        owner=version.item.owner,
        org_id=place.id,
        author_id=actor.user_id,
        scope=scope,
        subject=version.subject,
        type=version.type,
        needed=needed,
        due_at=now() + timedelta(days=rules.days),
    )
    db.session.add(submission)
    db.session.flush()
    _note(actor, submission, "submitted", note.strip()[:LONGEST_TEXT])
    record_audit(actor, "submit", "item", version.item.uuid, org_id=place.id, scope=scope)
    announce(ReviewAsked(str(submission.uuid), version.title))
    return submission


def _show(actor: Actor, submission: ReviewSubmission) -> None:
    version = find_version(submission)
    if version is None or version.item.state == "retired" or version.item.latest_number != submission.number:
        raise Conflict(_("The item was changed or withdrawn meanwhile. Ask its author to submit it again."))
    show_to(version, submission.scope)
    reviewing.mark_reviewed(db.session(), version)
    submission.close("approved")
    _note(actor, submission, "published")
    _index_soon()


def _hold_item(uuid: UUID) -> None:
    with saying_refusals():
        catalogue.get_item(db.session(), uuid, lock=True)


def _take(actor: Actor, uuid: UUID) -> ReviewSubmission:
    """Return a submission as it is now, with the item's row held until the end."""
    submission = get_submission(actor, uuid)
    _hold_item(submission.item_uuid)
    db.session.refresh(submission)
    return submission


def _need_open(submission: ReviewSubmission) -> None:
    if submission.state != "open":
        raise Conflict(_("This review is closed. Look at its history to see how it ended."))


def _close(actor: Actor, submission: ReviewSubmission, state: str) -> None:
    submission.close(state)
    _note(actor, submission, state)


def _note(
    actor: Actor, submission: ReviewSubmission, kind: str, text: str = "", place: str = ""
) -> ReviewStep:
    step = ReviewStep(
        submission_id=submission.id,
        user_id=actor.user_id,
        kind=kind,
        text=text,
        place=" ".join(place.split())[:120],
    )
    db.session.add(step)
    db.session.flush()
    return step


def _announce(submission: ReviewSubmission, step: ReviewStep, scope: str = "") -> None:
    if step.user_id == submission.author_id:
        announce(AuthorReplied(str(submission.uuid), str(step.uuid), _title(submission)))
        return
    announce(
        ReviewAnswered(
            str(submission.uuid), str(step.uuid), _title(submission), step.kind, submission.author_id, scope
        )
    )


def _title(submission: ReviewSubmission) -> str:
    version = find_version(submission)
    if version is None:
        raise NotFound()
    return version.title


def _index_soon() -> None:
    enqueue("index_items", key="index_items")
