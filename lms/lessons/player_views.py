"""The player: one activity a page, an answer, the step to the next, the end of a lesson.

GET only reads; once the page is rendered, a view that counts is recorded in a short write of its own. A script may ask
for the activity alone (`X-Fragment: 1`) after an answer; without script the same addresses redirect.
"""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.clock import new_token
from lms.core.db import write
from lms.core.errors import Conflict, Invalid, NotFound, Refusal
from lms.core.rates import limit_rate
from lms.core.web import actor, is_fragment, see_other, toast
from lms.lessons import player, services
from lms.lessons.blueprint import bp
from lms.lessons.kinds import get_kind
from lms.lessons.question_state import guest_tries
from lms.people.access import signed_in
from lms.questions.forms import read_response
from lms.questions.grading import Response as Answer

BASE = "/learn/runs/<uuid:run_uuid>/<uuid:lesson_uuid>"


@bp.get(BASE)
@signed_in()
def lesson(run_uuid: UUID, lesson_uuid: UUID) -> Response:
    """Go to the exact activity where the learner left."""
    page = player.get_lesson_page(actor(), run_uuid, lesson_uuid)
    if page.stop.is_complete and "again" not in request.args:
        return redirect(url_for("lessons.lesson_end", run_uuid=run_uuid, lesson_uuid=lesson_uuid))
    return redirect(_address(run_uuid, lesson_uuid, page.resume_at().uuid))


@bp.get(f"{BASE}/<uuid:activity_uuid>")
@signed_in()
def activity(run_uuid: UUID, lesson_uuid: UUID, activity_uuid: UUID) -> str:
    """Show one activity; record the view after rendering, at most once a day."""
    page = player.get_player_page(actor(), run_uuid, lesson_uuid, activity_uuid)
    html = _render(page)
    if page.view_counts and request.method == "GET" and not _is_prefetch():
        with write():
            services.view_activity(actor(), run_uuid, activity_uuid)
    return html


@bp.post(f"{BASE}/<uuid:activity_uuid>/answer")
@signed_in()
def answer(run_uuid: UUID, lesson_uuid: UUID, activity_uuid: UUID) -> str | Response | tuple[str, int]:
    """Take an answer; a teacher who only looks is told the mark and nothing is recorded."""
    limit_rate("answer", "120/minute", actor().user_id)
    try:
        response = read_response(request.form)
        return _record(run_uuid, lesson_uuid, activity_uuid, response)
    except (Invalid, Conflict) as error:
        return _refused(error, run_uuid, lesson_uuid, activity_uuid)


def _record(run_uuid: UUID, lesson_uuid: UUID, activity_uuid: UUID, response: Answer) -> str | Response:
    try:
        with write():
            services.answer_question(
                actor(), run_uuid, activity_uuid, response, key=request.form.get("key", "")[:65]
            )
    except NotFound:
        _run, is_preview = player.get_seat_in_run(actor(), run_uuid)
        if not is_preview:
            raise
        return _try(run_uuid, lesson_uuid, activity_uuid, response)
    if is_fragment():
        return _render(player.get_player_page(actor(), run_uuid, lesson_uuid, activity_uuid))
    return see_other(_address(run_uuid, lesson_uuid, activity_uuid) + "#result")


@bp.post(f"{BASE}/<uuid:activity_uuid>/next")
@signed_in()
def step_on(run_uuid: UUID, lesson_uuid: UUID, activity_uuid: UUID) -> Response:
    """Complete an activity without a score and go to the next one, or to the lesson's end."""
    page = player.get_player_page(actor(), run_uuid, lesson_uuid, activity_uuid)
    if page.lesson.takes_answers and not page.is_done:
        with write():
            services.complete_activity(actor(), run_uuid, activity_uuid)
    if page.next is not None:
        return see_other(_address(run_uuid, lesson_uuid, page.next.uuid))
    return see_other(url_for("lessons.lesson_end", run_uuid=run_uuid, lesson_uuid=lesson_uuid))


@bp.get(f"{BASE}/end")
@signed_in()
def lesson_end(run_uuid: UUID, lesson_uuid: UUID) -> str:
    """Say what the lesson gave, what is still open in it, and where to go on."""
    page = player.get_lesson_page(actor(), run_uuid, lesson_uuid)
    return render_template("lessons/end.html", page_title=page.stop.title, lesson=page)


def _render(page: player.PlayerPage, *, error: str = "") -> str:
    kind = get_kind(page.activity.kind)
    template = "lessons/_stage.html" if is_fragment() else "lessons/player.html"
    return render_template(
        template,
        page_title=page.activity.title or page.lesson.stop.title,
        page=page,
        lesson=page.lesson,
        activity=page.activity,
        question=page.question,
        kind=kind,
        media=kind.show(page.activity),
        get_kind=get_kind,
        answer_url=_address(
            page.lesson.run.uuid, page.lesson.stop.lesson_uuid, page.activity.uuid, "lessons.answer"
        ),
        answer_key=new_token(16),
        answer_error=error,
    )


def _try(run_uuid: UUID, lesson_uuid: UUID, activity_uuid: UUID, response: Answer) -> str:
    lesson_page = player.get_lesson_page(actor(), run_uuid, lesson_uuid)
    mark = services.try_question(lesson_page.snapshot, activity_uuid, response)
    return _render(player.at_activity(lesson_page, activity_uuid, guest_tries(response, mark)))


def _refused(
    error: Refusal, run_uuid: UUID, lesson_uuid: UUID, activity_uuid: UUID
) -> Response | tuple[str, int]:
    """Show the same activity with what is wrong; without script a settled question just says so on the page."""
    message = str(next(iter(error.fields.values()), error.message) if isinstance(error, Invalid) else error)
    if isinstance(error, Conflict) and not is_fragment():
        toast(message, "warning")
        return see_other(_address(run_uuid, lesson_uuid, activity_uuid))
    page = player.get_player_page(actor(), run_uuid, lesson_uuid, activity_uuid)
    return _render(page, error=message), error.status


def _address(
    run_uuid: UUID, lesson_uuid: UUID, activity_uuid: UUID, endpoint: str = "lessons.activity"
) -> str:
    return url_for(endpoint, run_uuid=run_uuid, lesson_uuid=lesson_uuid, activity_uuid=activity_uuid)


def _is_prefetch() -> bool:
    """Browsers announce pages they load before anyone asked."""
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return "prefetch" in purpose or "prerender" in purpose
