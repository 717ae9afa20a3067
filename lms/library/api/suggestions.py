"""Changes that others offer for an item: made, listed, and answered by whoever keeps it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import jsonify, request, url_for
from werkzeug.wrappers import Response

from content_store import catalogue
from content_store.lineage_models import SUGGESTION_STATES, Suggestion
from content_store.suggestions import LONGEST_NOTE, is_behind
from content_store.values import metadata_of
from lms.core.actor import Actor
from lms.core.conditions import make_tag, need_match, with_tag
from lms.core.db import db
from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.idempotency import repeatable, write_once
from lms.core.openapi import NUMBER, TEXT, UUID_TEXT, describe, in_path, in_query, list_of, optional, thing
from lms.core.rates import limit_rate
from lms.core.web import actor
from lms.library.api.blueprint import (
    FLAG,
    IF_MATCH,
    IF_NONE_MATCH,
    ITEM_PATH,
    MOMENT,
    OWN_READER,
    PAGE_REFUSALS,
    READ,
    READ_REFUSALS,
    REPEATABLE,
    WRITE,
    WRITE_REFUSALS,
    WRITER,
    bp,
)
from lms.library.api.bodies import (
    CHANGES,
    FIELDS,
    VERSION,
    read_changes,
    read_flag,
    read_object,
    read_text,
    read_uuid,
    read_version,
    taken,
    text_up_to,
)
from lms.library.api.lists import AFTER, PAGE_SIZE, read_after, read_size
from lms.library.api.showing import full
from lms.library.door import saying_refusals
from lms.library.suggested_changes import services as suggesting
from lms.library.uploads import tus_drafts
from lms.people.bearer import needs_token

BOXES = ("in", "out")
OFFERED = tuple(name for name in FIELDS if name != "license")  # only who holds the rights says which license


@bp.post("/api/v1/library/items/<uuid:item_uuid>/suggestions")
@needs_token(WRITE)
@repeatable
def suggest(item_uuid: UUID) -> Response:
    """Offer the keeper of an item a change: of what is said of it, of its file, or of both."""
    who, body = actor(), read_object("note", "upload", "named", "version", *OFFERED)
    limit_rate("library_suggest_change", "60/hour", who.user_id)
    upload, correct, number = read_uuid(body, "upload"), read_changes(body), read_version(body)
    note, named = read_text(body, "note", longest=LONGEST_NOTE), read_flag(body, "named", otherwise=True)
    version = suggesting.get_suggestible(who, item_uuid, number)
    metadata = correct(metadata_of(version))
    file = tus_drafts.take_upload(who, upload) if upload is not None else None

    def offer() -> Suggestion:
        row = suggesting.suggest_change(
            who, item_uuid, note=note, number=number, metadata=metadata, file=file, is_named=named
        )
        if upload is not None:
            tus_drafts.settle_version(who, upload, item_uuid)
        return row

    return write_once(offer, _told_new)


def _told_new(row: Suggestion) -> Response:
    answer = _told(row)
    answer.status_code = 201
    answer.headers["Location"] = url_for("library_api.suggestion", suggestion_uuid=row.uuid)
    return answer


@bp.get("/api/v1/library/suggestions")
@needs_token(READ)
def suggestions() -> Response:
    """List the offers for one's own items, those one made, or all of one item."""
    box, item = request.args.get("box", "in"), request.args.get("item", "")
    if box not in BOXES:
        raise Invalid({"box": _("Choose one of the list.")})
    of_item = read_uuid({"item": item}, "item") if item else None
    page = suggesting.list_suggestions(
        actor(), box=box, item_uuid=of_item, after=read_after(), size=read_size()
    )
    names = suggesting.names_by_token(_people([one.suggestion for one in page.rows]))
    rows = [_line(one.suggestion, names) for one in page.rows]
    return jsonify(suggestions=rows, next=page.next)


@bp.get("/api/v1/library/suggestions/<uuid:suggestion_uuid>")
@needs_token(READ)
def suggestion(suggestion_uuid: UUID) -> Response:
    """Describe an offer, for whoever made it and for those who keep its item."""
    return _told(suggesting.get_suggestion(actor(), suggestion_uuid))


@bp.post("/api/v1/library/suggestions/<uuid:suggestion_uuid>/accept")
@needs_token(WRITE)
@repeatable
def accept_suggestion(suggestion_uuid: UUID) -> Response:
    """Make an offer the next version of its item."""
    answer = _read_answer()

    def accept(who: Actor, row: Suggestion) -> None:
        newest = row.item.latest_number  # the tag was given together with it
        suggesting.accept_suggestion(who, suggestion_uuid, expected=newest, answer=answer)

    return _deed(suggestion_uuid, accept, needs_tag=True)


@bp.post("/api/v1/library/suggestions/<uuid:suggestion_uuid>/decline")
@needs_token(WRITE)
@repeatable
def decline_suggestion(suggestion_uuid: UUID) -> Response:
    """Decline an offer, saying why."""
    answer = _read_answer()
    return _deed(
        suggestion_uuid,
        lambda who, row: suggesting.decline_suggestion(who, suggestion_uuid, answer=answer),
    )


@bp.post("/api/v1/library/suggestions/<uuid:suggestion_uuid>/withdraw")
@needs_token(WRITE)
@repeatable
def withdraw_suggestion(suggestion_uuid: UUID) -> Response:
    """Take back what one offered."""
    return _deed(suggestion_uuid, lambda who, row: suggesting.withdraw_suggestion(who, suggestion_uuid))


