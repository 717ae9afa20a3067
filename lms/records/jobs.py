"""The worker's part of records."""

from __future__ import annotations

from lms.core.db import write
from lms.core.jobs import job
from lms.records.accounts import replay_accounts


@job("replay_accounts")
def replay_of(user_ids: list[int]) -> None:
    """Count the deeds of a few people anew, in one transaction: others see the old figures until it is whole."""
    with write():
        replay_accounts(user_ids)
