"""What colleagues say of an item: comments, answers one deep; one's own is changed and taken back, a librarian hides."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from content_store.models import Version
from lms.core.actor import Actor
from lms.core.audit import record_audit
from lms.core.clock import now
from lms.core.db import db
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.core.events import announce
from lms.core.i18n import _
from lms.library.queries import get_item
from lms.library.voices.events import CommentWritten, WordsHidden
from lms.library.voices.models import ItemComment
from lms.library.voices.permissions import is_staff, may_moderate

LONGEST_TEXT = 3000
LONGEST_REASON = 500
MOST_ANSWERS = 50  # of one comment; they are shown together with it


def add_comment(
    actor: Actor, item_uuid: UUID, *, text: str, answers: UUID | None = None, number: int | None = None
) -> ItemComment:
    """Comment on an item one may see, or answer a comment. Raises NotFound, NotAllowed, Conflict, Invalid."""
    version = get_item(actor, item_uuid, number)
    if not is_staff(actor) or actor.user_id is None:
        raise NotAllowed()
    if version.item.state == "draft":
        raise Conflict(_("Only what is published can be commented on."))
    said = _read_text(text)
    parent = _answered(item_uuid, answers) if answers is not None else None
    comment = ItemComment(
        item_uuid=item_uuid,
        number=version.number,
        user_id=actor.user_id,
        parent_id=parent.id if parent else None,
        text=said,
    )
    db.session.add(comment)
    db.session.flush()
    announce(
        CommentWritten(
            str(comment.uuid),
            str(item_uuid),
            version.title,
            actor.user_id,
            version.item.owner,
            parent.user_id if parent else None,
        )
    )
    return comment


def edit_comment(actor: Actor, item_uuid: UUID, uuid: UUID, *, text: str) -> ItemComment:
    """Change one's own comment. Raises NotFound, NotAllowed, Conflict, Invalid."""
    comment = _own(actor, item_uuid, uuid)
    if comment.hidden_at is not None:
        raise Conflict(_("A librarian hid this comment. Write a new one instead."))
    said = _read_text(text)
    if said != comment.text:
        comment.text, comment.edited_at = said, now()
        db.session.flush()
    return comment


def delete_comment(actor: Actor, item_uuid: UUID, uuid: UUID) -> ItemComment:
    """Take one's own comment back: its words are gone, what others answered stays. Raises NotFound, NotAllowed."""
    comment = _own(actor, item_uuid, uuid)
    comment.text, comment.deleted_at = "", now()
    db.session.flush()
    return comment


def hide_comment(actor: Actor, item_uuid: UUID, uuid: UUID, *, reason: str) -> ItemComment:
    """Hide a comment from all but its writer and the librarians. Raises NotFound, NotAllowed, Invalid."""
    version = _moderated(actor, item_uuid)
    comment = get_comment(item_uuid, uuid)
    said = reason.strip()[:LONGEST_REASON]
    if not said:
        raise Invalid({"hide_reason": _("Say in a sentence why it is hidden.")})
    moment = now()
    comment.hidden_at, comment.hidden_by, comment.hidden_reason = moment, actor.user_id, said
    record_audit(actor, "hide", "item_comment", uuid)
    db.session.flush()
    if comment.user_id != actor.user_id:
        announce(
            WordsHidden(str(uuid), str(item_uuid), version.title, said, comment.user_id, moment.isoformat())
        )
    return comment


def show_comment(actor: Actor, item_uuid: UUID, uuid: UUID) -> ItemComment:
    """Undo `hide_comment`. Raises NotFound, NotAllowed."""
    _moderated(actor, item_uuid)
    comment = get_comment(item_uuid, uuid)
    comment.hidden_at, comment.hidden_by, comment.hidden_reason = None, None, ""
    record_audit(actor, "show", "item_comment", uuid)
    db.session.flush()
    return comment


def get_comment(item_uuid: UUID, uuid: UUID) -> ItemComment:
    """Return a comment on an item that was not taken back. Raises NotFound."""
    comment = db.session.scalar(
        select(ItemComment).where(
            ItemComment.uuid == uuid, ItemComment.item_uuid == item_uuid, ItemComment.deleted_at.is_(None)
        )
    )
    if comment is None:
        raise NotFound()
    return comment


def _read_text(text: str) -> str:
    said = text.strip()
    if not said:
        raise Invalid({"text": _("Write what you want to say.")})
    if len(said) > LONGEST_TEXT:
        raise Invalid({"text": _("This is too long. Say it in 3,000 characters.")})
    return said


def _answered(item_uuid: UUID, uuid: UUID) -> ItemComment:
    parent = get_comment(item_uuid, uuid)
    if parent.parent_id is not None or parent.hidden_at is not None:
        raise NotFound()
    answers = select(func.count()).where(ItemComment.parent_id == parent.id, ItemComment.deleted_at.is_(None))
    if (db.session.scalar(answers) or 0) >= MOST_ANSWERS:
        raise Conflict(_("This comment has very many answers. Begin a new one."))
    return parent


def _own(actor: Actor, item_uuid: UUID, uuid: UUID) -> ItemComment:
    get_item(actor, item_uuid)
    comment = get_comment(item_uuid, uuid)
    if not actor.is_signed_in or comment.user_id != actor.user_id:
        raise NotAllowed()
    return comment


def _moderated(actor: Actor, item_uuid: UUID) -> Version:
    version = get_item(actor, item_uuid)
    if not may_moderate(actor, version):
        raise NotAllowed()
    return version
