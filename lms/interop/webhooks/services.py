"""Keeping webhooks, spreading what happened to them, putting a message together, noting how it went."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import delete, func, select

from lms.core.actor import Actor
from lms.core.audit import record_audit
from lms.core.clock import new_uuid, now
from lms.core.db import db
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.i18n import _
from lms.core.insertion import insert_if_new
from lms.core.jobs import enqueue
from lms.core.outbound import names_inside
from lms.interop.webhooks.models import Webhook, WebhookDelivery
from lms.interop.webhooks.permissions import can_keep_webhooks
from lms.interop.webhooks.queries import check_keeper, get_delivery, get_webhook, list_living
from lms.interop.webhooks.spec import make_headers, new_secret, next_wait
from lms.interop.webhooks.topics import SETTLED, TOPICS
from lms.library.news_of_items import tell_of_item, tell_of_review
from lms.notices.services import News, notify_people
from lms.people.queries import build_actor, get_user_by_id
from lms.people.second_factor_secrets import seal, unseal

MOST_WEBHOOKS = 20
OVERLAP = timedelta(hours=24)  # so long the secret of before signs too
PATIENCE = timedelta(days=3)  # without one success, then nothing is sent any more
KEPT = timedelta(days=30)
BATCH = 50
DISABLED = "webhook_disabled"


@dataclass(frozen=True, slots=True)
class Message:
    """One message ready to be sent."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a try went: the status of their answer, or why there was none."""

    status: int | None = None
    error: str = ""

    @property
    def is_good(self) -> bool:
        """True when they took it."""
        return self.status is not None and 200 <= self.status < 300


def add_webhook(actor: Actor, *, url: str, topics: Iterable[str]) -> tuple[Webhook, str]:
    """Have an address told; return it with its secret, shown once. Raises NotAllowed, Invalid, Conflict."""
    check_keeper(actor)
    address, chosen = url.strip(), set(topics)
    problems = {
        "url": _fault_of(address),
        "topics": "" if chosen and chosen <= set(TOPICS) else _("Choose what it is told of."),
    }
    if any(problems.values()):
        raise Invalid({field: words for field, words in problems.items() if words})
    counted = select(func.count()).where(Webhook.user_id == actor.user_id)
    if (db.session.scalar(counted) or 0) >= MOST_WEBHOOKS:
        raise Conflict(_("You have %(most)d addresses. Delete one that is not needed.", most=MOST_WEBHOOKS))
    secret, uuid = new_secret(), new_uuid()
    hook = Webhook(
        uuid=uuid,
        user_id=actor.user_id,
        url=address,
        topics=[topic for topic in TOPICS if topic in chosen],
        sealed_secret=seal(uuid, secret),
        is_paused=False,
    )
    db.session.add(hook)
    db.session.flush()
    record_audit(actor, "add", "webhook", uuid, host=urlsplit(address).hostname, topics=hook.topics)
    return hook, secret


def _fault_of(url: str) -> str:
    if not _is_address(url):
        return _("Give the full address, such as https://example.org/hook.")
    if names_inside(url):
        return _("This address lies inside a private network. Only addresses out in the world are asked.")
    return ""


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_whole = parts.port is None or 0 < parts.port < 65536
    except ValueError:
        return False
    is_plain = parts.username is None and not parts.fragment and url.isascii() and url.isprintable()
    return (
        parts.scheme == "https"
        and bool(parts.hostname)
        and is_whole
        and is_plain
        and len(url) <= 1000
        and " " not in url
    )


def rotate_secret(actor: Actor, uuid: UUID) -> tuple[Webhook, str]:
    """Give an address a new secret, shown once; the old one signs too for a day. Raises NotFound, NotAllowed."""
    hook, secret = get_webhook(actor, uuid), new_secret()
    hook.sealed_before, hook.before_until = hook.sealed_secret, now() + OVERLAP
    hook.sealed_secret = seal(hook.uuid, secret)
    db.session.flush()
    record_audit(actor, "rotate", "webhook", uuid)
    return hook, secret


def pause_webhook(actor: Actor, uuid: UUID) -> Webhook:
    """Tell an address nothing for now; what happens meanwhile it will not hear of. Raises NotFound, NotAllowed."""
    hook = get_webhook(actor, uuid)
    hook.is_paused = True
    db.session.flush()
    record_audit(actor, "pause", "webhook", uuid)
    return hook


def resume_webhook(actor: Actor, uuid: UUID) -> Webhook:
    """Tell an address again that was paused, or that had failed too long. Raises NotFound, NotAllowed."""
    hook = get_webhook(actor, uuid)
    hook.is_paused, hook.disabled_at, hook.failing_since = False, None, None
    db.session.flush()
    record_audit(actor, "resume", "webhook", uuid)
    return hook


def delete_webhook(actor: Actor, uuid: UUID) -> None:
    """Forget an address and the log of its messages. Raises NotFound, NotAllowed."""
    hook = get_webhook(actor, uuid)
    db.session.execute(delete(WebhookDelivery).where(WebhookDelivery.webhook_id == hook.id))
    db.session.delete(hook)
    db.session.flush()
    record_audit(actor, "delete", "webhook", uuid)


