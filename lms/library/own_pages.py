"""One's own items: a list to find them in, and a form in which a whole batch of drafts is corrected and published."""

from __future__ import annotations

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from content_store.models import Version
from lms.core.db import write
from lms.core.i18n import _, _l, ngettext
from lms.core.web import actor, see_other, toast
from lms.library import services
from lms.library.blueprint import bp
from lms.library.corrections import Outcome
from lms.library.forms import Owned, read_corrections, read_owned, show_grades
from lms.library.likeness import find_most_alike
from lms.library.own_items import count_own_items, find_own_items
from lms.library.permissions import can_contribute
from lms.library.proposals import Prefilled, guessed_words, prefill
from lms.library.review.queries import find_open_many
from lms.library.sharing import SCOPE_WORDS, Kinds, find_circles, find_kinds, scope_choices, scope_of
from lms.library.showing import TYPE_ICONS, card_facts, missing_words
from lms.library.taxonomy import grade_choices, language_choices, license_choices, subject_choices
from lms.library.usage import count_learners
from lms.people.access import signed_in

STATES = {"draft": _l("Drafts"), "published": _l("Published"), "retired": _l("Withdrawn")}


@bp.get("/library/mine")
@signed_in()
def own_items() -> str:
    """List what one put in; drafts stand ready to be corrected."""
    return _page(read_owned(request.args), {})


@bp.post("/library/mine")
@signed_in()
def correct_own_items() -> Response | tuple[str, int]:
    """Save the drafts, with the common values put over the selected ones, and publish those if asked."""
    rows = read_corrections(request.form)
    publish = request.form.get("action") == "publish"
    with write():
        outcomes = services.correct_items(actor(), rows, publish_selected=publish)
    problems = {str(outcome.item_uuid): outcome.problem for outcome in outcomes if outcome.problem}
    asked = read_owned(request.values)
    if problems:
        return _page(asked, problems), 422
    toast(_said(outcomes))
    return see_other(url_for("library.own_items", **asked.address()))


def _said(outcomes: list[Outcome]) -> str:
    published = sum(outcome.is_published for outcome in outcomes)
    if published:
        return ngettext("%(num)d item is published.", "%(num)d items are published.", published)
    submitted = sum(outcome.is_submitted for outcome in outcomes)
    if submitted:
        return ngettext(
            "%(num)d item waits for its review.", "%(num)d items wait for their review.", submitted
        )
    return _("Saved.")


def _page(asked: Owned, problems: dict[str, str]) -> str:
    page = find_own_items(
        actor(), state=asked.state, q=asked.q, by_title=asked.sort == "title", after=asked.after
    )
    counts = count_own_items(actor())
    kinds = find_kinds(page.versions)
    circles = find_circles({version.item.home for version in page.versions})
    alike = find_most_alike(actor(), page.versions) if asked.state == "draft" else {}
    forms = prefill(page.versions)
    return render_template(
        "library/mine.html",
        page_title=_("My materials"),
        asked=asked,
        states=[
            (f"{words} ({counts.get(key, 0)})", url_for("library.own_items", state=key), key == asked.state)
            for key, words in STATES.items()
        ],
        counts=counts,
        can_add=can_contribute(actor()),
        rows=[
            _row(
                version, forms[version.id], problems, kinds, circles.get(version.item.home or "", frozenset())
            )
            for version in page.versions
        ],
        found=page,
        reviews={
            str(uuid): one for uuid, one in find_open_many(one.item.uuid for one in page.versions).items()
        },
        alike={str(one.item.uuid): alike[one.id] for one in page.versions if one.id in alike},
        reached=count_learners(actor(), page.versions) if asked.state != "draft" else {},
        problems=problems,
        scopes=scope_choices(frozenset().union(*circles.values())),
        subjects=subject_choices(),
        languages=language_choices(),
        licenses=license_choices(),
        grades=grade_choices(),
    )


def _row(
    version: Version, form: Prefilled, problems: dict[str, str], kinds: Kinds, circles: frozenset[str]
) -> dict[str, object]:
    key, scope = str(version.item.uuid), scope_of(version, kinds)
    return {
        "key": key,
        "version": version,
        "form": form,
        "guessed": guessed_words(form),
        "icon": TYPE_ICONS.get(version.type, "file-text"),
        "facts": card_facts(version),
        "missing": missing_words(form),
        "grades": show_grades(form.grades, _("adults")),
        "authors": ", ".join(form.authors),
        "scope": scope,
        "scope_label": str(SCOPE_WORDS[scope]),
        "scopes": scope_choices(circles),
        "problem": problems.get(key, ""),
    }