def _read_answer() -> str:
    return read_text(read_object("answer"), "answer", longest=LONGEST_NOTE)


def _deed(
    suggestion_uuid: UUID, do: Callable[[Actor, Suggestion], object], *, needs_tag: bool = False
) -> Response:
    """Answer an offer as the program read it, upon the item as it was then."""
    who = actor()

    def deed() -> Suggestion:
        row = suggesting.get_suggestion(who, suggestion_uuid)
        if needs_tag or "If-Match" in request.headers:
            with saying_refusals():
                catalogue.get_item(db.session(), row.item.uuid, lock=True)
            db.session.refresh(row)
            need_match(_tag(row))
        do(who, row)
        return row

    return write_once(deed, _told)


def _tag(row: Suggestion) -> str:
    return make_tag(row.uuid, row.state, row.item.latest_number)


def _people(rows: list[Suggestion]) -> list[str]:
    return [token for row in rows for token in (row.author, row.decided_by or "")]


def _told(row: Suggestion) -> Response:
    names = suggesting.names_by_token(_people([row]))
    return with_tag(jsonify(_line(row, names)), _tag(row))


def _line(row: Suggestion, names: dict[str, str]) -> dict[str, object]:
    file = {"filename": row.filename, "size": row.size, "sha256": row.sha256}
    return {
        "uuid": str(row.uuid),
        "state": row.state,
        "item": {"uuid": str(row.item.uuid), "version": row.base.number, "title": row.base.title},
        "note": row.note,
        "changes": dict(row.changes),
        "file": file if row.sha256 else None,
        "by": names.get(row.author, ""),
        "credit": row.credit,
        "behind": is_behind(row),
        "answer": row.answer,
        "answered_by": names.get(row.decided_by or "", ""),
        "made_version": row.made_number,
        "created_at": row.created_at.isoformat(),
        "answered_at": row.decided_at.isoformat() if row.decided_at else None,
        "url": full("library.suggestion", suggestion_uuid=row.uuid),
    }


_LINE = thing(
    uuid=UUID_TEXT,
    state={"enum": list(SUGGESTION_STATES)},
    item=thing(uuid=UUID_TEXT, version=NUMBER, title=TEXT),
    note=TEXT,
    changes={"type": "object", "description": "The new values of what would change, by their names."},
    file=optional(thing(filename=TEXT, size=NUMBER, sha256=TEXT)),
    by=TEXT,
    credit=TEXT,
    behind={**FLAG, "description": "The item has a newer version than the one it was made against."},
    answer=TEXT,
    answered_by=TEXT,
    made_version=optional(NUMBER),
    created_at=MOMENT,
    answered_at=optional(MOMENT),
    url=TEXT,
)
_PATH = in_path("suggestion_uuid", UUID_TEXT, "The suggested change.")
_ANSWER = text_up_to(LONGEST_NOTE)
describe(
    "/library/items/{item_uuid}/suggestions",
    method="post",
    key="suggest_change",
    summary="Offer the keeper of an item a change: of what is said of it, of its file by an upload, or of both.",
    parameters=(ITEM_PATH, REPEATABLE),
    body=taken(
        ("note",),
        note=text_up_to(LONGEST_NOTE, least=1),
        upload=UUID_TEXT,
        named={**FLAG, "description": "Whether one's name joins the authors; it does unless told otherwise."},
        version=VERSION,
        **{name: CHANGES[name] for name in OFFERED},
    ),
    answer=_LINE,
    status=201,
    refusals=WRITE_REFUSALS,
    security=WRITER,
)
describe(
    "/library/suggestions",
    key="list_suggestions",
    summary="List offers, the latest first: those for one's own items, those one made, or all of an item one keeps.",
    parameters=(
        in_query("box", {"type": "string", "enum": list(BOXES)}, "`in`: for one's items; `out`: one's own."),
        in_query("item", UUID_TEXT, "Only of this item."),
        AFTER,
        PAGE_SIZE,
    ),
    answer=thing(suggestions=list_of(_LINE), next=optional(TEXT)),
    refusals=PAGE_REFUSALS,
    security=OWN_READER,
)
describe(
    "/library/suggestions/{suggestion_uuid}",
    key="get_suggestion",
    summary="Describe an offer, for whoever made it and for those who keep its item.",
    parameters=(_PATH, IF_NONE_MATCH),
    answer=_LINE,
    refusals=(*READ_REFUSALS, 304),
    security=OWN_READER,
)
for _path, _key, _summary, _body, _tagged in (
    ("accept", "accept_suggestion", "Make an offer the next version.", taken(answer=_ANSWER), True),
    (
        "decline",
        "decline_suggestion",
        "Decline an offer, saying why.",
        taken(("answer",), answer=text_up_to(LONGEST_NOTE, least=1)),
        False,
    ),
    ("withdraw", "withdraw_suggestion", "Take back what one offered.", None, False),
):
    describe(
        f"/library/suggestions/{{suggestion_uuid}}/{_path}",
        method="post",
        key=_key,
        summary=_summary,
        parameters=(_PATH, {**IF_MATCH, "required": _tagged}, REPEATABLE),
        body=_body,
        answer=_LINE,
        refusals=(*WRITE_REFUSALS, 428) if _tagged else WRITE_REFUSALS,
        security=WRITER,
    )