def resend(actor: Actor, uuid: UUID, delivery_uuid: UUID) -> WebhookDelivery:
    """Send a message once more, under the id it had. Raises NotFound, NotAllowed, Conflict."""
    hook = get_webhook(actor, uuid)
    delivery = get_delivery(hook, delivery_uuid)
    if hook.is_paused or hook.disabled_at is not None:
        raise Conflict(_("Nothing is sent to this address now. Switch it on first."))
    delivery.attempts = 0
    _queue(delivery, timedelta())
    return delivery


def spread(event_uuid: UUID, topic: str, about: Mapping[str, Any], *, after_id: int) -> int | None:
    """Queue a message to the next addresses that want it and whose owner may know; return the last id, None at the end."""
    hooks = list_living(after_id, BATCH)
    for hook in hooks:
        if topic not in hook.topics or _tell(hook, topic, about) is None:
            continue
        values = {"webhook_id": hook.id, "event_uuid": event_uuid, "topic": topic, "about": dict(about)}
        rooted = {"uuid": new_uuid(), "created_at": now(), "state": "waiting", "attempts": 0}
        if insert_if_new(WebhookDelivery, **values, **rooted):
            wanted = select(WebhookDelivery).where(
                WebhookDelivery.webhook_id == hook.id, WebhookDelivery.event_uuid == event_uuid
            )
            _queue(db.session.scalars(wanted).one(), timedelta())
    return hooks[-1].id if len(hooks) == BATCH else None


def _queue(delivery: WebhookDelivery, wait: timedelta) -> None:
    delivery.state, delivery.next_at = "waiting", now() + wait
    db.session.flush()
    enqueue("send_webhook", key=f"webhook:{delivery.id}", delay=wait, delivery_id=delivery.id)


def _tell(hook: Webhook, topic: str, about: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what the owner of an address may hear of it now, None where that is nothing."""
    owner = get_user_by_id(hook.user_id)
    actor = build_actor(owner)
    if not owner.is_active or not can_keep_webhooks(actor):
        return None
    try:
        if topic == SETTLED:
            review = tell_of_review(actor, UUID(about["review"]))
            return None if review is None else {"review": review}
        item = tell_of_item(actor, UUID(about["item"]), about["number"])
    except NotFound:
        return None
    return {"item": item, **({"versions": about["versions"]} if "versions" in about else {})}


def write_message(delivery_id: int) -> Message | None:
    """Put a message together as its receiver may read it at this moment; None when there is nothing to send."""
    delivery = db.session.get(WebhookDelivery, delivery_id)
    hook = db.session.get(Webhook, delivery.webhook_id) if delivery is not None else None
    if delivery is None or hook is None or delivery.state != "waiting":
        return None
    data = None if hook.is_paused or hook.disabled_at else _tell(hook, delivery.topic, delivery.about)
    if data is None:
        return None
    moment = now()
    body = {"type": delivery.topic, "timestamp": delivery.created_at.isoformat(), "data": data}
    raw = json.dumps(body, ensure_ascii=False).encode()
    sealed = [hook.sealed_secret]
    if hook.sealed_before is not None and hook.before_until is not None and hook.before_until > moment:
        sealed.append(hook.sealed_before)
    secrets = [unseal(hook.uuid, one) for one in sealed]
    return Message(hook.url, make_headers(secrets, delivery.uuid, moment, raw), raw)


def note_dropped(delivery_id: int) -> None:
    """Note that there is nothing to be told any more: the owner may not know it, or the address is off."""
    delivery = db.session.get(WebhookDelivery, delivery_id)
    if delivery is not None and delivery.state == "waiting":
        delivery.state, delivery.next_at = "dropped", None
        db.session.flush()


def note_outcome(delivery_id: int, outcome: Outcome) -> None:
    """Note how a try went; a failed one is tried again later, and an address that fails for days is switched off."""
    delivery = db.session.get(WebhookDelivery, delivery_id)
    hook = db.session.get(Webhook, delivery.webhook_id) if delivery is not None else None
    if delivery is None or hook is None or delivery.state != "waiting":
        return
    delivery.attempts += 1
    delivery.tried_at, delivery.status = now(), outcome.status
    delivery.error, delivery.next_at = outcome.error[:200] or None, None
    if outcome.is_good:
        delivery.state, hook.failing_since = "sent", None
        db.session.flush()
        return
    hook.failing_since = hook.failing_since or now()
    wait = next_wait(delivery.attempts)
    if outcome.status == 410 or hook.failing_since <= now() - PATIENCE:
        delivery.state = "failed"
        _switch_off(hook)
    elif wait is None:
        delivery.state = "failed"
        db.session.flush()
    else:
        _queue(delivery, wait)


def _switch_off(hook: Webhook) -> None:
    if hook.disabled_at is None:
        hook.disabled_at = now()
        db.session.flush()
        host = urlsplit(hook.url).hostname or ""
        about = {"webhook_uuid": str(hook.uuid), "host": host}
        notify_people(DISABLED, [News(hook.user_id, f"{hook.uuid}:{hook.disabled_at.isoformat()}", about)])


def forget_old_deliveries() -> int:
    """Delete a batch of messages older than thirty days; return how many."""
    old = select(WebhookDelivery.id).where(WebhookDelivery.created_at < now() - KEPT)
    ids = list(db.session.scalars(old.order_by(WebhookDelivery.id).limit(500)))
    db.session.execute(delete(WebhookDelivery).where(WebhookDelivery.id.in_(ids)))
    return len(ids)
