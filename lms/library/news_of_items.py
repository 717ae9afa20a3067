"""What others are told of an item or a review, as far as the one who asked to be told may see it at that moment."""

from __future__ import annotations

from uuid import UUID

from lms.core.actor import Actor
from lms.core.web import settings
from lms.library import queries
from lms.library.review.queries import get_submission

OPEN = "open"


def tell_of_item(actor: Actor, uuid: UUID, number: int) -> dict[str, object]:
    """Return the lines of a version. Raises NotFound where the actor may not know of it."""
    version = queries.get_item(actor, uuid, number)
    base = settings().base_url
    return {
        "uuid": str(uuid),
        "version": version.number,
        "title": version.title,
        "type": version.type,
        "language": version.language,
        "license": version.license_id,
        "state": version.item.state,
        "recalled": version.recall is not None,
        "url": f"{base}/library/{uuid}",
        "api_url": f"{base}/api/v1/library/items/{uuid}",
    }


def tell_of_review(actor: Actor, uuid: UUID) -> dict[str, object] | None:
    """Return the lines of a review that is settled, None while it is not. Raises NotFound."""
    submission = get_submission(actor, uuid)
    if submission.state == OPEN:
        return None
    return {
        "uuid": str(uuid),
        "state": submission.state,
        "item": str(submission.item_uuid),
        "version": submission.number,
        "scope": submission.scope,
        "url": f"{settings().base_url}/library/reviews/{uuid}",
    }
