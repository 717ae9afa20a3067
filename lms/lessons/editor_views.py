"""The lesson editor: the page itself is what is edited, block by block.

Every deed is a plain form that works without script. A script sends the same forms: with `X-Fragment: 1` it follows
the redirect to the list of blocks, with `Accept: application/json` a save answers with the new version alone.
"""

from __future__ import annotations

import dataclasses
from uuid import UUID

from flask import Response as FlaskResponse
from flask import jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from lms.core.db import write
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import _
from lms.core.nav import place
from lms.core.rates import limit_rate
from lms.core.refusals import wants_json
from lms.core.web import actor, is_fragment, see_other, toast
from lms.lessons import editor_forms as forms
from lms.lessons import editor_queries, queries, services
from lms.lessons.blueprint import bp
from lms.lessons.editor_page import (
    Open,
    has_changes,
    make_block,
    read_lesson,
    render_block,
    render_editor,
    saved_at,
)
from lms.lessons.models import Activity, Lesson
from lms.lessons.services import editing
from lms.lessons.services.drafts import LessonMoved, activities_of
from lms.lessons.services.publishing import find_latest_revision
from lms.library.markup import render_markdown
from lms.library.queries import load_pinned
from lms.library.recall import find_withdrawal
from lms.people.access import signed_in

LESSON = "/teach/lessons/<uuid:lesson_uuid>"
BLOCK = f"{LESSON}/activities/<uuid:activity_uuid>"
LONGEST_PREVIEW = 60_000

place("lessons.edit_lesson", "staff", "teach")


@bp.get(LESSON)
@signed_in()
def edit_lesson(lesson_uuid: UUID) -> str:
    """The editor; `open` names the block to write in, `rows` how many empty choices it shows besides."""
    asked = request.args.get("open", "")
    rows = request.args.get("rows", "")
    opened = Open(
        forms.read_uuid(asked) if asked else None,
        int(rows) if rows.isdecimal() and len(rows) < 3 else 0,
    )
    return render_editor(actor(), lesson_uuid, opened)


def editor_at(lesson_uuid: UUID, activity_uuid: UUID | None = None, **values: object) -> Response:
    """Go to the editor, at a block if named."""
    anchor = f"a-{activity_uuid}" if activity_uuid else None
    if is_fragment() and activity_uuid:  # a script following a redirect is not told the anchor
        values["at"] = activity_uuid
    return see_other(url_for("lessons.edit_lesson", lesson_uuid=lesson_uuid, _anchor=anchor, **values))  # type: ignore[arg-type]


def read_after(lesson: Lesson, text: str) -> Activity | str | None:
    """Return what a new block stands behind: a block, the start, or (None) the end."""
    if text in {"", editing.START}:
        return text or None
    return queries.get_activity(lesson, forms.read_uuid(text))


@bp.post(f"{LESSON}/about")
@signed_in()
def save_about(lesson_uuid: UUID) -> Response | FlaskResponse | tuple[str | FlaskResponse, int]:
    """Save title, goal, minutes and whether guests may look."""
    try:
        about = forms.read_about(request.form)
        with write():
            lesson, _unit, _course = read_lesson(lesson_uuid)
            editing.describe_lesson(actor(), lesson, about, mark=request.form.get("mark", ""))
    except (Invalid, LessonMoved) as error:
        if wants_json():
            return _about_not_saved(lesson_uuid, error)
        fields = (
            {name: str(text) for name, text in error.fields.items()} if isinstance(error, Invalid) else {}
        )
        kept = editing.About(
            request.form.get("title", ""),
            request.form.get("goal", ""),
            None,
            "free_preview" in request.form,
        )
        errors = fields or {"conflict": str(error)}
        return render_editor(actor(), lesson_uuid, about=kept, about_errors=errors), error.status
    if wants_json():
        return jsonify(saved=saved_at(lesson), mark=editing.mark_of(editing.about_of(lesson)))
    return editor_at(lesson_uuid)


