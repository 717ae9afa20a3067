"""Choosing from the library while writing: the drawer (alone for a script, a page without one), insert, replace, use."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.db import write
from lms.core.errors import Invalid, NotFound
from lms.core.i18n import _
from lms.core.nav import place
from lms.core.refusals import wants_json
from lms.core.web import actor, is_fragment, see_other, toast
from lms.lessons import editor_forms as forms
from lms.lessons import editor_queries, queries
from lms.lessons.blueprint import bp
from lms.lessons.editor_library import find_choices
from lms.lessons.editor_page import read_lesson
from lms.lessons.editor_views import BLOCK, LESSON, editor_at, read_after
from lms.lessons.lesson_rights import licenses_for
from lms.lessons.services import editing
from lms.lessons.services.drafts import LessonMoved
from lms.library.queries import get_item, pinned
from lms.library.replacements import find_replaced
from lms.people.access import signed_in

for endpoint in ("lesson_library", "use_item"):
    place(f"lessons.{endpoint}", "staff", "teach")


@bp.get(f"{LESSON}/library")
@signed_in()
def lesson_library(lesson_uuid: UUID) -> str:
    """Search the library for this lesson. `after` and `replace` say where the chosen one goes."""
    lesson, unit, course = read_lesson(lesson_uuid)
    template = (
        "_shelf" if is_fragment() and "results" in request.args else "_drawer" if is_fragment() else "library"
    )
    asked = request.args.get("replace", "")
    replaced = queries.get_activity(lesson, forms.read_uuid(asked)) if asked else None
    only = licenses_for(lesson, replaced, request.args.get("fits", ""))
    return render_template(
        f"lessons/editor/{template}.html",
        page_title=_("Library"),
        lesson=lesson,
        unit=unit,
        course=course,
        shelf=find_choices(
            actor(),
            course,
            request.args,
            only,
            find_replaced(replaced.pin) if replaced and replaced.pin else None,
        ),
        after=request.args.get("after", ""),
        replaced=replaced,
    )


@bp.post(f"{LESSON}/items")
@signed_in()
def insert_item(lesson_uuid: UUID) -> Response:
    """Insert an item at the place asked for, pinned at the version that was shown."""
    try:
        with write():
            lesson, _unit, _course = read_lesson(lesson_uuid)
            activity = editing.insert_item(
                actor(),
                lesson,
                forms.read_uuid(request.form.get("item")),
                number=_number(),
                after=read_after(lesson, request.form.get("after", "")),
            )
    except Invalid as error:
        return _refused(error, url_for("lessons.lesson_library", lesson_uuid=lesson_uuid))
    return editor_at(lesson_uuid, activity.uuid)


def _number() -> int | None:
    """The version that was shown, None where none was named. Raises NotFound for what is no number."""
    text = request.form.get("number", "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 7):
        raise NotFound()
    return int(text) if text else None


def _refused(error: Invalid, back: str) -> Response:
    if wants_json():
        raise error
    toast(str(next(iter(error.fields.values()), error.message)), "warning")
    return see_other(back)


@bp.post(f"{BLOCK}/item")
@signed_in()
def replace_item(lesson_uuid: UUID, activity_uuid: UUID) -> Response:
    """Show another item, or another version, in the same block."""
    try:
        with write():
            lesson, _unit, _course = read_lesson(lesson_uuid)
            editing.replace_item(
                actor(),
                queries.get_activity(lesson, activity_uuid),
                forms.read_uuid(request.form.get("item")),
                number=_number(),
                version=forms.read_version(request.form),
            )
    except Invalid as error:
        return _refused(error, url_for("lessons.edit_lesson", lesson_uuid=lesson_uuid))
    except LessonMoved as error:
        if wants_json():
            raise
        toast(str(error), "warning")
    return editor_at(lesson_uuid, activity_uuid)


@bp.get("/teach/use/<uuid:item_uuid>")
@signed_in()
def use_item(item_uuid: UUID) -> str:
    """Choose one of my lessons for an item found in the library."""
    version = get_item(actor(), item_uuid)
    q = request.args.get("q", "")
    return render_template(
        "lessons/editor/use_item.html",
        page_title=_("Use in a lesson"),
        item=pinned(version),
        q=q,
        lessons=editor_queries.list_own_lessons(actor(), q),
    )


@bp.post("/teach/use/<uuid:item_uuid>")
@signed_in()
def use_item_in(item_uuid: UUID) -> Response:
    """Append the item to the lesson chosen and go there."""
    if not request.form.get("lesson"):
        raise NotFound()
    lesson_uuid = forms.read_uuid(request.form["lesson"])
    try:
        with write():
            lesson, _unit, _course = read_lesson(lesson_uuid)
            activity = editing.insert_item(actor(), lesson, item_uuid, number=_number(), after=None)
    except Invalid as error:
        return _refused(error, url_for("lessons.use_item", item_uuid=item_uuid))
    toast(_("Inserted. The credit is written below it."))
    return editor_at(lesson_uuid, activity.uuid)
