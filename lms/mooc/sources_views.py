"""The sources of an open course, for anyone: who made what its lessons use, under which license."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from lms.core.actor import ANONYMOUS
from lms.core.i18n import _
from lms.lessons.attribution import make_sheet
from lms.lessons.attribution_queries import list_taught_items
from lms.lessons.attribution_views import answer_sheet
from lms.mooc.answers import answer
from lms.mooc.blueprint import bp
from lms.mooc.queries import get_open_course


@bp.get("/catalog/<slug>/sources")
def course_sources(slug: str) -> Response | str:
    """The sources of every lesson that is open, as a stranger would be taught it."""
    found = get_open_course(slug)
    lessons = list_taught_items(ANONYMOUS, found.run, is_preview=False)
    sheet = make_sheet(found.course.title, lessons, is_course=True)
    page = answer_sheet(sheet, url_for("mooc.course", slug=slug), _("Back to the course"))
    return answer(page) if isinstance(page, str) else page
