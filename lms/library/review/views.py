"""Pages of review: the queue, one submission beside what is published, and what its author sees of it."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from content_store.models import Version
from lms.core.db import write
from lms.core.errors import Invalid, NotFound
from lms.core.i18n import _, _l, ngettext
from lms.core.nav import NavItem, add_nav_item
from lms.core.web import actor, see_other, toast
from lms.library.blueprint import bp
from lms.library.item_links import answer_links
from lms.library.item_words import item_words
from lms.library.review import queries as review_queries
from lms.library.review import services as reviews
from lms.library.review.models import ReviewSubmission
from lms.library.review.permissions import REVIEW_ROLES, can_review, is_own, with_owners_eyes
from lms.library.review.state import (
    STATE_BADGES,
    STATE_WORDS,
    STEP_WORDS,
    compare_with_published,
)
from lms.library.sharing import SCOPE_WORDS
from lms.library.showing import TYPE_ICONS, Stage, card_facts, file_size, item_facts, stage_of
from lms.library.taxonomy import subject_choices
from lms.people.access import signed_in

Page = str | Response | tuple[str, int]
QUEUE_WORDS = {"open": _l("Waiting"), "mine": _l("Given to me"), "closed": _l("Done")}
MOST_AT_ONCE = 100

add_nav_item(
    NavItem(
        "staff",
        "library-reviews",
        _l("Reviews"),
        "library.reviews",
        "list-checks",
        22,
        frozenset(REVIEW_ROLES),
        under="library",
        pages=frozenset({"library.review", "library.decide_review", "library.comment_on_review"}),
    )
)


@bp.get("/library/reviews", endpoint="reviews")
@signed_in()
def reviews_list() -> str:
    """List what waits for the reader as a reviewer; others see what they submitted themselves."""
    return _queue()


def _next_url(after: str) -> str:
    queue, subject, place = (request.args.get(name) for name in ("queue", "subject", "place"))
    return url_for("library.reviews", queue=queue, subject=subject, place=place, after=after)


def _queue(problems: list[str] | None = None, *, is_partly_done: bool = False) -> str:
    who, args = actor(), request.args
    own = args.get("queue") == "own" or not can_review(who)
    queue = args.get("queue", "open") if args.get("queue") in review_queries.QUEUES else "open"
    subject, place = args.get("subject", "")[:40], _read_uuid(args.get("place", ""))
    if own:
        page = review_queries.list_own_submissions(who, after=args.get("after"))
    else:
        page = review_queries.list_queue(
            who, queue=queue, subject=subject or None, place=place, after=args.get("after")
        )
    return render_template(
        "library/reviews.html",
        page_title=_("Reviews"),
        tabs=_tabs("own" if own else queue),
        queue="own" if own else queue,
        rows=page.rows,
        next_url=_next_url(page.next) if page.next else "",
        subject=subject,
        subjects=subject_choices(),
        place=str(place or ""),
        places=[(str(org.uuid), org.name) for org in review_queries.list_places(who)] if not own else [],
        scope_words=SCOPE_WORDS,
        state_words=STATE_WORDS,
        state_badges=STATE_BADGES,
        icons=TYPE_ICONS,
        card_facts=card_facts,
        problems=problems or [],
        is_partly_done=is_partly_done,
    )


def _tabs(current: str) -> list[tuple[str, str, bool]]:
    kinds = {**(QUEUE_WORDS if can_review(actor()) else {}), "own": _l("Submitted by me")}
    return [
        (str(words), url_for("library.reviews", queue=key), key == current) for key, words in kinds.items()
    ]


def _read_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@bp.post("/library/reviews")
@signed_in(*REVIEW_ROLES)
def act_on_reviews() -> Page:
    """Approve the chosen ones, or take them for oneself."""
    chosen = [uuid for text in request.form.getlist("chosen")[:MOST_AT_ONCE] if (uuid := _read_uuid(text))]
    if not chosen:
        return _queue([_("Tick what it is about first.")]), 422
    with write():
        done, problems = reviews.act_on_many(actor(), chosen, request.form.get("action", ""))
    if problems:
        return _queue(list(dict.fromkeys(problems)), is_partly_done=done > 0), 409
    toast(ngettext("%(num)d review is done.", "%(num)d reviews are done.", done))
    return see_other(url_for("library.reviews"))


@bp.get("/library/reviews/<uuid:review_uuid>")
@signed_in()
def review(review_uuid: UUID) -> str:
    """Show a submission beside what is published, with all that was said about it."""
    return _page(review_queries.get_submission(actor(), review_uuid), {})


@bp.get("/library/reviews/<uuid:review_uuid>/links")
@signed_in()
def review_links(review_uuid: UUID) -> Response:
    """Answer fresh addresses of what a review shows, to whoever may open that review."""
    version = _version_of(review_queries.get_submission(actor(), review_uuid))
    return answer_links(version, _stage(version))


def _version_of(submission: ReviewSubmission) -> Version:
    version = review_queries.find_version(submission)
    if version is None:
        raise NotFound()
    return version


def _stage(version: Version) -> Stage:
    return stage_of(with_owners_eyes(actor(), version), version)


def _page(submission: ReviewSubmission, errors: dict[str, str]) -> str:
    who, version = actor(), _version_of(submission)
    told = review_queries.list_history(who, version.item.uuid)
    can_decide = submission.state == "open" and review_queries.may_decide(who, submission)
    return render_template(
        "library/review.html",
        page_title=_("Review: %(title)s", title=version.title),
        submission=submission,
        version=version,
        item_facts=item_facts(version),
        said=item_words(version),
        file_size=file_size,
        stage=_stage(version),
        links_url=url_for("library.review_links", review_uuid=submission.uuid),
        compared=compare_with_published(version),
        history=[said for said in told if said.submission.id == submission.id],
        earlier=[said for said in told if said.submission.id != submission.id],
        approvals=len(review_queries.approvers_of(submission)),
        can_decide=can_decide,
        is_own=is_own(who, submission),
        reviewers=[(str(uuid), name) for uuid, name in review_queries.list_reviewers(submission)]
        if can_decide
        else [],
        step_words=STEP_WORDS,
        state_words=STATE_WORDS,
        state_badges=STATE_BADGES,
        scope_words=SCOPE_WORDS,
        errors=errors,
        typed=request.form,
    )


def _did(review_uuid: UUID, error: Invalid) -> tuple[str, int]:
    errors = {name: str(text) for name, text in error.fields.items()}
    return _page(review_queries.get_submission(actor(), review_uuid), errors), 422


@bp.post("/library/reviews/<uuid:review_uuid>/comment")
@signed_in()
def comment_on_review(review_uuid: UUID) -> Page:
    """Say something about a submission, of a page, heading or second if named."""
    try:
        with write():
            reviews.comment_on(
                actor(),
                review_uuid,
                text=request.form.get("text", ""),
                place=request.form.get("place", ""),
            )
    except Invalid as error:
        return _did(review_uuid, error)
    return see_other(url_for("library.review", review_uuid=review_uuid, _anchor="said"))


@bp.post("/library/reviews/<uuid:review_uuid>/decide")
@signed_in()
def decide_review(review_uuid: UUID) -> Page:
    """Approve, ask for changes, or reject with a reason."""
    try:
        with write():
            submission = reviews.decide(
                actor(),
                review_uuid,
                request.form.get("verdict", ""),
                reason=request.form.get("reason", ""),
            )
    except Invalid as error:
        return _did(review_uuid, error)
    words = {
        "approved": _("Approved: it is published."),
        "open": _("Approved. It waits for another reviewer."),
        "changes": _("Its author is asked for changes."),
    }
    toast(words.get(submission.state, _("It is rejected; its author reads your reason.")))
    return see_other(url_for("library.reviews"))


@bp.post("/library/reviews/<uuid:review_uuid>/assign")
@signed_in()
def assign_review(review_uuid: UUID) -> Page:
    """Give a submission to a reviewer, or to all of them again."""
    given = request.form.get("reviewer", "")
    reviewer = _read_uuid(given)
    try:
        if given and reviewer is None:
            raise Invalid({"reviewer": _("Choose one of the reviewers of this place.")})
        with write():
            reviews.assign(actor(), review_uuid, reviewer)
    except Invalid as error:
        return _did(review_uuid, error)
    toast(_("Saved."))
    return see_other(url_for("library.review", review_uuid=review_uuid))


@bp.post("/library/reviews/<uuid:review_uuid>/withdraw")
@signed_in()
def withdraw_review(review_uuid: UUID) -> Response:
    """Take back what one submitted."""
    with write():
        submission = reviews.withdraw_submission(actor(), review_uuid)
    toast(_("You took it back. Nothing was published."))
    return see_other(url_for("library.item", item_uuid=submission.item_uuid))
