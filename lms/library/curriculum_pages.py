"""Pages of the curriculum: the tree to browse, and where an item stands in it."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from content_store.taxonomy import grade_id, grade_label
from lms.core.db import write
from lms.core.errors import Invalid
from lms.core.i18n import _, _l, current_locale
from lms.core.nav import NavItem, add_nav_item
from lms.core.web import actor, see_other, toast
from lms.library import curriculum
from lms.library.blueprint import bp
from lms.library.sharing import allow_change
from lms.library.showing import place_in_school
from lms.people.access import signed_in

Page = str | Response | tuple[str, int]
add_nav_item(
    NavItem(
        "staff",
        "library-curriculum",
        _l("Curriculum"),
        "library.curriculum",
        "graduation-cap",
        22,
        under="library",
        pages=frozenset({"library.place_item"}),
    )
)


@bp.get("/library/curriculum", endpoint="curriculum")
def browse_curriculum() -> str:
    """Show the grades, and the subjects of the chosen one."""
    grade = curriculum.read_grade(request.args.get("grade", ""))
    label = "" if grade is None else grade_label(grade, current_locale())
    return render_template(
        "library/curriculum.html",
        page_title=_("By curriculum: %(grade)s", grade=label) if label else _("By curriculum"),
        browsed=curriculum.browse(actor(), grade),
        chosen="" if grade is None else grade_id(grade),
        chosen_label=label,
    )


@bp.get("/library/<uuid:item_uuid>/curriculum")
@signed_in()
def place_item(item_uuid: UUID) -> Page:
    """Show the topics of the item's subject and grades, to tick."""
    return _place_page(item_uuid, {})


@bp.post("/library/<uuid:item_uuid>/curriculum")
@signed_in()
def save_places(item_uuid: UUID) -> Page:
    """Keep the ticked topics."""
    try:
        with write():
            curriculum.place_item(actor(), item_uuid, request.form.getlist("topic")[:100])
    except Invalid as error:
        return _place_page(item_uuid, {"topic": str(error)}), error.status
    toast(_("Saved. It is found there in a moment."))
    return see_other(url_for("library.item", item_uuid=item_uuid))


def _place_page(item_uuid: UUID, errors: dict[str, str]) -> str:
    version = allow_change(actor(), item_uuid)
    chosen = request.form.getlist("topic")[:100] if errors else curriculum.list_topics(version)
    language = current_locale()
    return render_template(
        "library/place.html",
        page_title=_("Place in the curriculum"),
        version=version,
        where=place_in_school(version),
        strands=[
            (strand.id, strand.label(language), [(one.id, one.label(language)) for one in topics])
            for strand, topics in curriculum.list_choices(version)
        ],
        chosen=set(chosen),
        most=curriculum.MOST_TOPICS,
        errors=errors,
    )
