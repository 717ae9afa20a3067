"""Ratings, comments and reports follow their writer when two accounts of one person become one, and go back with them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from lms.core.db import db
from lms.core.events import listens_to
from lms.core.i18n import _
from lms.library.reports.models import ItemReport
from lms.library.voices.models import ItemComment, ItemRating
from lms.people.events import UsersMerged, UsersUnmerged
from lms.people.merge_previews import MergeLine, previews_merge
from lms.people.merge_rows import list_changes, note_change

KINDS: dict[str, Any] = {"item_comment": ItemComment, "item_rating": ItemRating, "item_report": ItemReport}
ONCE = {"item_rating": ItemRating.item_uuid, "item_report": ItemReport.case_id}  # once for each person


@previews_merge
def preview_voices(_kept_id: int, merged_id: int) -> list[MergeLine]:
    """Tell how much the merged account said of the library."""
    counts = [
        db.session.scalar(select(func.count()).where(model.user_id == merged_id)) or 0
        for model in KINDS.values()
    ]
    return [MergeLine(_("Ratings, comments and reports"), sum(counts))]


@listens_to(UsersMerged)
def carry_voices(event: UsersMerged) -> None:
    """The account that stays said it; where it had spoken itself, its own word stays and the other one waits."""
    for kind, model in KINDS.items():
        rows = select(model).where(model.user_id == event.merged_id)
        if kind in ONCE:
            spoken = select(ONCE[kind]).where(model.user_id == event.kept_id)
            rows = rows.where(ONCE[kind].not_in(spoken))
        for row in db.session.scalars(rows).all():
            note_change(event.merge_id, kind, row.id)
            row.user_id = event.kept_id
    db.session.flush()


@listens_to(UsersUnmerged)
def restore_voices(event: UsersUnmerged) -> None:
    """What came with the merged account goes back."""
    for change in list_changes(event.merge_id, *KINDS):
        row = db.session.get(KINDS[change.kind], int(change.row_id))
        if row is not None and row.user_id == event.kept_id:
            row.user_id = event.merged_id
    db.session.flush()
