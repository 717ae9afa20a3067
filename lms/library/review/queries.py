"""Reading reviews: the queue of a reviewer, one submission, the history of an item."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from content_store.models import Version
from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.paging import Page, take_page
from lms.library.door import open_store
from lms.library.permissions import KEEPERS, owner_token
from lms.library.review.models import ReviewerSubjects, ReviewStep, ReviewSubmission
from lms.library.review.permissions import can_review, in_reach, is_own
from lms.orgs.models import Org
from lms.orgs.queries import get_org_by_id, get_orgs
from lms.people.models import RoleGrant, User
from lms.people.queries import is_current

QUEUES = ("open", "mine", "closed")


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the queue."""

    submission: ReviewSubmission
    version: Version
    place: Org
    author: str
    assigned_to: str
    approvals: int
    is_late: bool


@dataclass(frozen=True, slots=True)
class Said:
    """One step of a history, with the name of whoever took it."""

    step: ReviewStep
    submission: ReviewSubmission
    name: str


def get_submission(actor: Actor, uuid: UUID) -> ReviewSubmission:
    """Return a submission that the actor reviews, or made. Raises NotFound."""
    mine = or_(
        ReviewSubmission.author_id == (actor.user_id or 0), ReviewSubmission.owner == owner_token(actor)
    )
    found = db.session.scalar(
        select(ReviewSubmission)
        .join(Org, Org.id == ReviewSubmission.org_id)
        .where(ReviewSubmission.uuid == uuid, or_(in_reach(actor), mine))
    )
    if found is None:
        raise NotFound()
    return found


def may_decide(actor: Actor, submission: ReviewSubmission) -> bool:
    """Tell whether the actor may say yes or no: a reviewer of the place and subject who had no hand in the version."""
    if not can_review(actor) or is_own(actor, submission):
        return False
    version = find_version(submission)
    if version is not None and version.created_by == owner_token(actor):
        return False
    reached = select(ReviewSubmission.id).join(Org, Org.id == ReviewSubmission.org_id)
    return db.session.scalar(reached.where(ReviewSubmission.id == submission.id, in_reach(actor))) is not None


def find_version(submission: ReviewSubmission) -> Version | None:
    """Return the version that was submitted."""
    return open_store().get_pinned_many([submission.pin]).get(submission.pin)


def find_open(item_uuid: UUID) -> ReviewSubmission | None:
    """Return what is open of an item."""
    return db.session.scalar(
        select(ReviewSubmission).where(
            ReviewSubmission.item_uuid == item_uuid, ReviewSubmission.state == "open"
        )
    )


def find_open_many(item_uuids: Iterable[UUID]) -> dict[UUID, ReviewSubmission]:
    """Return what is open of each of these items, in one query."""
    wanted = list(item_uuids)
    if not wanted:
        return {}
    rows = db.session.scalars(
        select(ReviewSubmission).where(
            ReviewSubmission.item_uuid.in_(wanted), ReviewSubmission.state == "open"
        )
    )
    return {row.item_uuid: row for row in rows}


def approvers_of(submission: ReviewSubmission) -> set[int]:
    """Return who approved it."""
    rows = db.session.scalars(
        select(ReviewStep.user_id).where(
            ReviewStep.submission_id == submission.id, ReviewStep.kind == "approved"
        )
    )
    return {user_id for user_id in rows if user_id is not None}


def list_queue(
    actor: Actor,
    *,
    queue: str = "open",
    subject: str | None = None,
    place: UUID | None = None,
    after: str | None = None,
    size: int = 30,
) -> Page[QueueRow]:
    """Return what waits for the actor as a reviewer, the first due first; or what is closed, or given to the actor."""
    statement = _reviewed_by(actor, ReviewSubmission)
    if queue == "closed":
        statement = statement.where(ReviewSubmission.state != "open")
    else:
        statement = statement.where(ReviewSubmission.state == "open")
    if queue == "mine":
        statement = statement.where(ReviewSubmission.assigned_to == actor.user_id)
    if subject:
        statement = statement.where(ReviewSubmission.subject == subject)
    if place is not None:
        statement = statement.where(Org.uuid == place)
    page = take_page(
        db.session(),
        statement,
        keys=[ReviewSubmission.due_at, ReviewSubmission.id],
        after=after,
        size=size,
        descending=queue == "closed",
    )
    return Page(_queue_rows(page.rows), page.next)


def list_places(actor: Actor) -> list[Org]:
    """Return the places of which anything waits for the actor."""
    ids = db.session.scalars(
        _reviewed_by(actor, ReviewSubmission.org_id).where(ReviewSubmission.state == "open").distinct()
    )
    return sorted(get_orgs(list(ids)).values(), key=lambda org: (org.sort_key, org.id))


def list_own_submissions(actor: Actor, *, after: str | None = None, size: int = 30) -> Page[QueueRow]:
    """Return what the actor submitted, the latest first."""
    statement = select(ReviewSubmission).where(ReviewSubmission.author_id == (actor.user_id or 0))
    page = take_page(
        db.session(), statement, keys=[ReviewSubmission.id], after=after, size=size, descending=True
    )
    return Page(_queue_rows(page.rows), page.next)


