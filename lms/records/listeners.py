"""When accounts are joined or parted, what is derived from their statements is counted anew."""

from __future__ import annotations

from lms.core.events import listens_to
from lms.core.jobs import enqueue
from lms.people.events import UsersMerged, UsersUnmerged


@listens_to(UsersMerged)
def count_together(event: UsersMerged) -> None:
    """The deeds of both accounts count for one."""
    enqueue("replay_accounts", user_ids=[event.kept_id, event.merged_id])


@listens_to(UsersUnmerged)
def count_apart(event: UsersUnmerged) -> None:
    """Each account has its own deeds again."""
    enqueue("replay_accounts", user_ids=[event.kept_id, event.merged_id])
