"""Fresh addresses for the files of a page that stood open longer than its links hold."""

from __future__ import annotations

from uuid import UUID

from flask import jsonify, request
from werkzeug.wrappers import Response

from content_store.models import Version
from lms.core.rates import client_address, limit_rate
from lms.core.web import actor
from lms.library import queries
from lms.library.blueprint import bp
from lms.library.derived import smaller_of
from lms.library.forms import read_version
from lms.library.showing import Stage, stage_of

RATE = "60/minute"


@bp.get("/library/<uuid:item_uuid>/links")
def item_links(item_uuid: UUID) -> Response:
    """Answer the addresses of what an item's page shows to whoever may see it now, by the names that the page has.

    `{"recalled": true, "links": {}}` where it may no longer be opened, so that the page can say so.
    """
    version = queries.get_item(actor(), item_uuid, read_version(request.args))
    return answer_links(version, stage_of(actor(), version))


def answer_links(version: Version, stage: Stage) -> Response:
    """Answer fresh addresses of a stage that the reader may see; nobody keeps them. Raises TooMany."""
    limit_rate("item_links", RATE, actor().user_id or client_address())
    answer = jsonify(recalled=stage.kind == "closed", links=_links(version, stage))
    answer.cache_control.no_store = True
    return answer


def _links(version: Version, stage: Stage) -> dict[str, str]:
    """Every address that the stage shows; none of a file that may not be opened."""
    if not stage.main_url:
        return {}
    smaller = smaller_of(version)
    found = {
        "main_url": stage.main_url,
        "preview_url": stage.preview_url,
        "poster_url": stage.poster_url,
        "light_url": smaller.light_url,
        "wave_url": smaller.wave_url,
        "srcset": ", ".join(f"{url} {width}w" for url, width in smaller.pictures),
        **{f"captions_{track.language}": track.url for track in stage.captions},
    }
    return {name: address for name, address in found.items() if address}