def _about_not_saved(lesson_uuid: UUID, error: Conflict | Invalid) -> tuple[FlaskResponse, int]:
    """Tell a script what stands in the way; after another's save also what that said, to choose between the two."""
    if isinstance(error, Invalid):
        raise error
    lesson, _unit, _course = read_lesson(lesson_uuid)
    now = editing.about_of(lesson)
    told = {"error": error.code, "message": str(error), "fields": {}, "mark": editing.mark_of(now)}
    return jsonify(told | {"theirs": dataclasses.asdict(now)}), error.status


@bp.post(f"{LESSON}/activities")
@signed_in()
def add_activity(lesson_uuid: UUID) -> Response | tuple[str, int]:
    """Add an empty block of `kind` and open it."""
    kind = request.form.get("kind", "")
    try:
        with write():
            lesson, _unit, _course = read_lesson(lesson_uuid)
            activity = editing.insert_activity(
                actor(),
                lesson,
                kind=kind,
                data=forms.new_data(kind),
                after=read_after(lesson, request.form.get("after", "")),
            )
    except Invalid as error:
        return _told(lesson_uuid, error)
    return editor_at(lesson_uuid, activity.uuid, open=activity.uuid)


def _told(lesson_uuid: UUID, error: Invalid) -> Response | tuple[str, int]:
    """Say a refusal that belongs to no field, on the editor's page."""
    if wants_json():
        raise error
    toast(str(next(iter(error.fields.values()), error.message)), "warning")
    return editor_at(lesson_uuid)


@bp.get(BLOCK)
@signed_in()
def show_block(lesson_uuid: UUID, activity_uuid: UUID) -> str | Response:
    """One block alone for a script, as learners see it or (`open`) to write in; without script the editor at it."""
    lesson, unit, course = read_lesson(lesson_uuid)
    activity = queries.get_activity(lesson, activity_uuid)
    if not is_fragment():
        return redirect(url_for("lessons.edit_lesson", lesson_uuid=lesson_uuid, open=activity_uuid))
    items = load_pinned([activity.pin]) if activity.pin else {}
    opened = Open(
        activity_uuid if "open" in request.args else None, forms.MORE_ROWS if "rows" in request.args else 0
    )
    withdrawal = find_withdrawal(activity.pin) if activity.pin else None
    block = make_block(activity, items.get(activity.pin or ""), opened, withdrawal=withdrawal)
    return render_block(lesson, unit, course, block)


@bp.post(BLOCK)
@signed_in()
def save_activity(
    lesson_uuid: UUID, activity_uuid: UUID
) -> Response | FlaskResponse | tuple[str | FlaskResponse, int]:
    """Save a block. `then` says what follows: close it, go on writing, or more rows for choices."""
    limit_rate("autosave", "240/minute", actor().user_id)
    lesson, _unit, _course = read_lesson(lesson_uuid)
    data = forms.read_block(queries.get_activity(lesson, activity_uuid), request.form)
    title = request.form.get("title", "")
    try:
        with write():
            lesson, _unit, _course = read_lesson(lesson_uuid)
            activity = services.update_activity(
                actor(),
                queries.get_activity(lesson, activity_uuid),
                data=data,
                title=title,
                version=forms.read_version(request.form),
            )
    except (LessonMoved, Invalid) as error:
        return _not_saved(lesson_uuid, activity_uuid, error, Open(activity_uuid, 0, data, title))
    if wants_json():
        return jsonify(version=activity.version, saved=saved_at(lesson))
    then = request.form.get("then", "")
    if then in {"rows", "open"}:
        shown = len(request.form.getlist("choice_text"))
        kept = len(activity.data.get("choices") or ())
        more = max(0, shown - kept) + (forms.MORE_ROWS if then == "rows" else 0)
        return editor_at(lesson_uuid, activity_uuid, open=activity_uuid, rows=more or None)
    return editor_at(lesson_uuid, activity_uuid)


