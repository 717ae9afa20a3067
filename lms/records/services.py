"""The one door for deeds: record a statement; replay them all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from lms.core.actor import Actor
from lms.core.clock import new_uuid, now
from lms.core.db import db, open_write
from lms.core.errors import NotAllowed
from lms.core.events import announce
from lms.core.insertion import insert_if_new, table_of
from lms.records.events import ReplayEnded, ReplayStarted, StatementRecorded
from lms.records.models import Statement, StatementKey, StatementText
from lms.records.queries import iter_statements
from lms.records.verbs import VERBS

_STATEMENT = insert(table_of(Statement))
_TEXT = insert(table_of(StatementText))


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done. `response` is kept apart; `key` makes repeating harmless; `body` holds no names."""

    verb: str
    object_kind: str
    object_uuid: UUID
    context_uuid: UUID | None = None
    revision_uuid: UUID | None = None
    score: float | None = None
    max_score: float | None = None
    success: bool | None = None
    completion: bool | None = None
    duration_ms: int | None = None
    attempt: int | None = None
    body: dict[str, Any] = field(default_factory=dict)
    response: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A statement that was just written, as listeners read it; its row is written without a model in between."""

    id: int
    uuid: UUID
    at: datetime
    account: UUID
    verb: str
    object_kind: str
    object_uuid: UUID
    context_uuid: UUID | None
    revision_uuid: UUID | None
    score: float | None
    max_score: float | None
    success: bool | None
    completion: bool | None
    duration_ms: int | None
    attempt: int | None
    body: dict[str, Any]
    response_digest: str | None


def record_statement(actor: Actor, deed: Deed) -> Recorded | None:
    """Append the statement that `actor` did `deed` and tell the projections, in this transaction.

    Returns None, changing nothing, when a deed with the same key was recorded before: the network repeats,
    people press twice. Raises NotAllowed without an account, ValueError for a verb outside the vocabulary.
    """
    if actor.uuid is None:
        raise NotAllowed()
    if deed.verb not in VERBS:
        raise ValueError(f"unknown verb {deed.verb!r}")
    uuid = new_uuid()
    if deed.key is not None and not insert_if_new(
        StatementKey, account=actor.uuid, key=deed.key, statement_uuid=uuid
    ):
        return None
    statement = _insert(uuid, actor.uuid, deed)
    if deed.response is not None:
        open_write().execute(_TEXT, {"statement_id": statement.id, "text": deed.response})
    announce(StatementRecorded(statement, actor.user_id))
    return statement


def _insert(uuid: UUID, account: UUID, deed: Deed) -> Recorded:
    row: dict[str, Any] = {
        "uuid": uuid,
        "at": now(),
        "account": account,
        "verb": deed.verb,
        "object_kind": deed.object_kind,
        "object_uuid": deed.object_uuid,
        "context_uuid": deed.context_uuid,
        "revision_uuid": deed.revision_uuid,
        "score": deed.score,
        "max_score": deed.max_score,
        "success": deed.success,
        "completion": deed.completion,
        "duration_ms": deed.duration_ms,
        "attempt": deed.attempt,
        "body": deed.body,
        "response_digest": _digest(deed.response),
    }
    made = open_write().execute(_STATEMENT, row).inserted_primary_key
    if made is None:
        raise RuntimeError("the database gave no id")
    return Recorded(id=made[0], **row)


def _digest(text: str | None) -> str | None:
    return None if text is None else hashlib.sha256(text.encode()).hexdigest()


def replay_statements() -> int:
    """Tell every statement again, oldest first, so that all projections rebuild themselves; return how many."""
    announce(ReplayStarted())
    count = 0
    for statement in iter_statements():
        announce(StatementRecorded(statement))
        count += 1
    db.session.flush()
    announce(ReplayEnded(count))
    return count
