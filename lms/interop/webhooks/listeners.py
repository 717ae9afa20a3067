"""What happens in the library becomes one job, if anybody wants to be told; who may hear it is looked up there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from lms.core.clock import new_uuid
from lms.core.events import listens_to
from lms.core.i18n import _, _l
from lms.core.jobs import enqueue
from lms.interop.webhooks.permissions import KEEPERS
from lms.interop.webhooks.queries import has_webhooks
from lms.interop.webhooks.services import DISABLED
from lms.interop.webhooks.topics import LIFTED, PUBLISHED, RECALLED, SETTLED, UPDATED
from lms.library.events import ItemShown, RecallLifted, VersionsRecalled
from lms.library.review.events import ReviewAnswered
from lms.notices.topics import Topic, register_topic
from lms.people.models import User

ENDS = frozenset({"approved", "changes", "rejected"})

register_topic(
    Topic(
        DISABLED,
        _l("Another system can no longer be told"),
        lambda about: _(
            "%(host)s did not answer for days, so nothing is sent there any more. Look into it and switch it on again.",
            host=about["host"],
        ),
        icon="send",
        endpoint="webhooks.webhook",
        address=("webhook_uuid",),
        mail="at_once",
        roles=frozenset(KEEPERS),
        people=lambda who: select(User.id).where(User.id == who["user_id"]),
    )
)


@listens_to(ItemShown)
def spread_shown(event: ItemShown) -> None:
    """A version is shown: the first of an item, or a newer one."""
    about = {"item": event.item_uuid, "number": event.number}
    _spread(PUBLISHED if event.is_first else UPDATED, about)


@listens_to(VersionsRecalled)
def spread_recalled(event: VersionsRecalled) -> None:
    """Versions were withdrawn."""
    _spread(
        RECALLED, {"item": event.item_uuid, "number": max(event.numbers), "versions": list(event.numbers)}
    )


@listens_to(RecallLifted)
def spread_lifted(event: RecallLifted) -> None:
    """Withdrawn versions may be used again."""
    _spread(LIFTED, {"item": event.item_uuid, "number": max(event.numbers), "versions": list(event.numbers)})


@listens_to(ReviewAnswered)
def spread_settled(event: ReviewAnswered) -> None:
    """A reviewer decided; whether that settles the review is looked up when the message is put together."""
    if event.kind in ENDS:
        _spread(SETTLED, {"review": event.review_uuid})


def _spread(topic: str, about: Mapping[str, Any]) -> None:
    if has_webhooks():
        enqueue("spread_webhook", event_uuid=str(new_uuid()), topic=topic, about=dict(about))
