"""Making an item of one's own from another's, and where an item comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from flask import jsonify, request, url_for
from werkzeug.wrappers import Response

from content_store.models import Version
from content_store.representation import ITEM
from content_store.rights import LICENSES
from lms.core.actor import Actor
from lms.core.conditions import with_tag
from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.idempotency import repeatable, write_once
from lms.core.openapi import NUMBER, TEXT, UUID_TEXT, describe, in_query, list_of, optional, thing
from lms.core.rates import client_address, limit_rate
from lms.core.web import actor
from lms.library import queries
from lms.library.api.blueprint import (
    FLAG,
    ITEM_PATH,
    PAGE_REFUSALS,
    READ,
    READER,
    REPEATABLE,
    WRITE,
    WRITE_REFUSALS,
    WRITER,
    bp,
)
from lms.library.api.bodies import VERSION, read_object, read_text, read_uuid, read_version, taken
from lms.library.api.showing import describe_for, full, tag_of
from lms.library.remixes import services as remix
from lms.library.remixes.family import Relative, find_family
from lms.library.remixes.views import asked_version
from lms.library.uploads.views import choose_home
from lms.people.bearer import needs_scope, needs_token


@bp.post("/api/v1/library/items/<uuid:item_uuid>/remixes")
@needs_token(WRITE)
@repeatable
def make_remix(item_uuid: UUID) -> Response:
    """Make a draft of one's own from an item; what it came from is kept for ever."""
    who, body = actor(), read_object("license", "home", "version")
    limit_rate("library_remix", "120/hour", who.user_id)
    home = choose_home(who, str(read_uuid(body, "home") or ""))
    license_id, number = read_text(body, "license", longest=40), read_version(body)
    return write_once(
        lambda: remix.remix_item(who, item_uuid, number=number, license_id=license_id, home=home),
        lambda made: _told_new(who, made),
    )


def _told_new(who: Actor, made: Version) -> Response:
    answer = jsonify(describe_for(who, made))
    answer.status_code = 201
    answer.headers["Location"] = url_for("library_api.item", item_uuid=made.item.uuid)
    return with_tag(answer, tag_of(who, made))


@bp.get("/api/v1/library/items/<uuid:item_uuid>/lineage")
@needs_scope(READ)
def lineage(item_uuid: UUID) -> Response:
    """Tell what a version was made from and what was made of the item, over all generations."""
    who, asked = actor(), request.args.get("version", "")
    limit_rate("library_family", "120/minute", who.user_id or client_address())
    if asked and asked_version(asked) is None:
        raise Invalid({"version": _("Name a version by its number.")})
    version = queries.get_item(who, item_uuid, asked_version(asked))
    found = find_family(who, version)
    return jsonify(
        contributors=list(found.contributors),
        made_from=list(_flat(found.above)),
        made_of_it=list(_flat(found.below)),
        hidden_made_from=found.hidden_above,
        hidden_made_of_it=found.hidden_below,
    )


def _flat(relatives: Iterable[Relative], depth: int = 1) -> Iterator[dict[str, object]]:
    """Yield a tree as lines, each followed by those below it. A work one may not open is credited, without address."""
    for one in relatives:
        work = one.version
        uuid = work.item.uuid
        yield {
            "depth": depth,
            "how": one.how,
            "again": one.is_again,
            "uuid": str(uuid) if one.may_open else None,
            "version": work.number,
            "title": work.title,
            "authors": list(work.authors),
            "license": work.license_id,
            "url": full("library.item", item_uuid=uuid, version=work.number) if one.may_open else None,
        }
        yield from _flat(one.further, depth + 1)


_RELATIVE = thing(
    depth={"type": "integer", "minimum": 1, "description": "1 next to the item; deeper ones follow theirs."},
    how={"enum": ["adaptation", "collection"]},
    again=FLAG,
    uuid=optional(UUID_TEXT),
    version=NUMBER,
    title=TEXT,
    authors=list_of(TEXT),
    license=TEXT,
    url=optional(TEXT),
)
describe(
    "/library/items/{item_uuid}/remixes",
    method="post",
    key="remix_item",
    summary="Make a draft of one's own from an item, under a license that its sources allow.",
    parameters=(ITEM_PATH, REPEATABLE),
    body=taken(license={"enum": list(LICENSES)}, home=UUID_TEXT, version=VERSION),
    answer=ITEM,
    status=201,
    refusals=WRITE_REFUSALS,
    security=WRITER,
)
describe(
    "/library/items/{item_uuid}/lineage",
    key="get_lineage",
    summary="Tell what an item was made from and what was made of it; what may not be named is counted.",
    parameters=(ITEM_PATH, in_query("version", VERSION, "The number of a version; else the shown one.")),
    answer=thing(
        contributors=list_of(TEXT),
        made_from=list_of(_RELATIVE),
        made_of_it=list_of(_RELATIVE),
        hidden_made_from=NUMBER,
        hidden_made_of_it=NUMBER,
    ),
    refusals=PAGE_REFUSALS,
    security=READER,
)
