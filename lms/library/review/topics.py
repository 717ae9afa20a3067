"""What reviewers and authors are told of reviews: something waits, somebody answered, it is nearly due or late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select

from lms.core.clock import now
from lms.core.db import db, write
from lms.core.events import listens_to
from lms.core.i18n import LazyText, _, _l
from lms.core.jobs import job
from lms.core.schedule import every
from lms.library.door import open_store
from lms.library.review.events import AuthorReplied, ReviewAnswered, ReviewAsked
from lms.library.review.models import ReviewStep, ReviewSubmission
from lms.library.review.permissions import REVIEW_ROLES
from lms.library.review.queries import select_reviewers
from lms.library.sharing import SCOPE_WORDS
from lms.notices.services import tell
from lms.notices.topics import Topic, register_topic
from lms.people.models import STAFF_ROLES, User

SOON = timedelta(days=1)
BATCH = 100
TOLD = frozenset({"commented", "changes", "approved", "rejected"})
ANSWERS: dict[str, LazyText] = {
    "commented": _l("A reviewer wrote about “%(title)s”."),
    "changes": _l("Changes are asked for before “%(title)s” is published."),
    "approved": _l("“%(title)s” was approved by a reviewer."),
    "rejected": _l("“%(title)s” was not accepted. Read the reason."),
}


def _asked_words(about: Mapping[str, Any]) -> str:
    return _("“%(title)s” waits for your review.", title=about["title"])


def _due_words(about: Mapping[str, Any]) -> str:
    if about.get("is_late"):
        return _("The review of “%(title)s” is late.", title=about["title"])
    return _("The review of “%(title)s” is due tomorrow.", title=about["title"])


def _answer_words(about: Mapping[str, Any]) -> str:
    if about.get("scope") in SCOPE_WORDS:
        circle = str(SCOPE_WORDS[about["scope"]])
        return _(
            "“%(title)s” was approved and is published now. For: %(circle)s.",
            title=about["title"],
            circle=circle,
        )
    words = ANSWERS.get(about["kind"], ANSWERS["commented"])
    return str(words) % {"title": about["title"]}


def _reviewers(who: Mapping[str, Any]) -> Select[int]:
    """Select the one it was given to, else every reviewer of its place and subject."""
    submission = db.session.scalar(
        select(ReviewSubmission).where(ReviewSubmission.uuid == UUID(who["review_uuid"]))
    )
    if submission is None or submission.state != "open":
        return select(User.id).where(User.id.is_(None))
    assigned = who.get("user_id") or submission.assigned_to
    if assigned is not None:
        return select(User.id).where(User.id == assigned)
    return select_reviewers(submission).distinct()


def _taking_part(who: Mapping[str, Any]) -> Select[int]:
    """Select the one it was given to, else whoever has spoken in it, else every reviewer of its place and subject."""
    submission = db.session.scalar(
        select(ReviewSubmission).where(ReviewSubmission.uuid == UUID(who["review_uuid"]))
    )
    if submission is None:
        return select(User.id).where(User.id.is_(None))
    if submission.assigned_to is not None:
        return select(User.id).where(User.id == submission.assigned_to)
    reviewers = select_reviewers(submission)
    spoken = select(ReviewStep.user_id).where(
        ReviewStep.submission_id == submission.id, ReviewStep.user_id.in_(reviewers)
    )
    if db.session.scalar(spoken.limit(1)) is not None:
        return select(User.id).where(User.id.in_(spoken))
    return reviewers.distinct()


def _author(who: Mapping[str, Any]) -> Select[int]:
    return select(User.id).where(User.id == who["user_id"])


ASKED = register_topic(
    Topic(
        "review_asked",
        _l("A material waits for your review"),
        _asked_words,
        icon="list-checks",
        endpoint="library.review",
        address=("review_uuid",),
        roles=frozenset(REVIEW_ROLES),
        people=_reviewers,
    )
)
DUE = register_topic(
    Topic(
        "review_due",
        _l("A review is nearly due, or late"),
        _due_words,
        icon="clock",
        endpoint="library.review",
        address=("review_uuid",),
        mail="at_once",
        roles=frozenset(REVIEW_ROLES),
        people=_reviewers,
    )
)
ANSWERED = register_topic(
    Topic(
        "review_answered",
        _l("Somebody reviewed your material"),
        _answer_words,
        icon="list-checks",
        endpoint="library.review",
        address=("review_uuid",),
        mail="at_once",
        roles=STAFF_ROLES,
        people=_author,
    )
)
REPLIED = register_topic(
    Topic(
        "review_replied",
        _l("The author writes in a review of yours"),
        lambda about: _("The author wrote in the review of “%(title)s”.", title=about["title"]),
        icon="message-square",
        endpoint="library.review",
        address=("review_uuid",),
        roles=frozenset(REVIEW_ROLES),
        people=_taking_part,
    )
)


@listens_to(ReviewAsked)
def tell_reviewers(event: ReviewAsked) -> None:
    """Tell the reviewers that something waits."""
    about = {"review_uuid": event.review_uuid, "title": event.title}
    key = event.review_uuid if event.assigned_to is None else f"{event.review_uuid}:given"
    tell(ASKED.key, key=key, about=about, who={**about, "user_id": event.assigned_to})


@listens_to(ReviewAnswered)
def tell_author(event: ReviewAnswered) -> None:
    """Tell the author what was said or decided."""
    if event.kind not in TOLD:
        return
    about = {"review_uuid": event.review_uuid, "title": event.title, "kind": event.kind, "scope": event.scope}
    tell(ANSWERED.key, key=event.step_uuid, about=about, who={"user_id": event.author_id})


@listens_to(AuthorReplied)
def tell_taking_part(event: AuthorReplied) -> None:
    """Tell the reviewers that the author said something."""
    about = {"review_uuid": event.review_uuid, "title": event.title}
    tell(REPLIED.key, key=event.step_uuid, about=about)


@job("remind_reviews", lane="remind_reviews")
def remind_reviews() -> None:
    """Remind the reviewers a day before a review is due, and once when it is late; safe to repeat."""
    while True:
        with write():
            moment = now()
            due = or_(
                and_(ReviewSubmission.reminders == 0, ReviewSubmission.due_at <= moment + SOON),
                and_(ReviewSubmission.reminders == 1, ReviewSubmission.due_at <= moment),
            )
            rows = list(
                db.session.scalars(
                    select(ReviewSubmission)
                    .where(ReviewSubmission.state == "open", due)
                    .order_by(ReviewSubmission.id)
                    .limit(BATCH)
                )
            )
            versions = open_store().get_pinned_many({row.pin for row in rows}) if rows else {}
            for row in rows:
                is_late = row.due_at <= moment
                row.reminders = 2 if is_late else 1
                if row.pin in versions:
                    _remind(row, versions[row.pin].title, is_late=is_late)
        if len(rows) < BATCH:
            return


def _remind(submission: ReviewSubmission, title: str, *, is_late: bool) -> None:
    about = {"review_uuid": str(submission.uuid), "title": title, "is_late": is_late}
    tell(DUE.key, key=f"{submission.uuid}:{'late' if is_late else 'soon'}", about=about)


every("remind_reviews", minutes=60)
