"""Reading webhooks: one's own; a system administrator sees all."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select, true

from lms.core.actor import Actor
from lms.core.db import db
from lms.core.errors import NotAllowed, NotFound
from lms.core.paging import Page, take_page
from lms.interop.webhooks.models import Webhook, WebhookDelivery
from lms.interop.webhooks.permissions import can_keep_webhooks
from lms.people.models import User

MOST = 200
PAGE = 30


def check_keeper(actor: Actor) -> None:
    """Refuse whoever may have none; strangers learn nothing of the page. Raises NotFound, NotAllowed."""
    if not can_keep_webhooks(actor):
        raise NotAllowed() if actor.is_signed_in else NotFound()


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the filter on the webhooks that `actor` may know of."""
    return true() if actor.has_role("sysadmin") else Webhook.user_id == actor.user_id


def list_webhooks(actor: Actor) -> Sequence[tuple[Webhook, User]]:
    """Return the webhooks with their owners, the latest first; a site has a handful. Raises NotFound, NotAllowed."""
    check_keeper(actor)
    statement = select(Webhook, User).join(User, User.id == Webhook.user_id).where(visible_to(actor))
    return [
        (hook, owner) for hook, owner in db.session.execute(statement.order_by(Webhook.id.desc()).limit(MOST))
    ]


def get_webhook(actor: Actor, uuid: UUID) -> Webhook:
    """Return a webhook. Raises NotFound, NotAllowed."""
    check_keeper(actor)
    found = db.session.scalar(select(Webhook).where(Webhook.uuid == uuid, visible_to(actor)))
    if found is None:
        raise NotFound()
    return found


def list_deliveries(hook: Webhook, after: str | None = None) -> Page[WebhookDelivery]:
    """Return the messages to an address, the latest first."""
    statement = select(WebhookDelivery).where(WebhookDelivery.webhook_id == hook.id)
    page: Page[WebhookDelivery] = take_page(
        db.session(), statement, keys=[WebhookDelivery.id], after=after, size=PAGE, descending=True
    )
    return page


def get_delivery(hook: Webhook, uuid: UUID) -> WebhookDelivery:
    """Return a message to this address. Raises NotFound."""
    found = db.session.scalar(
        select(WebhookDelivery).where(WebhookDelivery.uuid == uuid, WebhookDelivery.webhook_id == hook.id)
    )
    if found is None:
        raise NotFound()
    return found


def has_webhooks() -> bool:
    """Tell whether anybody wants to be told at all."""
    living = select(Webhook.id).where(Webhook.is_paused.is_(False), Webhook.disabled_at.is_(None))
    return db.session.scalar(living.limit(1)) is not None


def list_living(after_id: int, size: int) -> Sequence[Webhook]:
    """Return the webhooks that are told, in the order of their ids."""
    living = select(Webhook).where(
        Webhook.is_paused.is_(False), Webhook.disabled_at.is_(None), Webhook.id > after_id
    )
    return db.session.scalars(living.order_by(Webhook.id).limit(size)).all()
