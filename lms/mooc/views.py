"""Public pages: the front page and catalogue, a course's page, its free preview, enrolling in one press."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.actor import Actor
from lms.core.db import write
from lms.core.errors import Invalid, NotFound
from lms.core.i18n import _, _l
from lms.core.nav import NavItem, add_nav_item, place
from lms.core.rates import client_address, limit_rate
from lms.core.web import actor, cacheable, csrf, see_other, toast
from lms.courses.queries import count_learners, find_enrollment
from lms.courses.services import enroll_self
from lms.lessons.kinds import get_kind
from lms.lessons.question_state import Tries, guest_tries, show_question
from lms.lessons.queries import Stop, get_preview, list_stops
from lms.lessons.services import try_question
from lms.lessons.snapshots import Snapshot
from lms.mooc import queries
from lms.mooc.labels import AUDIENCE_LABELS, LENGTH_LABELS, PACE_LABELS, facet_groups
from lms.mooc.models import OpenCourse
from lms.questions.forms import read_response

bp = Blueprint("mooc", __name__)
place("mooc", "any", "explore")
add_nav_item(NavItem("public", "explore", _l("Explore"), "mooc.catalog", "compass", 10))
add_nav_item(NavItem("learner", "explore", _l("Explore"), "mooc.catalog", "compass", 20))


def _answer(body: str) -> Response | str:
    """Let proxies keep what strangers see; what depends on an account stays with its reader."""
    return body if actor().is_signed_in else cacheable(body)


@bp.get("/")
def front() -> Response | str:
    """The front page: one promise, one search, then the courses."""
    catalog = queries.browse_catalog("", {})
    return _answer(
        render_template(
            "mooc/front.html",
            page_title=None,
            catalog=catalog,
            groups=facet_groups(catalog.facets, {}),
            labels=_labels(),
            description=_(
                "Open courses and materials made by the city's teachers. No account needed to start."
            ),
        )
    )


@bp.get("/catalog")
def catalog() -> Response | str:
    """Courses searched and filtered; the address can be shared."""
    text = request.args.get("q", "").strip()[:200]
    chosen = _chosen_filters(request.args)
    found = queries.browse_catalog(text, chosen, request.args.get("after"))
    return _answer(
        render_template(
            "mooc/catalog.html",
            page_title=_("Open courses"),
            catalog=found,
            groups=facet_groups(found.facets, chosen),
            q=text,
            chosen=chosen,
            labels=_labels(),
            next_url=_next_url(found.next),
        )
    )


def _chosen_filters(args: Mapping[str, str]) -> dict[str, frozenset[str]]:
    wanted = {name: frozenset(request.args.getlist(name)) for name in queries.FACETS if name in args}
    return {name: frozenset(v[:40] for v in values if v) for name, values in wanted.items() if any(values)}


def _next_url(cursor: str | None) -> str | None:
    if cursor is None:
        return None
    kept = {name: request.args.getlist(name) for name in request.args if name != "after"}
    return url_for("mooc.catalog", **kept, after=cursor)


def _labels() -> dict[str, dict[str, object]]:
    return {"audience": dict(AUDIENCE_LABELS), "length": dict(LENGTH_LABELS), "pace": dict(PACE_LABELS)}


@bp.get("/catalog/<slug>")
def course(slug: str) -> Response | str:
    """What a course promises, how it goes, who teaches; one button to enroll."""
    found = queries.get_open_course(slug)
    stops = list_stops([found.run_id], actor().user_id)[found.run_id]
    preview = _find_preview(found, stops)
    return _answer(
        render_template(
            "mooc/course.html",
            page_title=found.course.title,
            description=found.promise,
            open_course=found,
            course=found.course,
            units=_by_unit(stops),
            lesson_count=len(stops),
            preview=preview,
            learners=count_learners([found.run_id]).get(found.run_id, 0),
            enrolled=_is_enrolled(actor(), found),
            labels=_labels(),
        )
    )


def _by_unit(stops: list[Stop]) -> list[tuple[str, list[Stop]]]:
    units: dict[int, tuple[str, list[Stop]]] = {}
    for stop in stops:
        units.setdefault(stop.unit_id, (stop.unit_title, []))[1].append(stop)
    return list(units.values())


def _find_preview(found: OpenCourse, stops: list[Stop]) -> Stop | None:
    return next((stop for stop in stops if stop.lesson_uuid == found.preview_lesson), None)


def _is_enrolled(who: Actor, found: OpenCourse) -> bool:
    if who.user_id is None:
        return False
    enrollment = find_enrollment(found.run_id, who.user_id)
    return enrollment is not None and enrollment.status == "active"


@bp.route("/catalog/<slug>/enroll", methods=["GET", "POST"])
def enroll(slug: str) -> Response:
    """Take a place. A stranger signs up or in first and comes back here, so that the one press still counts."""
    found = queries.get_open_course(slug)
    if not actor().is_signed_in:
        return see_other(url_for("people.sign_up", next=url_for("mooc.enroll", slug=slug)))
    if request.method == "GET" and not _is_enrolled(actor(), found):
        return see_other(url_for("mooc.confirm_enroll", slug=slug))
    with write():
        enroll_self(actor(), found.run)
    toast(_("You have a place. The first lesson is waiting."))
    return see_other(url_for("lessons.outline", run_uuid=found.run.uuid))


@bp.get("/catalog/<slug>/welcome")
def confirm_enroll(slug: str) -> Response | str:
    """After sign-up: the course is still in hand, one button takes the place."""
    found = queries.get_open_course(slug)
    if not actor().is_signed_in or _is_enrolled(actor(), found):
        return see_other(url_for("mooc.course", slug=slug))
    return render_template(
        "mooc/welcome.html", page_title=found.course.title, open_course=found, course=found.course
    )


@bp.get("/catalog/<slug>/preview")
@bp.get("/catalog/<slug>/preview/<uuid:activity_uuid>")
def preview(slug: str, activity_uuid: UUID | None = None) -> Response | str:
    """The free lesson, one activity a page, without an account and without a trace."""
    found = queries.get_open_course(slug)
    return _answer(_preview_page(found, activity_uuid))


@bp.post("/catalog/<slug>/preview/<uuid:activity_uuid>")
@csrf.exempt
def try_preview(slug: str, activity_uuid: UUID) -> str:
    """Check a guest's answer; nothing is recorded, so it needs no token and the page stays cacheable."""
    limit_rate("preview", "120/minute", client_address())
    found = queries.get_open_course(slug)
    return _preview_page(found, activity_uuid, answered=True)


