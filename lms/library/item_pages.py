"""The page of an item: shown in place, its license in plain words, its versions."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from content_store.models import Version
from lms.core.actor import Actor
from lms.core.clock import CITY
from lms.core.nav import link
from lms.core.web import actor
from lms.library import queries, recall
from lms.library.blueprint import bp
from lms.library.forms import read_version
from lms.library.improving import improve_of
from lms.library.item_numbers import count_around
from lms.library.item_words import item_words
from lms.library.open_files import get_download_link
from lms.library.permissions import can_contribute
from lms.library.places import read_place
from lms.library.review.state import review_state
from lms.library.showing import downloads, stage_of
from lms.library.usage import find_usage
from lms.library.versions import replacement_of
from lms.library.where_used import Uses, find_uses


@bp.get("/library/<uuid:item_uuid>")
def item(item_uuid: UUID) -> str:
    """Show an item, or with `?version=3` an older state of it."""
    who = actor()
    number = read_version(request.args)
    version = (
        queries.look_at_item(who, item_uuid) if number is None else queries.get_item(who, item_uuid, number)
    )
    around = count_around(who, version)
    verdict = queries.may_use(who, version, "embed")
    can_edit = queries.may_change(who, version)
    can_use = can_contribute(who) and (verdict.allowed or (verdict.code == "link-only" and _is_open(version)))
    shown = queries.list_versions(who, version)
    return render_template(
        "library/item.html",
        page_title=version.title,
        version=version,
        said=item_words(version),
        stage=stage_of(who, version, read_place(request.args)),
        verdict=verdict,
        verdict_words=queries.verdict_words(verdict),
        view_words=queries.verdict_words(queries.may_use(who, version, "view")),
        use_url=_use_url(who, version) if can_use else "",
        downloads=downloads(who, version),
        versions=shown,
        lines=_version_lines(version, shown),
        may_recall=recall.may_recall(who, version),
        may_lift=recall.may_lift(who, version),
        replacement=replacement_of(version),
        uses=find_uses(who, version.item) if around.uses and can_contribute(who) else Uses(),
        alike=around.alike,
        voices=around.voices,
        can_edit=can_edit,
        improve=improve_of(who, version, around.ties, can_change=can_edit),
        usage=find_usage(who, version) if can_edit else None,
        can_collect=can_contribute(who),
        review=review_state(who, version, with_scopes=False),
    )


def _version_lines(shown: Version, versions: Sequence[Version]) -> tuple[tuple[object, ...], ...]:
    """The list of versions in plain values: (number, note, moment, day, recalled, in use, looked at, the first)."""
    item = shown.item
    return tuple(
        (
            row.number,
            row.note,
            row.created_at.isoformat(),
            row.created_at.astimezone(CITY).date(),
            row.recall is not None,
            row.number == item.shown_number,
            row.number == shown.number,
            row is versions[-1],
        )
        for row in versions
    )


@bp.get("/library/<uuid:item_uuid>/files/<uuid:file_uuid>")
def download_file(item_uuid: UUID, file_uuid: UUID) -> Response:
    """Send the reader to a fresh address of a file, where the license lets a copy be kept; else say why not."""
    version = queries.get_item(actor(), item_uuid, read_version(request.args))
    answer = redirect(get_download_link(actor(), version, file_uuid))
    answer.cache_control.no_store = True
    return answer


def _use_url(who: Actor, version: Version) -> str:
    """Where one puts it into a lesson; a shared lesson becomes a lesson of one's own, if it may be changed."""
    if version.format != "lesson":
        return link("lessons.use_item", item_uuid=version.item.uuid)
    may = queries.may_use(who, version, "adapt").allowed
    return link("lessons.ask_take", item_uuid=version.item.uuid, version=version.number) if may else ""


def _is_open(version: Version) -> bool:
    return bool(version.source_url) and version.item.state == "published"
