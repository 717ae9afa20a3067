"""The pages of a PDF as pictures: for phones, which save a PDF instead of showing it, and for slow lines."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request

from lms.core.errors import NotFound
from lms.core.i18n import _
from lms.core.web import actor
from lms.library import queries
from lms.library.blueprint import bp
from lms.library.derived import PAGES_SHOWN, list_pages


@bp.get("/library/<uuid:item_uuid>/pages")
def item_pages(item_uuid: UUID) -> str:
    """Show ten pages from `?from=11` on. Raises NotFound where there are none, or the reader may not look."""
    number = _asked("version")
    version = queries.get_item(actor(), item_uuid, number)
    if not queries.may_use(actor(), version, "view").allowed:
        raise NotFound()
    first = max(1, _asked("from") or 1)
    pages = list_pages(version, first)
    if not pages:
        raise NotFound()
    last = version.pages or pages[-1][0]
    return render_template(
        "library/pages.html",
        page_title=_("Pages of %(title)s", title=version.title),
        version=version,
        number=number,
        pages=pages,
        last=last,
        before=max(1, first - PAGES_SHOWN) if first > 1 else None,
        after=first + PAGES_SHOWN if list_pages(version, first + PAGES_SHOWN) else None,
        is_cut=pages[-1][0] < last and len(pages) < PAGES_SHOWN,
        main_url=queries.file_link(version.main) if version.main else "",
    )


def _asked(name: str) -> int | None:
    asked = request.args.get(name, "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else None
