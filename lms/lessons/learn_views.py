"""The learner's own pages: home, one course, results, joining with a code."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from babel.dates import format_date
from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.clock import now, today
from lms.core.db import write
from lms.core.errors import Invalid
from lms.core.i18n import _, _l, current_locale
from lms.core.nav import NavItem, add_nav_item, place
from lms.core.rates import limit_rate
from lms.core.web import actor, see_other, toast
from lms.courses.queries import list_learning
from lms.courses.services import enroll_by_code
from lms.lessons import home
from lms.lessons.answers import count_answers, list_answers
from lms.lessons.blueprint import bp
from lms.lessons.permissions import has_begun
from lms.lessons.player import get_lesson_page, get_seat_in_run
from lms.lessons.queries import list_stops
from lms.people.access import signed_in

place("lessons", "learner", "learn")
place("lessons.results", "learner", "results")
place("lessons.lesson_results", "learner", "results")
add_nav_item(NavItem("learner", "learn", _l("Learn"), "lessons.learn", "book-open", 10))
add_nav_item(NavItem("learner", "results", _l("Results"), "lessons.results", "chart-no-axes-column", 30))


@bp.get("/learn")
@signed_in()
def learn() -> str:
    """Where to go on, what is due, how far everything is."""
    return render_template(
        "learn/home.html",
        page_title=_("Learn"),
        home=home.load_home(actor()),
        today=today(),
        weekday=_weekday,
    )


def _weekday(day: date) -> str:
    """Return the name of a day of the week, as it stands beside a number."""
    return format_date(day, "EEEE", locale=current_locale()).lower()


@bp.get("/learn/runs/<uuid:run_uuid>")
@signed_in()
def outline(run_uuid: UUID) -> str:
    """The lessons of one course, with what is done of each."""
    run, is_preview = get_seat_in_run(actor(), run_uuid)
    if is_preview:
        card = home.CourseCard(run, list_stops([run.id], None)[run.id], None)
    else:
        card = home.load_course_card(actor(), run)
    locked = {stop.lesson_id for stop in card.stops if not has_begun(run, stop.opens_at, now(), today())}
    return render_template(
        "learn/outline.html",
        page_title=run.course.title,
        card=card,
        locked=set() if is_preview else locked,
        is_preview=is_preview,
    )


@bp.get("/learn/results")
@signed_in()
def results() -> str:
    """Every lesson begun, with what it gave."""
    runs = list_learning(actor())
    run_ids = [run.id for run in runs]
    stops = list_stops(run_ids, actor().user_id)
    cards = [home.CourseCard(run, stops[run.id], None) for run in runs]
    tallies = count_answers(actor().user_id, run_ids)
    return render_template("learn/results.html", page_title=_("Results"), cards=cards, tallies=tallies)


@bp.get("/learn/results/<uuid:run_uuid>/<uuid:lesson_uuid>")
@signed_in()
def lesson_results(run_uuid: UUID, lesson_uuid: UUID) -> str:
    """One lesson, question by question: what was answered, what came of it."""
    lesson = get_lesson_page(actor(), run_uuid, lesson_uuid)
    return render_template(
        "learn/answers.html",
        page_title=_("Results: %(title)s", title=lesson.stop.title),
        lesson=lesson,
        answers=list_answers(lesson),
    )


@bp.route("/learn/join", methods=["GET", "POST"])
@signed_in()
def join() -> str | Response | tuple[str, int]:
    """Take a place in a course with the code a teacher gave out."""
    errors: dict[str, object] = {}
    code = request.values.get("code", "")[:40]
    if request.method == "POST":
        limit_rate("join", "20/minute", actor().user_id)
        try:
            with write():
                run = enroll_by_code(actor(), code)
                address = url_for("lessons.outline", run_uuid=run.uuid)
            toast(_("You are in."))
            return see_other(address)
        except Invalid as error:
            errors = dict(error.fields)
    page = render_template("learn/join.html", page_title=_("Join a course"), code=code, errors=errors)
    return (page, 422) if errors else page
