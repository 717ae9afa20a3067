"""The page of the libraries that are harvested, for the site's keepers."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.db import write
from lms.core.errors import Invalid
from lms.core.i18n import LazyText, _, _l
from lms.core.nav import NavItem, add_nav_item, place
from lms.core.rates import limit_rate
from lms.core.web import actor, see_other, toast
from lms.interop.oai_pmh import services
from lms.interop.oai_pmh.copies import count_copies
from lms.interop.oai_pmh.forms import SourceForm, read_source
from lms.interop.oai_pmh.models import OaiSource
from lms.interop.oai_pmh.queries import check_keeper, get_source, list_sources
from lms.interop.oai_pmh.reasons import reason_words

bp = Blueprint("sources", __name__)
place(bp.name, "staff", "manage")
add_nav_item(
    NavItem(
        "staff",
        "sources",
        _l("Other libraries"),
        "sources.sources",
        "library",
        45,
        frozenset({"sysadmin"}),
        under="manage",
    )
)
FORMATS = (("oai_dc", "Dublin Core"), ("lom", "LOM"))
SCOPES: tuple[tuple[str, LazyText], ...] = (
    ("sector", _l("Everyone in the sector")),
    ("public", _l("Everyone on the internet")),
)
HOURS: tuple[tuple[int, LazyText], ...] = (
    (1, _l("Every hour")),
    (6, _l("Every 6 hours")),
    (24, _l("Every day")),
    (168, _l("Every week")),
)


POLICIES: tuple[tuple[str, LazyText], ...] = (
    ("link", _l("As links to that library")),
    ("copy", _l("As copies, where the license lets everyone pass it on")),
)


@bp.get("/manage/sources")
def sources() -> str:
    """List the sources, how their last harvest went, and a form for one more."""
    return _page(SourceForm(), {})


@bp.post("/manage/sources")
def add_source() -> Response | tuple[str, int]:
    """Add a source and begin its first harvest."""
    check_keeper(actor())
    limit_rate("add_source", "30/hour", actor().user_id)
    form = read_source(request.form)
    try:
        with write():
            services.add_source(actor(), **asdict(form))
    except Invalid as error:
        return _page(form, {name: str(words) for name, words in error.fields.items()}), error.status
    toast(_("The first harvest has begun. Its materials appear in the library one by one."))
    return see_other(url_for("sources.sources"))


@bp.get("/manage/sources/<uuid:source_uuid>")
def edit_source(source_uuid: UUID) -> str:
    """Show what is done with the records of a source, to be changed."""
    source = get_source(actor(), source_uuid)
    said = SourceForm(
        name=source.name, scope=source.scope, every_hours=source.every_hours, policy=source.policy
    )
    return _edit_page(source, said, {})


@bp.post("/manage/sources/<uuid:source_uuid>")
def change_source(source_uuid: UUID) -> Response | tuple[str, int]:
    """Change it."""
    source, form = get_source(actor(), source_uuid), read_source(request.form)
    try:
        with write():
            services.change_source(
                actor(),
                source_uuid,
                name=form.name,
                scope=form.scope,
                every_hours=form.every_hours,
                policy=form.policy,
            )
    except Invalid as error:
        words = {name: str(said) for name, said in error.fields.items()}
        return _edit_page(source, form, words), error.status
    toast(_("Saved. What was taken in before follows within minutes."))
    return see_other(url_for("sources.sources"))


def _edit_page(source: OaiSource, form: SourceForm, errors: dict[str, str]) -> str:
    return render_template(
        "interop/source_edit.html",
        page_title=source.name,
        source=source,
        form_values=form,
        errors=errors,
        policies=POLICIES,
        scopes=SCOPES,
        hours=HOURS,
    )


@bp.post("/manage/sources/<uuid:source_uuid>/harvest")
def harvest(source_uuid: UUID) -> Response:
    """Harvest a source now."""
    with write():
        services.harvest_now(actor(), source_uuid)
    toast(_("The worker harvests it now."))
    return see_other(url_for("sources.sources"))


@bp.post("/manage/sources/<uuid:source_uuid>/pause")
def pause(source_uuid: UUID) -> Response:
    """Harvest a source no more."""
    with write():
        services.pause_source(actor(), source_uuid)
    toast(_("Paused. What was taken in stays."))
    return see_other(url_for("sources.sources"))


@bp.post("/manage/sources/<uuid:source_uuid>/remove")
def remove(source_uuid: UUID) -> Response:
    """Take a source out of the list, and its materials too where that is asked."""
    withdraw = request.form.get("withdraw") == "1"
    with write():
        services.remove_source(actor(), source_uuid, withdraw=withdraw)
    toast(
        _("Removed. Its materials are withdrawn now.") if withdraw else _("Removed. What was taken in stays.")
    )
    return see_other(url_for("sources.sources"))


def _page(form: SourceForm, errors: dict[str, str]) -> str:
    sources = list_sources(actor())
    return render_template(
        "interop/sources.html",
        page_title=_("Other libraries"),
        sources=sources,
        reason_words=reason_words,
        copied=count_copies([source.id for source in sources if source.policy == "copy"]),
        policies=POLICIES,
        form_values=form,
        errors=errors,
        formats=FORMATS,
        scopes=SCOPES,
        hours=HOURS,
        hour_words=dict(HOURS),
    )
