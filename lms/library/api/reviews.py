"""Reviews: the queue, one submission with its history, comments on a place, decisions. `publish` submits."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import jsonify, request
from werkzeug.wrappers import Response

from content_store import catalogue
from content_store.taxonomy import SUBJECTS
from lms.core.actor import Actor
from lms.core.conditions import make_tag, need_match, with_tag
from lms.core.db import db
from lms.core.errors import Invalid, NotAllowed, NotFound
from lms.core.i18n import _
from lms.core.idempotency import repeatable, write_once
from lms.core.openapi import NUMBER, TEXT, UUID_TEXT, describe, in_query, list_of, optional, thing
from lms.core.web import actor
from lms.library.api.blueprint import (
    FLAG,
    IF_MATCH,
    IF_NONE_MATCH,
    MOMENT,
    OWN_READER,
    PAGE_REFUSALS,
    READ,
    READ_REFUSALS,
    REPEATABLE,
    WRITE,
    WRITE_REFUSALS,
    WRITER,
    bp,
)
from lms.library.api.bodies import read_object, read_text, read_uuid, taken, text_up_to
from lms.library.api.lists import AFTER, PAGE_SIZE, read_after, read_size
from lms.library.api.review_files import FILE, REVIEW_PATH, list_files
from lms.library.api.showing import full
from lms.library.door import saying_refusals
from lms.library.permissions import SCOPES
from lms.library.review import queries as review_queries
from lms.library.review import services
from lms.library.review.models import STATES, STEPS, ReviewStep, ReviewSubmission
from lms.library.review.permissions import can_review
from lms.library.review.queries import QueueRow, Said
from lms.library.review.state import compare_with_published
from lms.people.bearer import needs_token

OWN = "own"
LONGEST_PLACE = 120


@bp.get("/api/v1/library/reviews")
@needs_token(READ)
def reviews() -> Response:
    """List what waits for the asker as a reviewer, or with `queue=own` what the asker submitted."""
    who, queue, args = actor(), request.args.get("queue", "open"), request.args
    subject, place = args.get("subject"), args.get("place", "")
    problems = {}
    if queue not in (*review_queries.QUEUES, OWN):
        problems["queue"] = _("Choose one of the list.")
    if subject is not None and subject not in SUBJECTS:
        problems["subject"] = _("Choose one of the list.")
    if problems:
        raise Invalid(problems)
    if queue == OWN:
        page = review_queries.list_own_submissions(who, after=read_after(), size=read_size())
    else:
        if not can_review(who):
            raise NotAllowed()
        at = read_uuid({"place": place}, "place") if place else None
        page = review_queries.list_queue(
            who, queue=queue, subject=subject, place=at, after=read_after(), size=read_size()
        )
    return jsonify(reviews=[_line(row) for row in page.rows], next=page.next)


@bp.get("/api/v1/library/reviews/<uuid:review_uuid>")
@needs_token(READ)
def review(review_uuid: UUID) -> Response:
    """Describe a submission: what differs from what is published, and all that was said about it."""
    who = actor()
    return _told(who, review_queries.get_submission(who, review_uuid))


@bp.post("/api/v1/library/reviews/<uuid:review_uuid>/comments")
@needs_token(WRITE)
@repeatable
def comment_on_review(review_uuid: UUID) -> Response:
    """Say something about a submission, of a page, heading or second if named."""
    who, body = actor(), read_object("text", "place")
    text = read_text(body, "text", longest=services.LONGEST_TEXT)
    place = read_text(body, "place", longest=LONGEST_PLACE)
    return write_once(
        lambda: services.comment_on(who, review_uuid, text=text, place=place),
        lambda step: _told_step(who, step),
    )


def _told_step(who: Actor, step: ReviewStep) -> Response:
    answer = jsonify(_step(step, who.display_name))
    answer.status_code = 201
    return answer


@bp.post("/api/v1/library/reviews/<uuid:review_uuid>/decide")
@needs_token(WRITE)
@repeatable
def decide_review(review_uuid: UUID) -> Response:
    """Approve, ask for changes, or reject with a reason; the last approval publishes."""
    body = read_object("verdict", "reason")
    verdict = read_text(body, "verdict", longest=12)
    reason = read_text(body, "reason", longest=services.LONGEST_TEXT)
    return _deed(
        review_uuid,
        lambda who: services.decide(who, review_uuid, verdict, reason=reason),
        needs_tag=True,
    )


@bp.post("/api/v1/library/reviews/<uuid:review_uuid>/assign")
@needs_token(WRITE)
@repeatable
def assign_review(review_uuid: UUID) -> Response:
    """Give a submission to one of its reviewers, or to all of them again."""
    reviewer = read_uuid(read_object("reviewer"), "reviewer")
    return _deed(review_uuid, lambda who: services.assign(who, review_uuid, reviewer))


@bp.post("/api/v1/library/reviews/<uuid:review_uuid>/withdraw")
@needs_token(WRITE)
@repeatable
def withdraw_review(review_uuid: UUID) -> Response:
    """Take back what one submitted."""
    return _deed(review_uuid, lambda who: services.withdraw_submission(who, review_uuid))


def _deed(review_uuid: UUID, do: Callable[[Actor], ReviewSubmission], *, needs_tag: bool = False) -> Response:
    """Do something about a submission as the program read it: nothing that was said meanwhile is passed over."""
    who = actor()

    def deed() -> ReviewSubmission:
        found = review_queries.get_submission(who, review_uuid)
        if needs_tag or "If-Match" in request.headers:
            with saying_refusals():
                catalogue.get_item(db.session(), found.item_uuid, lock=True)
            db.session.refresh(found)
            need_match(_tag(found, _history(who, found)))
        return do(who)

    return write_once(deed, lambda done: _told(who, done))


def _history(who: Actor, row: ReviewSubmission) -> list[Said]:
    told = review_queries.list_history(who, row.item_uuid)
    return [said for said in told if said.submission.id == row.id]


def _tag(row: ReviewSubmission, history: list[Said]) -> str:
    return make_tag(row.uuid, row.state, row.assigned_to, history[0].step.uuid if history else "")


def _told(who: Actor, row: ReviewSubmission) -> Response:
    version = review_queries.find_version(row)
    if version is None:
        raise NotFound()
    compared, history = compare_with_published(version), _history(who, row)
    may_decide = row.state == "open" and review_queries.may_decide(who, row)
    told = {
        **_line(review_queries.get_row(row)),
        "may_decide": may_decide,
        "reviewers": [
            {"uuid": str(uuid), "name": name}
            for uuid, name in (review_queries.list_reviewers(row) if may_decide else ())
        ],
        "files": list_files(who, row, version),
        "differences": [
            {"name": one.name, "before": one.before, "after": one.after} for one in compared.fields
        ],
        "steps": [_step(said.step, said.name) for said in history],
    }
    return with_tag(jsonify(told), _tag(row, history))


def _step(row: ReviewStep, name: str) -> dict[str, object]:
    return {
        "uuid": str(row.uuid),
        "kind": row.kind,
        "by": name,
        "text": row.text,
        "place": row.place,
        "created_at": row.created_at.isoformat(),
    }


def _line(row: QueueRow) -> dict[str, object]:
    found, version = row.submission, row.version
    return {
        "uuid": str(found.uuid),
        "state": found.state,
        "item": {
            "uuid": str(found.item_uuid),
            "version": found.number,
            "title": version.title,
            "type": version.type,
            "subject": version.subject,
            "license": version.license_id,
        },
        "scope": found.scope,
        "place": row.place.name,
        "by": row.author,
        "assigned_to": row.assigned_to,
        "approvals": row.approvals,
        "needed": found.needed,
        "late": row.is_late,
        "created_at": found.created_at.isoformat(),
        "due_at": found.due_at.isoformat(),
        "closed_at": found.closed_at.isoformat() if found.closed_at else None,
        "url": full("library.review", review_uuid=found.uuid),
    }


_LINE = {
    "uuid": UUID_TEXT,
    "state": {"enum": list(STATES)},
    "item": thing(
        uuid=UUID_TEXT, version=NUMBER, title=TEXT, type=TEXT, subject=optional(TEXT), license=TEXT
    ),
    "scope": {"enum": list(SCOPES)},
    "place": TEXT,
    "by": TEXT,
    "assigned_to": TEXT,
    "approvals": NUMBER,
    "needed": NUMBER,
    "late": FLAG,
    "created_at": MOMENT,
    "due_at": MOMENT,
    "closed_at": optional(MOMENT),
    "url": TEXT,
}
_STEP = thing(uuid=UUID_TEXT, kind={"enum": list(STEPS)}, by=TEXT, text=TEXT, place=TEXT, created_at=MOMENT)
_REVIEW = thing(
    **_LINE,
    may_decide=FLAG,
    reviewers=list_of(thing(uuid=UUID_TEXT, name=TEXT)),
    files=list_of(FILE),
    differences=list_of(thing(name=TEXT, before=TEXT, after=TEXT)),
    steps=list_of(_STEP),
)
describe(
    "/library/reviews",
    key="list_reviews",
    summary="List what waits for a reviewer, the first due first; `queue=own` lists what one submitted oneself.",
    parameters=(
        in_query("queue", {"type": "string", "enum": [*review_queries.QUEUES, OWN]}, "Which of them."),
        in_query("subject", {"type": "string", "enum": list(SUBJECTS)}, "Only of this subject."),
        in_query("place", UUID_TEXT, "Only of this place."),
        AFTER,
        PAGE_SIZE,
    ),
    answer=thing(reviews=list_of(thing(**_LINE)), next=optional(TEXT)),
    refusals=PAGE_REFUSALS,
    security=OWN_READER,
)
describe(
    "/library/reviews/{review_uuid}",
    key="get_review",
    summary="Describe a submission, for its reviewers and its author; the latest step first.",
    parameters=(REVIEW_PATH, IF_NONE_MATCH),
    answer=_REVIEW,
    refusals=(*READ_REFUSALS, 304),
    security=OWN_READER,
)
describe(
    "/library/reviews/{review_uuid}/comments",
    method="post",
    key="comment_on_review",
    summary="Say something about a submission, of a page, heading or second if named.",
    parameters=(REVIEW_PATH, REPEATABLE),
    body=taken(("text",), text=text_up_to(services.LONGEST_TEXT, least=1), place=text_up_to(LONGEST_PLACE)),
    answer=_STEP,
    status=201,
    refusals=WRITE_REFUSALS,
    security=WRITER,
)
for _path, _key, _summary, _body, _tagged in (
    (
        "decide",
        "decide_review",
        "Approve, ask for changes or reject with a reason; the last approval publishes.",
        taken(
            ("verdict",),
            verdict={"enum": list(services.VERDICTS)},
            reason=text_up_to(services.LONGEST_TEXT),
        ),
        True,
    ),
    (
        "assign",
        "assign_review",
        "Give a submission to one of its `reviewers`, or with null to all of them again.",
        taken(("reviewer",), reviewer=optional(UUID_TEXT)),
        False,
    ),
    ("withdraw", "withdraw_review", "Take back what one submitted.", None, False),
):
    describe(
        f"/library/reviews/{{review_uuid}}/{_path}",
        method="post",
        key=_key,
        summary=_summary,
        parameters=(REVIEW_PATH, {**IF_MATCH, "required": _tagged}, REPEATABLE),
        body=_body,
        answer=_REVIEW,
        refusals=(*WRITE_REFUSALS, 428) if _tagged else WRITE_REFUSALS,
        security=WRITER,
    )
