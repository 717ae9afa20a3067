"""Newer versions for lessons: what is offered to a course or a lesson, taken or declined with one press."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.db import write
from lms.core.i18n import _, ngettext
from lms.core.nav import place
from lms.core.web import actor, safe_next, see_other, toast
from lms.courses.queries import get_course
from lms.lessons import offers
from lms.lessons.blueprint import bp
from lms.lessons.editor_forms import read_uuid
from lms.lessons.queries import get_lesson
from lms.people.access import signed_in

COURSE = "/teach/courses/<uuid:course_uuid>/newer"
LESSON = "/teach/lessons/<uuid:lesson_uuid>/newer"
OFFER = f"{LESSON}/<uuid:item_uuid>/<int(max=999999):number>"

place("lessons.course_offers", "staff", "teach")


@bp.get(COURSE)
@signed_in()
def course_offers(course_uuid: UUID) -> str:
    """List the newer versions offered to the lessons of a course."""
    course = get_course(actor(), course_uuid, to_edit=True)
    return render_template(
        "lessons/editor/offers.html",
        page_title=_("Newer versions"),
        course=course,
        offers=offers.list_course_offers(actor(), course),
    )


@bp.post(COURSE)
@signed_in()
def accept_course_offers(course_uuid: UUID) -> Response:
    """Take every newer version into the drafts of a course."""
    with write():
        course = get_course(actor(), course_uuid, to_edit=True)
        taken = offers.accept_all(actor(), offers.list_course_offers(actor(), course))
    _say(taken)
    return see_other(url_for("lessons.course_offers", course_uuid=course_uuid))


@bp.post(f"{COURSE}/decline")
@signed_in()
def decline_course_offers(course_uuid: UUID) -> Response:
    """Keep what all lessons of a course have."""
    with write():
        course = get_course(actor(), course_uuid, to_edit=True)
        declined = offers.decline_all(actor(), offers.list_course_offers(actor(), course))
    if declined:
        toast(_("The lessons keep what they have. What is newer still will be offered again."))
    return see_other(url_for("lessons.course_offers", course_uuid=course_uuid))


@bp.post(LESSON)
@signed_in()
def accept_offer(lesson_uuid: UUID) -> Response:
    """Take one newer version into a draft, or without an item all that are offered to it."""
    with write():
        lesson = get_lesson(actor(), lesson_uuid)[0]
        if request.form.get("item"):
            item_uuid = read_uuid(request.form["item"])
            taken = offers.accept_offer(actor(), lesson, item_uuid, _number(request.form.get("number")))
        else:
            taken = offers.accept_all(actor(), offers.list_offers(actor(), lesson))
    _say(taken)
    return _back(lesson_uuid)


@bp.post(f"{OFFER}/decline")
@signed_in()
def decline_offer(lesson_uuid: UUID, item_uuid: UUID, number: int) -> Response:
    """Keep what the lesson has, with undo."""
    with write():
        offers.decline_offer(actor(), get_lesson(actor(), lesson_uuid)[0], item_uuid, number)
    undo = url_for("lessons.take_offer_back", lesson_uuid=lesson_uuid, item_uuid=item_uuid, number=number)
    toast(_("The lesson keeps what it has."), undo_url=undo)
    return _back(lesson_uuid)


@bp.post(f"{OFFER}/undo")
@signed_in()
def take_offer_back(lesson_uuid: UUID, item_uuid: UUID, number: int) -> Response:
    """Offer again what was declined."""
    with write():
        offers.take_offer_back(actor(), get_lesson(actor(), lesson_uuid)[0], item_uuid, number)
    return _back(lesson_uuid)


def _back(lesson_uuid: UUID) -> Response:
    return see_other(safe_next(url_for("lessons.edit_lesson", lesson_uuid=lesson_uuid)))


def _say(taken: offers.Taken) -> None:
    for words in dict.fromkeys(taken.problems):
        toast(words, "warning")
    if taken.changed:
        toast(
            ngettext(
                "%(num)d place shows the newer version. Publish the lesson when you are ready.",
                "%(num)d places show the newer version. Publish the lessons when you are ready.",
                taken.changed,
            )
        )
    elif not taken.problems:
        toast(_("Nothing newer was left to take."))


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else 0