def _preview_page(found: OpenCourse, activity_uuid: UUID | None, *, answered: bool = False) -> str:
    if found.preview_lesson is None:
        raise NotFound()
    _revision, snapshot = get_preview(found.preview_lesson)
    activity = snapshot.find(activity_uuid) if activity_uuid else snapshot.activities[0]
    if activity is None:
        raise NotFound()
    tries, error = _check_guest(snapshot, activity.uuid) if answered else (Tries(), "")
    kind, asked = get_kind(activity.kind), [row.uuid for row in snapshot.activities if row.scored]
    is_question = activity.kind == "question"
    at = snapshot.place_of(activity.uuid)
    return render_template(
        "mooc/preview.html",
        page_title=f"{snapshot.title} · {found.course.title}",
        open_course=found,
        course=found.course,
        snapshot=snapshot,
        activity=activity,
        get_kind=get_kind,
        kind=kind,
        media=kind.show(activity),
        question=show_question(activity, tries) if is_question else None,
        question_number=(asked.index(activity.uuid) + 1 if activity.scored else 0, len(asked)),
        answer_url=url_for("mooc.try_preview", slug=found.course.slug, activity_uuid=activity.uuid),
        answer_key="preview",
        answer_error=error,
        place=at,
        previous=snapshot.activities[at - 1] if at else None,
        next=snapshot.activities[at + 1] if at + 1 < len(snapshot.activities) else None,
    )


def _check_guest(snapshot: Snapshot, activity_uuid: UUID) -> tuple[Tries, str]:
    try:
        response = read_response(request.form)
        return guest_tries(response, try_question(snapshot, activity_uuid, response)), ""
    except Invalid as refusal:
        return Tries(), str(next(iter(refusal.fields.values()), refusal.message))


@bp.get("/robots.txt")
def robots() -> Response:
    """Search engines may read public pages."""
    lines = [
        "User-agent: *",
        "Disallow: /learn",
        "Disallow: /teach",
        "Disallow: /manage",
        "Disallow: /account",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")
