"""The free lesson of an open course: one activity a page, without an account and without a trace."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.errors import Invalid, NotFound
from lms.core.rates import client_address, limit_rate
from lms.core.web import csrf
from lms.lessons.kinds import get_kind
from lms.lessons.player_links import RATE, answer_links
from lms.lessons.queries import get_preview
from lms.lessons.question_state import Tries, guest_tries, show_question
from lms.lessons.services import try_question
from lms.lessons.snapshots import FrozenActivity, Snapshot
from lms.mooc.answers import answer
from lms.mooc.blueprint import bp
from lms.mooc.models import OpenCourse
from lms.mooc.queries import get_open_course
from lms.questions.forms import read_response


@bp.get("/catalog/<slug>/preview")
@bp.get("/catalog/<slug>/preview/<uuid:activity_uuid>")
def preview(slug: str, activity_uuid: UUID | None = None) -> Response | str:
    """Show one activity of the free lesson."""
    return answer(_preview_page(get_open_course(slug), activity_uuid))


@bp.get("/catalog/<slug>/preview/<uuid:activity_uuid>/links")
def preview_links(slug: str, activity_uuid: UUID) -> Response:
    """Answer fresh addresses of what a guest looks at: the page may have stood open, or come from a cache."""
    limit_rate("activity_links", RATE, client_address())
    return answer_links(_find_activity(get_open_course(slug), activity_uuid)[1])


@bp.post("/catalog/<slug>/preview/<uuid:activity_uuid>")
@csrf.exempt
def try_preview(slug: str, activity_uuid: UUID) -> str:
    """Check a guest's answer; nothing is recorded, so it needs no token and the page stays cacheable."""
    limit_rate("preview", "120/minute", client_address())
    return _preview_page(get_open_course(slug), activity_uuid, answered=True)


def _find_activity(found: OpenCourse, activity_uuid: UUID | None) -> tuple[Snapshot, FrozenActivity]:
    if found.preview_lesson is None:
        raise NotFound()
    _revision, snapshot = get_preview(found.preview_lesson)
    activity = snapshot.find(activity_uuid) if activity_uuid else snapshot.activities[0]
    if activity is None:
        raise NotFound()
    return snapshot, activity


def _preview_page(found: OpenCourse, activity_uuid: UUID | None, *, answered: bool = False) -> str:
    snapshot, activity = _find_activity(found, activity_uuid)
    tries, error = _check_guest(snapshot, activity.uuid) if answered else (Tries(), "")
    kind, asked = get_kind(activity.kind), [row.uuid for row in snapshot.activities if row.scored]
    at = snapshot.place_of(activity.uuid)
    return render_template(
        "mooc/preview.html",
        is_guest=True,
        page_title=f"{snapshot.title} · {found.course.title}",
        course=found.course,
        snapshot=snapshot,
        activity=activity,
        get_kind=get_kind,
        kind=kind,
        media=kind.show(activity),
        question=show_question(activity, tries) if activity.kind == "question" else None,
        question_number=(asked.index(activity.uuid) + 1 if activity.scored else 0, len(asked)),
        answer_url=url_for("mooc.try_preview", slug=found.course.slug, activity_uuid=activity.uuid),
        links_url=url_for("mooc.preview_links", slug=found.course.slug, activity_uuid=activity.uuid)
        if activity.pin
        else "",
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
