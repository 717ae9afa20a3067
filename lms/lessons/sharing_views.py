"""Sharing one's lesson in the library, and making a lesson of one's own from a shared one."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.db import write
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.i18n import _, ngettext
from lms.core.nav import place
from lms.core.rates import limit_rate
from lms.core.web import actor, see_other, toast
from lms.lessons import editor_forms as forms
from lms.lessons import editor_queries
from lms.lessons.blueprint import bp
from lms.lessons.lesson_sharing import Plan, plan_share, share_lesson, take_lesson, write_lesson
from lms.library.lesson_items import get_lesson_item
from lms.library.queries import pinned
from lms.people.access import signed_in

Page = str | Response | tuple[str, int]

for _endpoint in ("ask_share", "ask_take"):
    place(f"lessons.{_endpoint}", "staff", "teach")


@bp.get("/teach/lessons/<uuid:lesson_uuid>/share")
@signed_in()
def ask_share(lesson_uuid: UUID) -> str:
    """Show what sharing the lesson means, under which licenses it can stand, or why it cannot."""
    return _page(plan_share(actor(), lesson_uuid), {})


@bp.post("/teach/lessons/<uuid:lesson_uuid>/share")
@signed_in()
def share(lesson_uuid: UUID) -> Page:
    """Put the lesson into the library and go where its audience is chosen."""
    who = actor()
    limit_rate("lesson_share", "60/hour", who.user_id)
    plan = plan_share(who, lesson_uuid)
    is_first = plan.share is None
    try:
        if plan.problems:
            raise Invalid({"license": " ".join(plan.problems)})
        file = write_lesson(who, plan)
        with write():
            item_uuid = share_lesson(
                who,
                plan,
                file,
                license_id=request.form.get("license", "")[:40],
                note=request.form.get("note", "")[:1000],
            )
    except (Invalid, Conflict) as error:
        fields = error.fields if isinstance(error, Invalid) else {"license": str(error)}
        errors = {name: str(words) for name, words in fields.items()}
        return _page(plan_share(who, lesson_uuid), errors), error.status
    if is_first:
        toast(_("It is a draft in your materials. Choose who may see it, then publish it."))
        return see_other(url_for("library.edit_item", item_uuid=item_uuid))
    toast(_("The library has this state now."))
    return see_other(url_for("library.item", item_uuid=item_uuid))


def _page(plan: Plan, errors: dict[str, str]) -> str:
    return render_template(
        "lessons/editor/share.html",
        page_title=_("Share “%(title)s” in the library", title=plan.lesson.title),
        plan=plan,
        errors=errors,
        chosen=request.form.get("license", ""),
    )


@bp.get("/teach/take/<uuid:item_uuid>")
@signed_in()
def ask_take(item_uuid: UUID) -> str:
    """Choose in which unit of one's own courses the draft is to stand."""
    version = get_lesson_item(actor(), item_uuid, _number(request.args.get("version", "")))
    q = request.args.get("q", "")
    return render_template(
        "lessons/editor/take.html",
        page_title=_("Make a lesson of mine"),
        item=pinned(version),
        q=q,
        units=editor_queries.list_own_units(actor(), q),
    )


@bp.post("/teach/take/<uuid:item_uuid>")
@signed_in()
def take(item_uuid: UUID) -> Response:
    """Make the draft and open it in the editor."""
    who = actor()
    limit_rate("lesson_take", "120/hour", who.user_id)
    if not request.form.get("unit"):
        raise NotFound()
    with write():
        unit = editor_queries.get_own_unit(who, forms.read_uuid(request.form["unit"]))
        taken = take_lesson(who, item_uuid, unit, number=_number(request.form.get("number", "")))
    if taken.skipped:
        toast(
            ngettext(
                "It is a draft of yours now. %(num)d block could not come along: it is not shared with you.",
                "It is a draft of yours now. %(num)d blocks could not come along: they are not shared with you.",
                taken.skipped,
            ),
            "warning",
        )
    else:
        toast(_("It is a draft of yours now."))
    return see_other(url_for("lessons.edit_lesson", lesson_uuid=taken.lesson.uuid))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
