"""The librarians' page of words that mean the same."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.db import write
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import _
from lms.core.vietnamese import fold
from lms.core.web import actor, see_other, toast
from lms.library import synonyms
from lms.library.blueprint import bp
from lms.library.permissions import KEEPERS
from lms.people.access import signed_in

Page = str | Response | tuple[str, int]
LONGEST_FILTER = 60


@bp.get("/library/synonyms", endpoint="synonyms")
@signed_in(*KEEPERS)
def synonyms_page() -> str:
    """Show the lines of this site and the open list; `q` keeps those that have a word."""
    return _page({})


@bp.post("/library/synonyms")
@signed_in(*KEEPERS)
def add_synonyms() -> Page:
    """Add a line."""
    try:
        with write():
            made = synonyms.add_line(actor(), request.form.get("line", "")[:1000])
    except Invalid as error:
        return _page({name: str(words) for name, words in error.fields.items()}), error.status
    except Conflict as error:
        return _page({"line": str(error)}), error.status
    undo = url_for("library.remove_synonyms", line_uuid=made.uuid)
    toast(
        _("Search takes these for each other within half a minute: %(line)s", line=made.line), undo_url=undo
    )
    return see_other(url_for("library.synonyms"))


@bp.post("/library/synonyms/<uuid:line_uuid>/remove")
@signed_in(*KEEPERS)
def remove_synonyms(line_uuid: UUID) -> Response:
    """Take away a line of this site."""
    with write():
        gone = synonyms.remove_line(actor(), line_uuid)
    undo = url_for("library.put_back_synonyms", line_uuid=line_uuid)
    toast(_("Search no longer takes these for each other: %(line)s", line=gone.line), undo_url=undo)
    return see_other(url_for("library.synonyms"))


@bp.post("/library/synonyms/<uuid:line_uuid>/put-back")
@signed_in(*KEEPERS)
def put_back_synonyms(line_uuid: UUID) -> Response:
    """Undo `remove_synonyms`."""
    with write():
        synonyms.remove_line(actor(), line_uuid, back=True)
    toast(_("Saved."))
    return see_other(url_for("library.synonyms"))


@bp.post("/library/synonyms/base")
@signed_in(*KEEPERS)
def switch_synonyms() -> Response:
    """Switch a line of the open list off or on."""
    is_on, line, kept = (request.form.get(name, "") for name in ("is_on", "line", "q"))
    with write():
        synonyms.switch_base_line(actor(), line, is_on=is_on == "1")
    toast(_("Saved."))
    return see_other(url_for("library.synonyms", q=kept[:LONGEST_FILTER] or None))


def _page(errors: dict[str, str]) -> str:
    q = " ".join(request.args.get("q", "").split())[:LONGEST_FILTER]
    own, base = synonyms.list_own_lines(actor()), synonyms.list_base_lines(actor())
    return render_template(
        "library/synonyms.html",
        page_title=_("Words that mean the same"),
        q=q,
        own=[row for row in own if fold(q) in fold(row.line)],
        base=[row for row in base if fold(q) in fold(row.line)],
        off=sum(not row.is_on for row in base),
        typed=request.form.get("line", ""),
        errors=errors,
    )
