"""Replaying the statements of a few people, after their accounts were joined or parted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from lms.core.db import db
from lms.core.events import announce
from lms.people.merges import accounts_of
from lms.records.events import AccountReplayStarted, StatementRecorded
from lms.records.models import Statement

BATCH = 500


def replay_accounts(user_ids: Sequence[int]) -> int:
    """Build everything derived from the deeds of these users anew, in the present transaction; return how many."""
    announce(AccountReplayStarted(tuple(user_ids)))
    count = 0
    for statement in _iter_statements(user_ids):
        announce(StatementRecorded(statement))
        count += 1
    db.session.flush()
    return count


def _iter_statements(user_ids: Sequence[int]) -> Iterator[Statement]:
    """Yield what counts for these users, under whatever account it was recorded, oldest first."""
    accounts = list(db.session.scalars(accounts_of(user_ids)))
    after = 0
    while True:
        page = select(Statement).where(Statement.account.in_(accounts), Statement.id > after)
        rows = list(db.session.scalars(page.order_by(Statement.id).limit(BATCH)))
        if not rows:
            return
        after = rows[-1].id
        yield from rows
