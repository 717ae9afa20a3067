"""Ratings: in numbers for everyone who sees the item, with their reasons for colleagues; one's own is put and taken back."""

from __future__ import annotations

from uuid import UUID

from flask import jsonify
from werkzeug.wrappers import Response

from lms.core.actor import Actor
from lms.core.conditions import make_tag, with_tag
from lms.core.db import write
from lms.core.errors import NotFound
from lms.core.openapi import NUMBER, TEXT, UUID_TEXT, describe, list_of, optional, thing
from lms.core.rates import limit_rate
from lms.core.web import actor
from lms.library import queries
from lms.library.api.blueprint import (
    FLAG,
    IF_NONE_MATCH,
    ITEM_PATH,
    MOMENT,
    OWN_READER,
    PAGE_REFUSALS,
    READ,
    READ_REFUSALS,
    READER,
    WRITE,
    WRITE_REFUSALS,
    WRITER,
    bp,
)
from lms.library.api.bodies import (
    VERSION,
    read_number,
    read_object,
    read_text,
    read_version,
    taken,
    text_up_to,
)
from lms.library.api.lists import AFTER, PAGE_SIZE, read_after, read_size
from lms.library.voices import ratings
from lms.library.voices.models import ItemRating
from lms.library.voices.permissions import is_staff, may_moderate
from lms.library.voices.views import SPEAK_RATE
from lms.people.bearer import needs_scope, needs_token


@bp.get("/api/v1/library/items/<uuid:item_uuid>/ratings")
@needs_scope(READ)
def item_ratings(item_uuid: UUID) -> Response:
    """Tell how an item is rated; who works in the sector also reads why."""
    who, size, after = actor(), read_size(), read_after()
    version = queries.get_item(who, item_uuid)
    voices, told = ratings.find_voices(who, item_uuid), {}
    if is_staff(who):
        page = ratings.list_ratings(who, item_uuid, after=after, size=size)
        opens = may_moderate(who, version)
        rows = [{**_line(who, one.rating, opens=opens), "by": one.name} for one in page.rows]
        told = {"ratings": rows, "next": page.next, "comments": voices.comments}
    return jsonify(
        {
            "count": voices.count,
            "mean": None if voices.mean is None else round(voices.mean, 2),
            "spread": [{"stars": stars, "count": times} for stars, times in voices.spread],
            "own": voices.own,
            "ratings": None,
            "next": None,
            "comments": None,
            **told,
        }
    )


@bp.get("/api/v1/library/items/<uuid:item_uuid>/ratings/mine")
@needs_token(READ)
def own_rating(item_uuid: UUID) -> Response:
    """Tell how one rated an item oneself."""
    who = actor()
    queries.get_item(who, item_uuid)
    found = ratings.find_own_rating(who, item_uuid)
    if found is None:
        raise NotFound()
    return _told(who, found)


@bp.put("/api/v1/library/items/<uuid:item_uuid>/ratings/mine")
@needs_token(WRITE)
def rate(item_uuid: UUID) -> Response:
    """Rate an item, or rate it anew."""
    who, body = actor(), read_object("stars", "reason", "words", "version")
    limit_rate("library_speak", SPEAK_RATE, who.user_id)
    with write():
        made = ratings.rate_item(
            who,
            item_uuid,
            stars=read_number(body, "stars"),
            reason=read_text(body, "reason", longest=20),
            words=read_text(body, "words", longest=ratings.LONGEST_WORDS),
            number=read_version(body),
        )
    return _told(who, made)


@bp.delete("/api/v1/library/items/<uuid:item_uuid>/ratings/mine")
@needs_token(WRITE)
def unrate(item_uuid: UUID) -> Response:
    """Take one's rating back."""
    with write():
        ratings.withdraw_rating(actor(), item_uuid)
    return Response(status=204)


def _line(who: Actor, row: ItemRating, *, opens: bool) -> dict[str, object]:
    is_own = row.user_id == who.user_id
    is_hidden = row.hidden_at is not None
    return {
        "uuid": str(row.uuid),
        "stars": row.stars,
        "reason": row.reason,
        "words": row.words if is_own or opens or not is_hidden else "",
        "hidden": is_hidden,
        "version": row.number,
        "own": is_own,
        "updated_at": row.updated_at.isoformat(),
    }


def _told(who: Actor, row: ItemRating) -> Response:
    tag = make_tag(row.uuid, row.updated_at.isoformat(), row.hidden_at)
    return with_tag(jsonify(_line(who, row, opens=True)), tag)


_STARS = {"type": "integer", "minimum": 1, "maximum": 5}
_REASON = {"enum": list(ratings.REASONS)}
_LINE = {
    "uuid": UUID_TEXT,
    "stars": _STARS,
    "reason": _REASON,
    "words": TEXT,
    "hidden": FLAG,
    "version": NUMBER,
    "own": FLAG,
    "updated_at": MOMENT,
}
_NUMBERS = {
    "count": NUMBER,
    "mean": optional({"type": "number"}),
    "spread": list_of(thing(stars=_STARS, count=NUMBER)),
    "own": optional(_STARS),
    "comments": optional(NUMBER),
}
describe(
    "/library/items/{item_uuid}/ratings",
    key="list_ratings",
    summary="Tell how an item is rated; `ratings` and `comments` are for those who work in the sector, else null.",
    parameters=(ITEM_PATH, AFTER, PAGE_SIZE),
    answer=thing(**_NUMBERS, ratings=optional(list_of(thing(**_LINE, by=TEXT))), next=optional(TEXT)),
    refusals=PAGE_REFUSALS,
    security=READER,
)
describe(
    "/library/items/{item_uuid}/ratings/mine",
    key="get_own_rating",
    summary="Tell how the token's owner rated an item.",
    parameters=(ITEM_PATH, IF_NONE_MATCH),
    answer=thing(**_LINE),
    refusals=(*READ_REFUSALS, 304),
    security=OWN_READER,
)
describe(
    "/library/items/{item_uuid}/ratings/mine",
    method="put",
    key="rate_item",
    summary="Rate an item of others, or rate it anew. `other` asks for words.",
    parameters=(ITEM_PATH,),
    body=taken(
        ("stars", "reason"),
        stars=_STARS,
        reason=_REASON,
        words=text_up_to(ratings.LONGEST_WORDS),
        version=VERSION,
    ),
    answer=thing(**_LINE),
    refusals=WRITE_REFUSALS,
    security=WRITER,
)
describe(
    "/library/items/{item_uuid}/ratings/mine",
    method="delete",
    key="withdraw_rating",
    summary="Take one's rating back.",
    parameters=(ITEM_PATH,),
    answer=None,
    status=204,
    refusals=READ_REFUSALS,
    security=WRITER,
)
