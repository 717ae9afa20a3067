"""Fresh addresses for a page that stood open longer than its links hold: a paused video plays on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import jsonify
from werkzeug.wrappers import Response

from lms.core.rates import limit_rate
from lms.core.web import actor
from lms.lessons import player
from lms.lessons.blueprint import bp
from lms.lessons.kinds import get_kind
from lms.lessons.snapshots import FrozenActivity
from lms.people.access import signed_in

RATE = "60/minute"


@bp.get("/learn/runs/<uuid:run_uuid>/<uuid:lesson_uuid>/<uuid:activity_uuid>/links")
@signed_in()
def activity_links(run_uuid: UUID, lesson_uuid: UUID, activity_uuid: UUID) -> Response:
    """Answer the addresses of an activity's files to whoever may see it now."""
    limit_rate("activity_links", RATE, actor().user_id)
    return answer_links(player.get_player_page(actor(), run_uuid, lesson_uuid, activity_uuid).activity)


def answer_links(activity: FrozenActivity) -> Response:
    """Answer the addresses of an activity's files by the names that the page has. Ask for permission before.

    `{"recalled": true, "links": {}}` once the version was recalled, so that the page can say so.
    """
    media = get_kind(activity.kind).show(activity)
    answer = jsonify(recalled="withdrawal" in media, links=_links(media))
    answer.cache_control.no_store = True
    return answer


def _links(media: Mapping[str, Any]) -> dict[str, str]:
    """Every address of an activity's files by the name that the page calls it."""
    found = {name: media.get(name) for name in ("main_url", "preview_url", "poster_url")}
    found |= {f"captions_{track.language}": track.url for track in media.get("captions", ())}
    smaller = media.get("smaller")
    if smaller is not None:
        found |= {name: getattr(smaller, name) for name in ("srcset", "light_url", "wave_url")}
        found |= {f"page_{page.number}": page.url for page in smaller.pages}
    return {name: address for name, address in found.items() if address}
