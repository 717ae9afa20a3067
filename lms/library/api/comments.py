"""Comments on items, with answers one deep: read and written by those who work in the sector."""

from __future__ import annotations

from uuid import UUID

from flask import jsonify, url_for
from werkzeug.wrappers import Response

from lms.core.actor import Actor
from lms.core.db import write
from lms.core.errors import Invalid
from lms.core.idempotency import repeatable, write_once
from lms.core.openapi import NUMBER, TEXT, UUID_TEXT, describe, in_path, list_of, optional, thing
from lms.core.rates import limit_rate
from lms.core.web import actor
from lms.library import queries
from lms.library.api.blueprint import (
    FLAG,
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
from lms.library.api.bodies import VERSION, read_object, read_text, read_uuid, read_version, taken, text_up_to
from lms.library.api.lists import AFTER, PAGE_SIZE, read_after, read_size
from lms.library.voices import comment_queries, comments
from lms.library.voices.comment_queries import Said
from lms.library.voices.models import ItemComment
from lms.library.voices.permissions import may_moderate
from lms.library.voices.views import SPEAK_RATE
from lms.people.bearer import needs_token


@bp.get("/api/v1/library/items/<uuid:item_uuid>/comments")
@needs_token(READ)
def item_comments(item_uuid: UUID) -> Response:
    """List the comments on an item, the latest first, each with its answers."""
    who, size, after = actor(), read_size(), read_after()
    version = queries.get_item(who, item_uuid)
    page = comment_queries.list_threads(
        who, item_uuid, is_moderator=may_moderate(who, version), after=after, size=size
    )
    rows = [
        {**_line(thread.said), "answers": [_line(said) for said in thread.answers]} for thread in page.rows
    ]
    return jsonify(comments=rows, next=page.next)


@bp.post("/api/v1/library/items/<uuid:item_uuid>/comments")
@needs_token(WRITE)
@repeatable
def comment(item_uuid: UUID) -> Response:
    """Comment on an item, or answer a comment."""
    who, body = actor(), read_object("text", "answers", "version")
    limit_rate("library_speak", SPEAK_RATE, who.user_id)
    text, answers, number = read_text(body, "text"), read_uuid(body, "answers"), read_version(body)
    return write_once(
        lambda: comments.add_comment(who, item_uuid, text=text, answers=answers, number=number),
        lambda made: _told_new(item_uuid, made),
    )


@bp.patch("/api/v1/library/items/<uuid:item_uuid>/comments/<uuid:comment_uuid>")
@needs_token(WRITE)
def change_comment(item_uuid: UUID, comment_uuid: UUID) -> Response:
    """Change one's own comment."""
    text = read_text(read_object("text"), "text")
    with write():
        changed = comments.edit_comment(actor(), item_uuid, comment_uuid, text=text)
    return _told(changed)


@bp.delete("/api/v1/library/items/<uuid:item_uuid>/comments/<uuid:comment_uuid>")
@needs_token(WRITE)
def take_comment_back(item_uuid: UUID, comment_uuid: UUID) -> Response:
    """Take one's own comment back; what others answered stays."""
    with write():
        comments.delete_comment(actor(), item_uuid, comment_uuid)
    return Response(status=204)


@bp.post("/api/v1/library/items/<uuid:item_uuid>/comments/<uuid:comment_uuid>/hide")
@needs_token(WRITE)
@repeatable
def hide_comment(item_uuid: UUID, comment_uuid: UUID) -> Response:
    """Hide a comment, with the reason its writer reads."""
    who = actor()
    reason = read_text(read_object("reason"), "reason", longest=comments.LONGEST_REASON)

    def hide() -> ItemComment:
        try:
            return comments.hide_comment(who, item_uuid, comment_uuid, reason=reason)
        except Invalid as error:  # a page has fields of other names
            raise Invalid({"reason": error.fields["hide_reason"]}) from error

    return write_once(hide, lambda row: _told_moderated(who, row))


@bp.post("/api/v1/library/items/<uuid:item_uuid>/comments/<uuid:comment_uuid>/show")
@needs_token(WRITE)
@repeatable
def show_comment(item_uuid: UUID, comment_uuid: UUID) -> Response:
    """Show a hidden comment again."""
    who = actor()
    return write_once(
        lambda: comments.show_comment(who, item_uuid, comment_uuid), lambda row: _told_moderated(who, row)
    )


def _told_moderated(who: Actor, row: ItemComment) -> Response:
    return jsonify(_line(comment_queries.said_to_moderator(who, row)))


def _told_new(item_uuid: UUID, made: ItemComment) -> Response:
    answer = _told(made)
    answer.status_code = 201
    answer.headers["Location"] = url_for(
        "library_api.change_comment", item_uuid=item_uuid, comment_uuid=made.uuid
    )
    return answer


def _told(row: ItemComment) -> Response:
    return jsonify(_line(Said(row, actor().display_name, row.text, is_own=True)))


def _line(said: Said) -> dict[str, object]:
    row = said.comment
    return {
        "uuid": str(row.uuid),
        "by": said.name,
        "text": said.text,
        "own": said.is_own,
        "hidden": said.is_hidden,
        "deleted": said.is_deleted,
        "version": row.number,
        "created_at": row.created_at.isoformat(),
        "edited_at": row.edited_at.isoformat() if row.edited_at else None,
    }


_LINE = {
    "uuid": UUID_TEXT,
    "by": TEXT,
    "text": {
        "type": "string",
        "description": "Nothing where it was taken back, or is hidden from the reader.",
    },
    "own": FLAG,
    "hidden": FLAG,
    "deleted": FLAG,
    "version": NUMBER,
    "created_at": MOMENT,
    "edited_at": optional(MOMENT),
}
_COMMENT_PATH = in_path("comment_uuid", UUID_TEXT, "The comment.")
_TEXT = text_up_to(comments.LONGEST_TEXT, least=1)
describe(
    "/library/items/{item_uuid}/comments",
    key="list_comments",
    summary="List the comments on an item, the latest first, each with its answers; for those who work in the sector.",
    parameters=(ITEM_PATH, AFTER, PAGE_SIZE),
    answer=thing(comments=list_of(thing(**_LINE, answers=list_of(thing(**_LINE)))), next=optional(TEXT)),
    refusals=PAGE_REFUSALS,
    security=OWN_READER,
)
describe(
    "/library/items/{item_uuid}/comments",
    method="post",
    key="add_comment",
    summary="Comment on an item, or with `answers` answer a comment.",
    parameters=(ITEM_PATH, REPEATABLE),
    body=taken(("text",), text=_TEXT, answers=UUID_TEXT, version=VERSION),
    answer=thing(**_LINE),
    status=201,
    refusals=WRITE_REFUSALS,
    security=WRITER,
)
describe(
    "/library/items/{item_uuid}/comments/{comment_uuid}",
    method="patch",
    key="edit_comment",
    summary="Change one's own comment.",
    parameters=(ITEM_PATH, _COMMENT_PATH),
    body=taken(("text",), text=_TEXT),
    answer=thing(**_LINE),
    refusals=WRITE_REFUSALS,
    security=WRITER,
)
describe(
    "/library/items/{item_uuid}/comments/{comment_uuid}",
    method="delete",
    key="delete_comment",
    summary="Take one's own comment back; what others answered stays.",
    parameters=(ITEM_PATH, _COMMENT_PATH),
    answer=None,
    status=204,
    refusals=READ_REFUSALS,
    security=WRITER,
)
for _path, _key, _summary, _body in (
    (
        "hide",
        "hide_comment",
        "Hide a comment, with the reason its writer reads; for the librarians of the item's place.",
        taken(("reason",), reason=text_up_to(comments.LONGEST_REASON, least=1)),
    ),
    ("show", "show_comment", "Show a hidden comment again.", None),
):
    describe(
        f"/library/items/{{item_uuid}}/comments/{{comment_uuid}}/{_path}",
        method="post",
        key=_key,
        summary=_summary,
        parameters=(ITEM_PATH, _COMMENT_PATH, REPEATABLE),
        body=_body,
        answer=thing(**_LINE),
        refusals=WRITE_REFUSALS,
        security=WRITER,
    )
