"""The page of an item to print, with its short address as text and as a QR picture, and where that address leads."""

from __future__ import annotations

from uuid import UUID

import segno
from flask import redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from lms.core.db import write
from lms.core.i18n import current_locale
from lms.core.web import actor, see_other, settings
from lms.library import queries, short_links
from lms.library.blueprint import bp
from lms.library.permissions import can_contribute
from lms.library.showing import card_facts
from lms.people.access import signed_in


@bp.get("/i/<short>")
def short_link(short: str) -> Response:
    """Lead on from a printed address; what the reader may not see is not here, as on its own page."""
    version = short_links.resolve_code(actor(), short)
    answer = redirect(url_for("library.item", item_uuid=version.item.uuid))
    answer.cache_control.no_store = True
    return answer


@bp.get("/library/<uuid:item_uuid>/print")
@signed_in()
def print_item(item_uuid: UUID) -> str:
    """Show the sheet to print: title, picture to scan, address to type, attribution."""
    version = queries.get_item(actor(), item_uuid)
    code = short_links.find_code(item_uuid)
    address = f"{settings().base_url}{url_for('library.short_link', short=code)}" if code else ""
    return render_template(
        "library/print.html",
        page_title=version.title,
        version=version,
        facts=card_facts(version),
        attribution=version.attribution(current_locale()),
        license_name=version.license.name(current_locale()),
        address=address,
        shown_address=address.removeprefix("https://").removeprefix("http://"),
        picture=_picture(address) if address else "",
        can_make=can_contribute(actor()) and version.item.state != "draft",
    )


@bp.post("/library/<uuid:item_uuid>/print")
@signed_in()
def make_short_link(item_uuid: UUID) -> Response:
    """Make the short address of an item."""
    with write():
        short_links.make_code(actor(), item_uuid)
    return see_other(url_for("library.print_item", item_uuid=item_uuid))


def _picture(address: str) -> Markup:
    """Return the QR picture as inline SVG: dark on light in both themes, as cameras want it."""
    picture = segno.make(address, error="m", micro=False)
    return Markup(picture.svg_inline(scale=6, border=4, dark="black", light="white", omitsize=False))
