"""The draft as a learner would get it: answers are checked and explained, nothing is recorded or kept."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.clock import new_token
from lms.core.errors import Invalid, NotFound
from lms.core.i18n import _
from lms.core.rates import limit_rate
from lms.core.web import actor
from lms.lessons import queries, services
from lms.lessons.blueprint import bp
from lms.lessons.editor_views import LESSON
from lms.lessons.kinds import get_kind
from lms.lessons.player_links import RATE, answer_links
from lms.lessons.question_state import Tries, guest_tries, show_question
from lms.lessons.services.editing import preview_lesson
from lms.people.access import signed_in
from lms.questions.forms import read_response


@bp.get(f"{LESSON}/preview")
@bp.get(f"{LESSON}/preview/<uuid:activity_uuid>")
@signed_in()
def preview_draft(lesson_uuid: UUID, activity_uuid: UUID | None = None) -> str:
    """One activity of the draft; colleagues of the place may look too."""
    return _page(lesson_uuid, activity_uuid)


@bp.get(f"{LESSON}/preview/<uuid:activity_uuid>/links")
@signed_in()
def preview_links(lesson_uuid: UUID, activity_uuid: UUID) -> Response:
    """Answer fresh addresses of what the draft shows, to whoever may look at it."""
    limit_rate("activity_links", RATE, actor().user_id)
    lesson, _unit, course = queries.get_lesson(actor(), lesson_uuid, to_edit=False)
    activity = preview_lesson(actor(), course, lesson).snapshot.find(activity_uuid)
    if activity is None:
        raise NotFound()
    return answer_links(activity)


@bp.post(f"{LESSON}/preview/<uuid:activity_uuid>/answer")
@signed_in()
def preview_answer(lesson_uuid: UUID, activity_uuid: UUID) -> str | tuple[str, int]:
    """Check an answer and tell, without a trace."""
    lesson, _unit, course = queries.get_lesson(actor(), lesson_uuid, to_edit=False)
    snapshot = preview_lesson(actor(), course, lesson).snapshot
    try:
        response = read_response(request.form)
        mark = services.try_question(snapshot, activity_uuid, response)
    except Invalid as error:
        words = str(next(iter(error.fields.values()), error.message))
        return _page(lesson_uuid, activity_uuid, error=words), 422
    return _page(lesson_uuid, activity_uuid, guest_tries(response, mark))


def _page(lesson_uuid: UUID, activity_uuid: UUID | None, tries: Tries | None = None, error: str = "") -> str:
    lesson, unit, course = queries.get_lesson(actor(), lesson_uuid, to_edit=False)
    preview = preview_lesson(actor(), course, lesson)
    snapshot = preview.snapshot
    shown: dict[str, object] = {"activity": None, "place": 0}
    if snapshot.activities:
        activity = snapshot.find(activity_uuid) if activity_uuid else snapshot.activities[0]
        if activity is None:
            raise NotFound()
        kind = get_kind(activity.kind)
        asked = [row.uuid for row in snapshot.activities if row.scored]
        is_question = activity.kind == "question"
        shown = {
            "activity": activity,
            "place": snapshot.place_of(activity.uuid),
            "kind": kind,
            "media": kind.show(activity),
            "question": show_question(activity, tries or Tries()) if is_question else None,
            "question_number": (asked.index(activity.uuid) + 1 if activity.scored else 0, len(asked)),
            "answer_url": url_for(
                "lessons.preview_answer", lesson_uuid=lesson_uuid, activity_uuid=activity.uuid
            ),
            "links_url": url_for(
                "lessons.preview_links", lesson_uuid=lesson_uuid, activity_uuid=activity.uuid
            )
            if activity.pin
            else "",
            "answer_key": new_token(16),
            "answer_error": error,
        }
    elif activity_uuid is not None:
        raise NotFound()
    return render_template(
        "lessons/editor/preview.html",
        page_title=_("As learners see it: %(title)s", title=lesson.title),
        lesson=lesson,
        unit=unit,
        course=course,
        snapshot=snapshot,
        unfinished=len(preview.errors),
        get_kind=get_kind,
        **shown,
    )
