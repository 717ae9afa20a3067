"""What a version says of itself to programs: LOM, Dublin Core, JSON-LD, citations, and the map of public items."""

from __future__ import annotations

import json
from html import escape
from uuid import UUID

from flask import abort, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from content_store.metadata import citations
from content_store.metadata.dublin_core import to_oai_dc
from content_store.metadata.facts import Facts
from content_store.metadata.lom import to_lom
from content_store.metadata.lrmi import to_lrmi
from content_store.metadata.xml_text import to_bytes
from content_store.models import Version
from lms.core.rates import client_address, limit_rate
from lms.core.web import actor, cacheable, settings
from lms.library import queries
from lms.library.blueprint import bp
from lms.library.forms import read_version
from lms.library.harvest import count_map_pages, describe_version, list_public_items

RATE = "600/minute"
SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"


@bp.get("/library/<uuid:item_uuid>/metadata.lom.xml")
def lom(item_uuid: UUID) -> Response:
    """Send the item's LOM record."""
    return _send(to_bytes(to_lom(_facts(item_uuid))), "application/xml", f"{item_uuid}.lom.xml")


@bp.get("/library/<uuid:item_uuid>/metadata.dc.xml")
def dublin_core(item_uuid: UUID) -> Response:
    """Send the item's Dublin Core record."""
    return _send(to_bytes(to_oai_dc(_facts(item_uuid))), "application/xml", f"{item_uuid}.dc.xml")


@bp.get("/library/<uuid:item_uuid>/metadata.jsonld")
def json_ld(item_uuid: UUID) -> Response:
    """Send the item as schema.org describes learning resources."""
    body = json.dumps(lrmi_of(_facts(item_uuid)), ensure_ascii=False).encode()
    return _send(body, "application/ld+json", f"{item_uuid}.jsonld")


@bp.get("/library/<uuid:item_uuid>/citation.bib")
def bibtex(item_uuid: UUID) -> Response:
    """Send the citation for BibTeX."""
    text = citations.to_bibtex(_facts(item_uuid), key=f"item-{item_uuid}", site_name=settings().site_name)
    return _send(text.encode(), "application/x-bibtex", f"{item_uuid}.bib")


@bp.get("/library/<uuid:item_uuid>/citation.ris")
def ris(item_uuid: UUID) -> Response:
    """Send the citation for reference managers."""
    text = citations.to_ris(_facts(item_uuid), site_name=settings().site_name)
    return _send(text.encode(), "application/x-research-info-systems", f"{item_uuid}.ris")


@bp.get("/library/sitemap.xml")
def item_maps() -> Response:
    """Name the pages of the map of public items."""
    base = settings().base_url
    pages = [base + url_for("library.item_map", page=page) for page in range(count_map_pages())]
    return _map("sitemapindex", [f"<sitemap><loc>{escape(page)}</loc></sitemap>" for page in pages])


@bp.get("/library/sitemap-<int:page>.xml")
def item_map(page: int) -> Response:
    """Name the public items of one page of the map to search engines."""
    if page >= count_map_pages():
        abort(404)
    base = settings().base_url
    lines = [
        f"<url><loc>{escape(base + url_for('library.item', item_uuid=row.uuid))}</loc><lastmod>{row.day}</lastmod></url>"
        for row in list_public_items(page)
    ]
    return _map("urlset", lines)


def lrmi_of(facts: Facts) -> dict[str, object]:
    """Return the version as schema.org says it."""
    return to_lrmi(facts.metadata, url=facts.url, media_type=facts.media_type, date=facts.changed_at)


def json_ld_block(version: Version) -> Markup:
    """Return the JSON-LD of an item's page; no text in it can end the block that it stands in."""
    text = json.dumps(lrmi_of(describe_version(version)), ensure_ascii=False)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)


def citation_of(version: Version) -> str:
    """Return the line to cite a version by."""
    return citations.to_plain(describe_version(version), site_name=settings().site_name)


def _facts(item_uuid: UUID) -> Facts:
    limit_rate("library_metadata", RATE, actor().user_id or client_address())
    return describe_version(queries.get_item(actor(), item_uuid, read_version(request.args)))


def _send(body: bytes, kind: str, filename: str) -> Response:
    response = Response(body, content_type=f"{kind}; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def _map(root: str, lines: list[str]) -> Response:
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{SITEMAPS}">\n'
    response = cacheable(head + "\n".join(lines) + f"\n</{root}>\n", seconds=3600)
    response.mimetype = "application/xml"
    return response


bp.add_app_template_global(json_ld_block, "item_json_ld")
bp.add_app_template_global(citation_of, "item_citation")
