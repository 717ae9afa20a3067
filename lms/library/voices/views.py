"""Pages of what colleagues say of an item: its ratings with their reasons, and the comments."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from content_store.models import Version
from lms.core.db import write
from lms.core.errors import Invalid
from lms.core.i18n import _, ngettext
from lms.core.rates import limit_rate
from lms.core.web import actor, see_other, toast
from lms.library import queries
from lms.library.blueprint import bp
from lms.library.voices import comment_queries, comments, ratings
from lms.library.voices.permissions import is_staff, may_moderate
from lms.people.access import signed_in
from lms.people.models import STAFF_ROLES

Answer = Response | tuple[str, int]
SPEAK_RATE = "60/hour"  # of one person: who has more to say comes back later
STAFF = tuple(sorted(STAFF_ROLES))


@bp.app_template_global("may_speak")
def may_speak() -> bool:
    """Tell a page whether the reader may say something of items."""
    return is_staff(actor())


def star_words(stars: int) -> str:
    """Return a number of stars as people say it."""
    return ngettext("%(num)d star", "%(num)d stars", stars)


bp.add_app_template_global(star_words, "star_words")


def _number() -> int | None:
    asked = request.values.get("version", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else None


def _errors(error: Invalid) -> dict[str, str]:
    return {name: str(words) for name, words in error.fields.items()}


@bp.get("/library/<uuid:item_uuid>/ratings", endpoint="ratings")
@signed_in(*STAFF)
def item_ratings(item_uuid: UUID) -> str:
    """Show how an item was rated and why, with a form for one's own rating."""
    return _ratings_page(queries.get_item(actor(), item_uuid, _number()), {})


def _ratings_page(version: Version, errors: dict[str, str]) -> str:
    who, uuid = actor(), version.item.uuid
    page = ratings.list_ratings(who, uuid, after=request.args.get("after"))
    return render_template(
        "library/ratings.html",
        page_title=_("Ratings: %(title)s", title=version.title),
        version=version,
        voices=ratings.find_voices(who, uuid),
        rows=page.rows,
        next_url=url_for("library.ratings", item_uuid=uuid, after=page.next) if page.next else "",
        own=ratings.find_own_rating(who, uuid),
        may_rate=ratings.may_rate(who, version),
        may_moderate=may_moderate(who, version),
        reasons=[(key, str(words)) for key, words in ratings.REASONS.items()],
        star_choices=[(str(stars), star_words(stars)) for stars in ratings.STARS],
        errors=errors,
        typed=request.form,
    )


@bp.post("/library/<uuid:item_uuid>/ratings")
@signed_in(*STAFF)
def rate_item(item_uuid: UUID) -> Answer:
    """Rate an item, or change one's rating."""
    limit_rate("library_speak", SPEAK_RATE, actor().user_id)
    form = request.form
    stars = form.get("stars", "")
    try:
        with write():
            ratings.rate_item(
                actor(),
                item_uuid,
                stars=int(stars) if stars in {"1", "2", "3", "4", "5"} else 0,
                reason=form.get("reason", ""),
                words=form.get("words", ""),
                number=_number(),
            )
    except Invalid as error:
        return _ratings_page(queries.get_item(actor(), item_uuid, _number()), _errors(error)), 422
    toast(_("Thank you. Your rating counts."))
    return see_other(url_for("library.ratings", item_uuid=item_uuid))


@bp.post("/library/<uuid:item_uuid>/ratings/withdraw")
@signed_in(*STAFF)
def withdraw_rating(item_uuid: UUID) -> Response:
    """Take one's rating back."""
    with write():
        ratings.withdraw_rating(actor(), item_uuid)
    toast(_("Your rating is taken back."))
    return see_other(url_for("library.ratings", item_uuid=item_uuid))


@bp.post("/library/<uuid:item_uuid>/ratings/<uuid:rating_uuid>/hide")
@signed_in(*STAFF)
def hide_rating_words(item_uuid: UUID, rating_uuid: UUID) -> Answer:
    """Take the words of a rating away from others."""
    try:
        with write():
            reason = request.form.get("hide_reason", "")
            ratings.hide_rating_words(actor(), item_uuid, rating_uuid, reason=reason)
    except Invalid as error:
        return _ratings_page(queries.get_item(actor(), item_uuid), _errors(error)), 422
    toast(_("Its words are hidden. The writer reads your reason."))
    return see_other(url_for("library.ratings", item_uuid=item_uuid))


