"""Pages of notices: one's own list, how one wants them, and the end of letters."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import g, render_template, request, url_for
from werkzeug.routing import BuildError
from werkzeug.wrappers import Response as WerkzeugResponse

from lms.core.db import write
from lms.core.errors import Invalid
from lms.core.i18n import LazyText, _, _l
from lms.core.web import actor, csrf, see_other, toast
from lms.notices import services
from lms.notices.blueprint import bp
from lms.notices.forms import read_choices
from lms.notices.letters import read_stop_token
from lms.notices.queries import (
    MOST_COUNTED,
    count_unread,
    find_hours,
    list_choices,
    list_notices,
    mail_mode,
)
from lms.notices.topics import destination, find_topics, icon_of, list_topics, say
from lms.people.access import signed_in
from lms.people.queries import count_at_sign_in, get_user_by_id

MAIL_LABELS: dict[str, LazyText] = {
    "none": _l("No mail"),
    "at_once": _l("Mail at once"),
    "daily": _l("Mail once a day"),
}
count_at_sign_in("unread_notices", count_unread)


@bp.app_context_processor
def _bell() -> dict[str, object]:
    """What the bell in the header shows; counted with the session, so it costs no query."""
    count = g.get("counts", {}).get("unread_notices", 0)
    return {"unread_notices": f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else count}


@bp.get("/notices")
@signed_in()
def notices() -> str:
    """One's own notices, the latest first."""
    unread_only = request.args.get("show") == "unread"
    page = list_notices(actor(), unread_only=unread_only, after=request.args.get("after"))
    rows = [(one, say(one.topic, one.about), icon_of(one.topic)) for one in page.rows]
    return render_template(
        "notices/list.html", page_title=_("Notices"), rows=rows, next=page.next, unread_only=unread_only
    )


@bp.get("/notices/<uuid:notice_uuid>")
@signed_in()
def open_notice(notice_uuid: UUID) -> WerkzeugResponse:
    """Go where a notice leads; having opened it, one has read it."""
    with write():
        notice = services.read_notice(actor(), notice_uuid)
    target = destination(notice.topic, notice.about)
    try:
        address = url_for("notices.notices") if target is None else url_for(target[0], **target[1])
    except BuildError:
        address = url_for("notices.notices")
    return see_other(address)


@bp.post("/notices/<uuid:notice_uuid>/read")
@signed_in()
def read_notice(notice_uuid: UUID) -> WerkzeugResponse:
    """Mark one notice as read."""
    with write():
        services.read_notice(actor(), notice_uuid)
    return see_other(
        url_for("notices.notices", show="unread" if request.form.get("show") == "unread" else None)
    )


@bp.post("/notices/read")
@signed_in()
def read_all() -> WerkzeugResponse:
    """Mark everything as read."""
    with write():
        services.read_all_notices(actor())
    toast(_("All notices are marked as read."))
    return see_other(url_for("notices.notices"))


@bp.route("/account/notices", methods=["GET", "POST"])
@signed_in()
def choices() -> str | tuple[str, int] | WerkzeugResponse:
    """Which notices one wants, and how."""
    if request.method == "GET":
        return _choices_page()
    try:
        wanted = read_choices(request.form, list_topics(actor()))
        with write():
            services.save_choices(actor(), wanted)
    except Invalid as error:
        return _choices_page(error), 422
    toast(_("Saved."))
    return see_other(url_for("notices.choices"))


def _choices_page(error: Invalid | None = None) -> str:
    who = actor()
    user = get_user_by_id(who.user_id)
    chosen = list_choices(user.id)
    is_pupil = who.has_role("learner")
    has_address = user.email is not None and user.email_verified_at is not None
    rows: list[dict[str, Any]] = []
    for topic in list_topics(who):
        choice = chosen.get(topic.key)
        mode = mail_mode(topic, choice, has_address=has_address, is_pupil=is_pupil)
        rows.append({"topic": topic, "is_shown": choice is None or choice.is_shown, "mail": mode})
    return render_template(
        "notices/choices.html",
        page_title=_("How notices reach you"),
        rows=rows,
        hours=find_hours(user.id),
        has_address=has_address,
        mail_labels=list(MAIL_LABELS.items()),
        clock=[(hour, f"{hour}:00") for hour in range(24)],
        errors={} if error is None else {name: str(text) for name, text in error.fields.items()},
        problem="" if error is None else str(error),
    )


@bp.route("/notices/stop/<token>", methods=["GET", "POST"])
@csrf.exempt
def stop(token: str) -> str:
    """End the letters of a kind, from the link in a letter: looking changes nothing, pressing does; no sign-in.

    Mail programs press by themselves (RFC 8058), without a cookie, so the token alone is the permission.
    """
    user_uuid, keys = read_stop_token(token)
    labels = [topic.label for topic in find_topics(keys)]
    if request.method == "POST":
        with write():
            services.stop_mail(user_uuid, keys)
    return render_template(
        "notices/stop.html",
        page_title=_("Letters with notices"),
        labels=labels,
        is_done=request.method == "POST",
        no_bar_search=True,
    )
