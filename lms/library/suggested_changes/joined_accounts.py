"""Suggested changes follow whoever made them when two accounts of one person become one, and go back with them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, update

from content_store.lineage_models import Suggestion
from lms.core.db import db
from lms.core.events import listens_to
from lms.people.events import UsersMerged, UsersUnmerged
from lms.people.merge_rows import list_changes, note_change
from lms.people.queries import get_users

SUGGESTION = "suggestion"


@listens_to(UsersMerged)
def carry_suggestions(event: UsersMerged) -> None:
    """The account that stays has made them now, and hears of their answers."""
    old, new = _tokens(event.merged_id, event.kept_id)
    for uuid in db.session.scalars(select(Suggestion.uuid).where(Suggestion.author == old)).all():
        note_change(event.merge_id, SUGGESTION, uuid)
        _give(uuid, old, new)


@listens_to(UsersUnmerged)
def restore_suggestions(event: UsersUnmerged) -> None:
    """What came with the merged account goes back."""
    new, old = _tokens(event.merged_id, event.kept_id)
    for change in list_changes(event.merge_id, SUGGESTION):
        _give(UUID(change.row_id), old, new)


def _give(uuid: UUID, old: str, new: str) -> None:
    changed = update(Suggestion).where(Suggestion.uuid == uuid, Suggestion.author == old).values(author=new)
    db.session.execute(changed.execution_options(synchronize_session=False))


def _tokens(*user_ids: int) -> list[str]:
    users = get_users(user_ids)
    return [f"user:{users[user_id].uuid}" for user_id in user_ids]