def _not_saved(
    lesson_uuid: UUID, activity_uuid: UUID, error: Conflict | Invalid, opened: Open
) -> tuple[str | FlaskResponse, int]:
    """Keep what was typed and show it beside the saved state, or beside what is wrong with it."""
    fields = {name: str(text) for name, text in error.fields.items()} if isinstance(error, Invalid) else {}
    if wants_json():
        lesson, _unit, _course = read_lesson(lesson_uuid)
        activity = queries.get_activity(lesson, activity_uuid)
        told = {"error": error.code, "message": str(error), "fields": fields, "version": activity.version}
        if isinstance(error, Conflict):
            told["theirs"] = {"title": activity.title, "data": activity.data}
        return jsonify(told), error.status
    words = next(iter(fields.values()), str(error))
    opened = Open(
        opened.uuid, 0, opened.data, opened.title, words, fields, is_conflict=isinstance(error, Conflict)
    )
    return render_editor(actor(), lesson_uuid, opened), error.status


@bp.post(f"{BLOCK}/move")
@signed_in()
def move_activity(lesson_uuid: UUID, activity_uuid: UUID) -> Response:
    """Put a block elsewhere: `place` (0 is first), or one step `to` up or down."""
    with write():
        lesson, _unit, _course = read_lesson(lesson_uuid)
        activity = queries.get_activity(lesson, activity_uuid)
        order = [row.id for row in activities_of(lesson.id)]
        now_at = order.index(activity.id) if activity.id in order else len(order)
        services.move_activity(actor(), activity, place=forms.read_place(request.form, now_at=now_at))
    return editor_at(lesson_uuid, activity_uuid)


@bp.post(f"{BLOCK}/trash")
@signed_in()
def trash_activity(lesson_uuid: UUID, activity_uuid: UUID) -> Response:
    """Take a block out, with undo."""
    with write():
        lesson, _unit, _course = read_lesson(lesson_uuid)
        services.trash_activity(actor(), queries.get_activity(lesson, activity_uuid))
    undo = url_for("lessons.restore_activity", lesson_uuid=lesson_uuid, activity_uuid=activity_uuid)
    toast(_("The block is in the trash."), undo_url=undo)
    return editor_at(lesson_uuid)


@bp.post(f"{BLOCK}/restore")
@signed_in()
def restore_activity(lesson_uuid: UUID, activity_uuid: UUID) -> Response:
    """Bring a block back to its place."""
    with write():
        lesson, _unit, _course = read_lesson(lesson_uuid)
        services.restore_activity(actor(), queries.get_activity(lesson, activity_uuid))
    return editor_at(lesson_uuid, activity_uuid)


@bp.post(f"{LESSON}/publish")
@signed_in()
def publish(lesson_uuid: UUID) -> str | Response | tuple[str, int]:
    """Publish the draft to the runs that were ticked; what is unfinished is said at its block."""
    chosen = {forms.read_uuid(text) for text in request.form.getlist("run")}
    try:
        with write():
            lesson, _unit, course = read_lesson(lesson_uuid)
            takers = editor_queries.list_takers(course)
            if not chosen <= {run.uuid for run in takers}:
                raise Invalid({"run": _("One of these runs has ended. Load the page again and choose anew.")})
            runs = [run for run in takers if run.uuid in chosen]
            revision = services.publish_lesson(actor(), lesson, runs=runs)
    except Invalid as error:
        told = {name: str(text) for name, text in error.fields.items()} or {"lesson": str(error)}
        return render_editor(actor(), lesson_uuid, errors=told, publish_message=str(error)), 422
    toast(_("Published: revision %(number)s.", number=revision.number))
    return editor_at(lesson_uuid)


@bp.get(f"{LESSON}/state")
@signed_in()
def lesson_state(lesson_uuid: UUID) -> FlaskResponse:
    """What the marks in the header say: asked by a script after it saved."""
    lesson, _unit, _course = read_lesson(lesson_uuid)
    revision = find_latest_revision(lesson.id)
    return jsonify(
        saved=saved_at(lesson),
        number=revision.number if revision else None,
        has_changes=has_changes(lesson, revision),
    )


@bp.post(f"{LESSON}/markdown")
@signed_in()
def show_markdown(lesson_uuid: UUID) -> str:
    """Markdown as learners will read it, for the preview beside what is written."""
    limit_rate("markdown", "240/minute", actor().user_id)
    read_lesson(lesson_uuid)
    text = request.form.get("text", "")
    if len(text) > LONGEST_PREVIEW:
        raise Invalid({"markdown": _("This text is too long. Split it into two activities.")})
    return render_markdown(text)
