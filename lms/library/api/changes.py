"""Making items, changing what is said of them, sharing, archiving: what a person does on the pages, by a token.

Every one goes through the same services, so the rights are those of the token's owner at this moment.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import jsonify, request, url_for
from werkzeug.wrappers import Response

from content_store import catalogue
from content_store.models import Version
from content_store.representation import ITEM
from content_store.store import Metadata
from content_store.values import metadata_of
from lms.core.actor import Actor
from lms.core.conditions import need_match, with_tag
from lms.core.db import db, write
from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.idempotency import repeatable, write_once
from lms.core.openapi import TEXT, UUID_TEXT, describe, thing
from lms.core.web import actor
from lms.library import queries, services
from lms.library.api.blueprint import (
    IF_MATCH,
    ITEM_PATH,
    REPEATABLE,
    WRITE,
    WRITE_REFUSALS,
    WRITER,
    bp,
)
from lms.library.api.bodies import CHANGES, FIELDS, read_changes, read_object, read_text, read_uuid, taken
from lms.library.api.showing import describe_for, full, tag_of
from lms.library.door import saying_refusals
from lms.library.permissions import SCOPES
from lms.library.review import services as reviews
from lms.library.uploads import tus_drafts
from lms.library.uploads.views import choose_home
from lms.people.bearer import needs_token

LONGEST_NOTE = 2000


@bp.post("/api/v1/library/items")
@needs_token(WRITE)
@repeatable
def add_item() -> Response:
    """Make a draft of a whole upload, or of the address of a link-only work; 200 where it is there already."""
    who, body = actor(), read_object("upload", "home", *FIELDS)
    upload, correct = read_uuid(body, "upload"), read_changes(body)
    if upload is not None:
        made = tus_drafts.make_draft(who, upload, correct=correct)
        if made.version is None:
            raise Invalid({"upload": made.problem}, made.problem)
        return _told(who, made.version, 200 if made.is_copy else 201)
    home = choose_home(who, str(read_uuid(body, "home") or ""))
    return write_once(
        lambda: services.add_item(who, [], home=home, metadata=correct(Metadata(title=""))),
        lambda version: _told(who, version, 201),
    )


@bp.patch("/api/v1/library/items/<uuid:item_uuid>")
@needs_token(WRITE)
def change_item(item_uuid: UUID) -> Response:
    """Change what is said of an item: a new version with the same files."""
    who, body = actor(), read_object("note", *FIELDS)
    correct, note = read_changes(body), read_text(body, "note", longest=LONGEST_NOTE)
    with write():
        newest = _hold(who, item_uuid)
        version = services.update_item(who, item_uuid, correct(metadata_of(newest)), note=note)
    return _told(who, version)


@bp.post("/api/v1/library/items/<uuid:item_uuid>/versions")
@needs_token(WRITE)
@repeatable
def add_version(item_uuid: UUID) -> Response:
    """Give an item the file of a whole upload: a new version. Lessons that pin an older one keep it."""
    who, body = actor(), read_object("upload", "note")
    upload, note = read_uuid(body, "upload"), read_text(body, "note", longest=LONGEST_NOTE)
    if upload is None:
        raise Invalid({"upload": _("Say which upload it is.")})
    services.allow_change(who, item_uuid)
    file = tus_drafts.take_upload(who, upload)

    def add() -> Version:
        _hold(who, item_uuid)
        version = services.add_version(who, item_uuid, [file], note=note)
        tus_drafts.settle_version(who, upload, item_uuid)
        return version

    return write_once(add, lambda version: _told(who, version, 201))


@bp.post("/api/v1/library/items/<uuid:item_uuid>/publish")
@needs_token(WRITE)
@repeatable
def publish(item_uuid: UUID) -> Response:
    """Show an item to a circle; 202 where a review comes first."""
    who, body = actor(), read_object("scope", "note")
    scope, note = read_text(body, "scope"), read_text(body, "note", longest=LONGEST_NOTE)
    return write_once(
        lambda: reviews.share_item(who, item_uuid, scope=scope, note=note),
        lambda shared: _told_shared(who, shared),
    )


def _told_shared(who: Actor, shared: reviews.Shared) -> Response:
    if shared.submission is None:
        return _told(who, shared.version)
    uuid = shared.submission.uuid
    review = {
        "uuid": str(uuid),
        "state": "open",
        "url": full("library.review", review_uuid=uuid),
        "api_url": full("library_api.review", review_uuid=uuid),
    }
    answer = jsonify(review=review, item=describe_for(who, shared.version))
    answer.status_code = 202
    return answer


@bp.post("/api/v1/library/items/<uuid:item_uuid>/archive")
@needs_token(WRITE)
@repeatable
def archive(item_uuid: UUID) -> Response:
    """Take an item out of lists and search; lessons that pin it keep it."""
    return _deed(item_uuid, services.retire_item)


@bp.post("/api/v1/library/items/<uuid:item_uuid>/restore")
@needs_token(WRITE)
@repeatable
def restore(item_uuid: UUID) -> Response:
    """Bring an archived item back."""
    return _deed(item_uuid, services.restore_item)


def _deed(item_uuid: UUID, do: Callable[[Actor, UUID], None]) -> Response:
    who = actor()

    def deed() -> None:
        if "If-Match" in request.headers:
            _hold(who, item_uuid)
        do(who, item_uuid)

    return write_once(deed, lambda _none: _told(who, services.allow_change(who, item_uuid)))


def _hold(who: Actor, item_uuid: UUID) -> Version:
    """Return the newest version of an item that is as the program read it, and hold it until the end of the write."""
    services.allow_change(who, item_uuid)
    with saying_refusals():
        catalogue.get_item(db.session(), item_uuid, lock=True)
    newest = services.allow_change(who, item_uuid)
    shown = queries.get_item(who, item_uuid)
    given = {tag_of(who, version): version for version in (newest, shown)}
    need_match(next((tag for tag in given if request.if_match.contains(tag)), tag_of(who, newest)))
    return newest


def _told(who: Actor, version: Version, status: int = 200) -> Response:
    answer = jsonify(describe_for(who, version))
    answer.status_code = status
    if status == 201:
        answer.headers["Location"] = url_for("library_api.item", item_uuid=version.item.uuid)
    return with_tag(answer, tag_of(who, version))


_NOTE = {"type": "string", "maxLength": LONGEST_NOTE}
_THERE = {"description": "It is there already.", "content": {"application/json": {"schema": dict(ITEM)}}}
_REVIEW = thing(review=thing(uuid=UUID_TEXT, state=TEXT, url=TEXT, api_url=TEXT), item=ITEM)
describe(
    "/library/items",
    method="post",
    key="add_item",
    summary="Make a draft of a whole upload, or of the address of a link-only work.",
    parameters=(REPEATABLE,),
    body=taken(upload=UUID_TEXT, home=UUID_TEXT, **CHANGES),
    answer=ITEM,
    status=201,
    also={200: _THERE},
    refusals=WRITE_REFUSALS,
    security=WRITER,
)
describe(
    "/library/items/{item_uuid}",
    method="patch",
    key="change_item",
    summary="Change what is said of an item, as a JSON merge patch: null takes a value away. Makes a new version.",
    parameters=(ITEM_PATH, IF_MATCH),
    body=taken(note=_NOTE, **CHANGES),
    answer=ITEM,
    refusals=(*WRITE_REFUSALS, 428),
    security=WRITER,
)
describe(
    "/library/items/{item_uuid}/versions",
    method="post",
    key="add_version",
    summary="Give an item the file of a whole upload: a new version.",
    parameters=(ITEM_PATH, IF_MATCH, REPEATABLE),
    body=taken(("upload",), upload=UUID_TEXT, note=_NOTE),
    answer=ITEM,
    status=201,
    refusals=(*WRITE_REFUSALS, 428),
    security=WRITER,
)
describe(
    "/library/items/{item_uuid}/publish",
    method="post",
    key="publish_item",
    summary="Show an item to a circle.",
    parameters=(ITEM_PATH, REPEATABLE),
    body=taken(("scope",), scope={"enum": list(SCOPES)}, note=_NOTE),
    answer=ITEM,
    also={
        202: {"description": "It waits for its review.", "content": {"application/json": {"schema": _REVIEW}}}
    },
    refusals=WRITE_REFUSALS,
    security=WRITER,
)
for _path, _key, _summary in (
    ("archive", "archive_item", "Take an item out of lists and search; lessons that pin it keep it."),
    ("restore", "restore_item", "Bring an archived item back."),
):
    describe(
        f"/library/items/{{item_uuid}}/{_path}",
        method="post",
        key=_key,
        summary=_summary,
        parameters=(ITEM_PATH, {**IF_MATCH, "required": False}, REPEATABLE),
        answer=ITEM,
        refusals=WRITE_REFUSALS,
        security=WRITER,
    )
