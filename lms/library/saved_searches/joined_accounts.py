"""Searches follow their person when two accounts become one, and go back with them."""

from __future__ import annotations

from sqlalchemy import func, select

from lms.core.db import db
from lms.core.events import listens_to
from lms.core.i18n import _
from lms.library.saved_searches.models import SavedSearch
from lms.people.events import UsersMerged, UsersUnmerged
from lms.people.merge_previews import MergeLine, previews_merge
from lms.people.merge_rows import list_changes, note_change

KIND = "saved_search"


@previews_merge
def preview_searches(_kept_id: int, merged_id: int) -> list[MergeLine]:
    """Tell how many searches the merged account keeps."""
    kept = select(func.count()).select_from(SavedSearch).where(SavedSearch.user_id == merged_id)
    return [MergeLine(_("Searches kept"), db.session.scalar(kept) or 0)]


@listens_to(UsersMerged)
def carry_searches(event: UsersMerged) -> None:
    """The account that stays keeps them now; one that both kept stays where it is and waits."""
    both = select(SavedSearch.digest).where(SavedSearch.user_id == event.kept_id)
    rows = select(SavedSearch).where(SavedSearch.user_id == event.merged_id, SavedSearch.digest.not_in(both))
    for row in db.session.scalars(rows).all():
        note_change(event.merge_id, KIND, row.id)
        row.user_id = event.kept_id
    db.session.flush()


@listens_to(UsersUnmerged)
def restore_searches(event: UsersUnmerged) -> None:
    """What came with the merged account goes back."""
    for change in list_changes(event.merge_id, KIND):
        row = db.session.get(SavedSearch, int(change.row_id))
        if row is not None and row.user_id == event.kept_id:
            row.user_id = event.merged_id
    db.session.flush()