def get_row(submission: ReviewSubmission) -> QueueRow:
    """Return the line of a submission the actor was given. Raises NotFound where its version is gone."""
    rows = _queue_rows([submission])
    if not rows:
        raise NotFound()
    return rows[0]


def _reviewed_by(actor: Actor, what: Any) -> Select[Any]:
    """Select of submissions of the places and subjects the actor reviews, one's own left out."""
    return (
        select(what)
        .join(Org, Org.id == ReviewSubmission.org_id)
        .where(
            in_reach(actor),
            ReviewSubmission.author_id != (actor.user_id or 0),
            ReviewSubmission.owner != owner_token(actor),
        )
    )


def _queue_rows(rows: Sequence[ReviewSubmission]) -> list[QueueRow]:
    versions = open_store().get_pinned_many({row.pin for row in rows}) if rows else {}
    orgs = get_orgs([row.org_id for row in rows])
    names = names_of([row.author_id for row in rows] + [row.assigned_to for row in rows])
    approved = db.session.execute(
        select(ReviewStep.submission_id, func.count(func.distinct(ReviewStep.user_id)).label("times"))
        .where(ReviewStep.kind == "approved", ReviewStep.submission_id.in_([row.id for row in rows]))
        .group_by(ReviewStep.submission_id)
    )
    counts = {row.submission_id: row.times for row in approved}
    moment = now()
    return [
        QueueRow(
            row,
            versions[row.pin],
            orgs[row.org_id],
            names.get(row.author_id, ""),
            names.get(row.assigned_to or 0, ""),
            counts.get(row.id, 0),
            row.state == "open" and row.due_at < moment,
        )
        for row in rows
        if row.pin in versions
    ]


def names_of(user_ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names of people by their ids, in one query."""
    wanted = {one for one in user_ids if one is not None}
    if not wanted:
        return {}
    rows = db.session.execute(select(User.id, User.full_name).where(User.id.in_(wanted)))
    return {row.id: row.full_name for row in rows}


def list_history(actor: Actor, item_uuid: UUID) -> list[Said]:
    """Return every step of every review of an item, the latest first, as far as the actor may know of them."""
    mine = or_(
        ReviewSubmission.author_id == (actor.user_id or 0), ReviewSubmission.owner == owner_token(actor)
    )
    rows = db.session.execute(
        select(ReviewStep, ReviewSubmission)
        .join(ReviewSubmission, ReviewSubmission.id == ReviewStep.submission_id)
        .join(Org, Org.id == ReviewSubmission.org_id)
        .where(ReviewSubmission.item_uuid == item_uuid, or_(in_reach(actor), mine))
        .order_by(ReviewStep.id.desc())
        .limit(200)
    ).all()
    names = names_of(step.user_id for step, _submission in rows)
    return [Said(step, submission, names.get(step.user_id or 0, "")) for step, submission in rows]


def may_know_history(actor: Actor, version: Version) -> bool:
    """Tell whether an item's reviews concern the actor at all: no query for readers."""
    if not actor.is_signed_in:
        return False
    return version.item.owner == owner_token(actor) or can_review(actor)


def list_reviewers(submission: ReviewSubmission) -> list[tuple[UUID, str]]:
    """Return (uuid, name) of those who may be given a submission."""
    rows = db.session.execute(
        select(User.uuid, User.full_name)
        .where(User.id.in_(select_reviewers(submission)), User.status == "active")
        .order_by(User.sort_key, User.id)
        .limit(100)
    )
    return [(uuid, name) for uuid, name in rows]


def select_reviewers(submission: ReviewSubmission) -> Select[int]:
    """Select whoever reviews the place and the subject of a submission and neither made nor owns it.

    Where no reviewer is appointed, the keepers of the place stand in for them.
    """
    lineage = get_org_by_id(submission.org_id).lineage_ids
    held = select(RoleGrant.user_id).where(RoleGrant.org_id.in_(lineage), is_current())
    appointed = db.session.scalar(held.where(RoleGrant.role == "reviewer").limit(1)) is not None
    roles = ("reviewer",) if appointed else KEEPERS
    limits = db.session.scalars(select(ReviewerSubjects).where(ReviewerSubjects.org_id.in_(lineage)))
    others = [row for row in limits if submission.subject not in row.subjects]
    statement = held.where(RoleGrant.role.in_(roles), RoleGrant.user_id != submission.author_id)
    for row in others:
        statement = statement.where(or_(RoleGrant.user_id != row.user_id, RoleGrant.org_id != row.org_id))
    owner = select(User.id).where(User.uuid == _owner_uuid(submission.owner))
    return statement.where(RoleGrant.user_id.not_in(owner))


def _owner_uuid(owner: str) -> UUID | None:
    return UUID(owner[5:]) if owner.startswith("user:") else None
