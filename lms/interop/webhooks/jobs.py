"""The worker's part: who is told, and telling them. The network is asked outside every transaction."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from lms.core.db import db, write
from lms.core.jobs import job
from lms.core.schedule import every
from lms.interop.webhooks import services
from lms.interop.webhooks.sending import send
from lms.interop.webhooks.services import Outcome
from lms.people.second_factor_secrets import SecretLost

LANE = "webhooks"  # one at a time: it waits for strangers


@job("spread_webhook")
def spread_webhook(event_uuid: str, topic: str, about: dict[str, Any]) -> None:
    """Queue a message to every address that wants it; safe to repeat, for an event makes one message an address."""
    after: int | None = 0
    while after is not None:
        with write():
            after = services.spread(UUID(event_uuid), topic, about, after_id=after)


@job("send_webhook", lane=LANE)
def send_webhook(delivery_id: int) -> None:
    """Send one message; when to try again is kept in its own row, since that takes days."""
    try:
        message = services.write_message(delivery_id)
    except SecretLost:
        message, outcome = None, Outcome(error="SecretLost")
        _note(delivery_id, outcome)
        return
    db.session.rollback()
    if message is None:
        with write():
            services.note_dropped(delivery_id)
        return
    _note(delivery_id, send(message))


def _note(delivery_id: int, outcome: Outcome) -> None:
    with write():
        services.note_outcome(delivery_id, outcome)


@job("forget_deliveries")
def forget_deliveries() -> None:
    """Delete old messages, a batch at a time."""
    while True:
        with write():
            if not services.forget_old_deliveries():
                return


every("forget_deliveries", minutes=24 * 60)