@bp.get("/library/<uuid:item_uuid>/comments", endpoint="comments")
@signed_in(*STAFF)
def item_comments(item_uuid: UUID) -> str:
    """Show what colleagues say of an item."""
    return _comments_page(queries.get_item(actor(), item_uuid, _number()), {})


def _comments_page(version: Version, errors: dict[str, str], about: str = "") -> str:
    """Render the threads; `about` names the comment whose form was refused, '' the form of a new one."""
    who, uuid = actor(), version.item.uuid
    moderates = may_moderate(who, version)
    page = comment_queries.list_threads(who, uuid, is_moderator=moderates, after=request.args.get("after"))
    return render_template(
        "library/comments.html",
        page_title=_("Comments: %(title)s", title=version.title),
        version=version,
        threads=page.rows,
        next_url=url_for("library.comments", item_uuid=uuid, after=page.next) if page.next else "",
        may_moderate=moderates,
        errors=errors,
        about=about,
        typed=request.form,
        longest=comments.LONGEST_TEXT,
    )


def _change(item_uuid: UUID, comment_uuid: UUID | None, deed: Callable[[], object], words: str) -> Answer:
    try:
        with write():
            deed()
    except Invalid as error:
        version = queries.get_item(actor(), item_uuid)
        return _comments_page(version, _errors(error), str(comment_uuid or "")), 422
    toast(words)
    anchor = f"c-{comment_uuid}" if comment_uuid else None
    return see_other(url_for("library.comments", item_uuid=item_uuid, _anchor=anchor))


@bp.post("/library/<uuid:item_uuid>/comments")
@signed_in(*STAFF)
def add_comment(item_uuid: UUID) -> Answer:
    """Comment on an item."""
    limit_rate("library_speak", SPEAK_RATE, actor().user_id)
    text = request.form.get("text", "")
    return _change(
        item_uuid,
        None,
        lambda: comments.add_comment(actor(), item_uuid, text=text, number=_number()),
        _("Your comment stands here."),
    )


@bp.post("/library/<uuid:item_uuid>/comments/<uuid:comment_uuid>/answer")
@signed_in(*STAFF)
def answer_comment(item_uuid: UUID, comment_uuid: UUID) -> Answer:
    """Answer a comment."""
    limit_rate("library_speak", SPEAK_RATE, actor().user_id)
    text = request.form.get("text", "")
    return _change(
        item_uuid,
        comment_uuid,
        lambda: comments.add_comment(actor(), item_uuid, text=text, answers=comment_uuid),
        _("Your answer stands here."),
    )


@bp.post("/library/<uuid:item_uuid>/comments/<uuid:comment_uuid>/edit")
@signed_in(*STAFF)
def edit_comment(item_uuid: UUID, comment_uuid: UUID) -> Answer:
    """Change one's own comment."""
    text = request.form.get("text", "")
    return _change(
        item_uuid,
        comment_uuid,
        lambda: comments.edit_comment(actor(), item_uuid, comment_uuid, text=text),
        _("Saved."),
    )


@bp.post("/library/<uuid:item_uuid>/comments/<uuid:comment_uuid>/delete")
@signed_in(*STAFF)
def delete_comment(item_uuid: UUID, comment_uuid: UUID) -> Answer:
    """Take one's own comment back."""
    return _change(
        item_uuid,
        None,
        lambda: comments.delete_comment(actor(), item_uuid, comment_uuid),
        _("Your comment is taken back."),
    )


@bp.post("/library/<uuid:item_uuid>/comments/<uuid:comment_uuid>/hide")
@signed_in(*STAFF)
def hide_comment(item_uuid: UUID, comment_uuid: UUID) -> Answer:
    """Hide a comment, with the reason its writer reads."""
    reason = request.form.get("hide_reason", "")
    return _change(
        item_uuid,
        comment_uuid,
        lambda: comments.hide_comment(actor(), item_uuid, comment_uuid, reason=reason),
        _("It is hidden. The writer reads your reason."),
    )


@bp.post("/library/<uuid:item_uuid>/comments/<uuid:comment_uuid>/show")
@signed_in(*STAFF)
def show_comment(item_uuid: UUID, comment_uuid: UUID) -> Answer:
    """Show a hidden comment again."""
    return _change(
        item_uuid,
        comment_uuid,
        lambda: comments.show_comment(actor(), item_uuid, comment_uuid),
        _("It is shown again."),
    )
