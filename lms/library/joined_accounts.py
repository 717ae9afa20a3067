"""Items and collections follow their owner when two accounts of one person become one, and go back with them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select, update

from content_store.models import Collection, Item
from lms.core.db import db
from lms.core.events import listens_to
from lms.core.i18n import _
from lms.core.jobs import enqueue
from lms.library.door import open_store
from lms.library.review.models import ReviewSubmission
from lms.people.events import UsersMerged, UsersUnmerged
from lms.people.merge_previews import MergeLine, previews_merge
from lms.people.merge_rows import list_changes, note_change
from lms.people.queries import get_users

ITEM, COLLECTION = "item", "collection"


@previews_merge
def preview_items(_kept_id: int, merged_id: int) -> list[MergeLine]:
    """Tell how much of the library is the merged account's."""
    token = _tokens(merged_id)[0]
    counts = [
        db.session.scalar(select(func.count()).where(model.owner == token)) or 0
        for model in (Item, Collection)
    ]
    return [MergeLine(_("Library items"), counts[0]), MergeLine(_("Collections"), counts[1])]


@listens_to(UsersMerged)
def carry_items(event: UsersMerged) -> None:
    """The account that stays owns the items now."""
    old, new = _tokens(event.merged_id, event.kept_id)
    for kind, model in ((ITEM, Item), (COLLECTION, Collection)):
        for uuid in db.session.scalars(select(model.uuid).where(model.owner == old)).all():
            note_change(event.merge_id, kind, uuid)
            _give(kind, uuid, old, new)
    db.session.flush()


@listens_to(UsersUnmerged)
def restore_items(event: UsersUnmerged) -> None:
    """What came with the merged account goes back, if it still is the kept one's."""
    new, old = _tokens(event.merged_id, event.kept_id)
    for change in list_changes(event.merge_id, ITEM, COLLECTION):
        _give(change.kind, UUID(change.row_id), old, new)


def _tokens(*user_ids: int) -> list[str]:
    users = get_users(user_ids)
    return [f"user:{users[user_id].uuid}" for user_id in user_ids]


def _give(kind: str, uuid: UUID, old: str, new: str) -> None:
    model = Item if kind == ITEM else Collection
    db.session.execute(update(model).where(model.uuid == uuid, model.owner == old).values(owner=new))
    if kind == ITEM:
        waiting = update(ReviewSubmission).where(
            ReviewSubmission.item_uuid == uuid, ReviewSubmission.owner == old
        )
        db.session.execute(waiting.values(owner=new))
        open_store().mark_dirty(uuid)
        enqueue("index_items", key="index_items")
