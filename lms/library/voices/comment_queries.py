"""Reading what colleagues say of an item: threads of comments, page by page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from lms.core.actor import Actor
from lms.core.db import db
from lms.core.errors import NotAllowed
from lms.core.paging import Page, take_page
from lms.library.review.queries import names_of
from lms.library.voices.models import ItemComment
from lms.library.voices.permissions import is_staff


@dataclass(frozen=True, slots=True)
class Said:
    """One comment as its reader may see it; `text` is '' where it was taken back, or is hidden from the reader."""

    comment: ItemComment
    name: str
    text: str
    is_own: bool

    @property
    def is_hidden(self) -> bool:
        """True when a librarian hid it."""
        return self.comment.hidden_at is not None

    @property
    def is_deleted(self) -> bool:
        """True when its writer took it back."""
        return self.comment.deleted_at is not None


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment with the answers to it, the first answer first."""

    said: Said
    answers: tuple[Said, ...]


def list_threads(
    actor: Actor, item_uuid: UUID, *, is_moderator: bool = False, after: str | None = None, size: int = 10
) -> Page[Thread]:
    """Return the comments on an item the actor may see, the latest first, for staff only. Three queries."""
    if not is_staff(actor):
        raise NotAllowed()
    answer = aliased(ItemComment)
    has_answers = (
        select(answer.id).where(answer.parent_id == ItemComment.id, answer.deleted_at.is_(None)).exists()
    )
    page = take_page(
        db.session(),
        select(ItemComment).where(
            ItemComment.item_uuid == item_uuid,
            ItemComment.parent_id.is_(None),
            or_(ItemComment.deleted_at.is_(None), has_answers),
        ),
        keys=[ItemComment.id],
        after=after,
        size=size,
        descending=True,
    )
    ids = [row.id for row in page.rows]
    answers = list(
        db.session.scalars(
            select(ItemComment)
            .where(ItemComment.parent_id.in_(ids), ItemComment.deleted_at.is_(None))
            .order_by(ItemComment.id)
        )
        if ids
        else []
    )
    names = names_of(row.user_id for row in [*page.rows, *answers])
    below: dict[int, list[Said]] = defaultdict(list)
    for row in answers:
        below[row.parent_id or 0].append(_said(actor, row, names, is_moderator))
    return Page(
        [Thread(_said(actor, row, names, is_moderator), tuple(below[row.id])) for row in page.rows], page.next
    )


def said_to_moderator(actor: Actor, comment: ItemComment) -> Said:
    """Return a comment as whoever keeps order there reads it. One query."""
    return _said(actor, comment, names_of([comment.user_id]), True)


def _said(actor: Actor, row: ItemComment, names: Mapping[int, str], is_moderator: bool) -> Said:
    is_own = row.user_id == actor.user_id
    is_open = row.hidden_at is None or is_own or is_moderator
    name = names.get(row.user_id, "") if row.deleted_at is None else ""
    return Said(row, name, row.text if is_open else "", is_own)
