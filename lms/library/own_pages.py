"""One's own items: a table in which a whole batch of drafts is corrected and published."""

from __future__ import annotations

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from content_store.models import Version
from lms.core.db import write
from lms.core.i18n import _, _l, ngettext
from lms.core.web import actor, see_other, toast
from lms.library import queries, services
from lms.library.blueprint import bp
from lms.library.corrections import Outcome
from lms.library.forms import read_corrections, show_grades
from lms.library.showing import card_facts
from lms.library.taxonomy import grade_choices, language_choices, license_choices, subject_choices
from lms.people.access import signed_in

STATES = {"draft": _l("Drafts"), "published": _l("Published"), "retired": _l("Withdrawn")}
SCOPE_WORDS = {
    "private": _l("Only me"),
    "school": _l("My school"),
    "sector": _l("The education sector"),
    "public": _l("Everyone"),
}


def scope_of(version: Version) -> str:
    """Return the circle that an item is shared with; before it is published, the one proposed."""
    audiences = version.item.audiences
    if version.item.state == "draft" and not audiences:
        return "school" if version.item.home else "private"
    if "public" in audiences:
        return "public"
    if "sector" in audiences:
        return "sector"
    return "school" if audiences else "private"


def scope_choices(*, has_home: bool = True) -> list[tuple[str, str]]:
    """Return (id, label) of the circles an item may be shared with."""
    return [(key, str(words)) for key, words in SCOPE_WORDS.items() if has_home or key != "school"]


@bp.get("/library/mine")
@signed_in()
def own_items() -> str:
    """List what one put in, ready to be corrected."""
    return _table({})


@bp.post("/library/mine")
@signed_in()
def correct_own_items() -> Response | tuple[str, int]:
    """Save the table, with the common values put over the selected rows, and publish those if asked."""
    rows = read_corrections(request.form)
    publish = request.form.get("action") == "publish"
    with write():
        outcomes = services.correct_items(actor(), rows, publish_selected=publish)
    problems = {str(outcome.item_uuid): outcome.problem for outcome in outcomes if outcome.problem}
    if problems:
        return _table(problems), 422
    toast(_said(outcomes))
    return see_other(url_for("library.own_items", state=_state()))


def _said(outcomes: list[Outcome]) -> str:
    published = sum(outcome.is_published for outcome in outcomes)
    if published:
        return ngettext("%(num)d item is published.", "%(num)d items are published.", published)
    return _("Saved.")


def _state() -> str:
    asked = request.values.get("state", "draft")
    return asked if asked in STATES else "draft"


def _table(problems: dict[str, str]) -> str:
    state = _state()
    page = queries.list_own_items(actor(), state=state, after=request.args.get("after"), size=20)
    return render_template(
        "library/mine.html",
        page_title=_("My materials"),
        state=state,
        states=[
            (str(words), url_for("library.own_items", state=key), key == state)
            for key, words in STATES.items()
        ],
        rows=[
            {
                "key": str(version.item.uuid),
                "version": version,
                "facts": card_facts(version),
                "grades": show_grades(version.grades, _("adults")),
                "authors": ", ".join(version.authors),
                "scope": scope_of(version),
                "scopes": scope_choices(has_home=bool(version.item.home)),
                "problem": problems.get(str(version.item.uuid), ""),
            }
            for version in page.versions
        ],
        next=page.next,
        problems=problems,
        scopes=scope_choices(),
        subjects=subject_choices(),
        languages=language_choices(),
        licenses=license_choices(),
        grades=grade_choices(),
    )
