"""Pages of the addresses that are told: adding one, its secret shown once, the log of its messages."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.db import write
from lms.core.errors import Conflict, Invalid, Refusal
from lms.core.i18n import LazyText, _, _l
from lms.core.nav import NavItem, add_nav_item, place
from lms.core.rates import limit_rate
from lms.core.web import actor, see_other, toast
from lms.interop.webhooks import services
from lms.interop.webhooks.models import Webhook
from lms.interop.webhooks.permissions import KEEPERS
from lms.interop.webhooks.queries import check_keeper, get_webhook, list_deliveries, list_webhooks
from lms.interop.webhooks.topics import TOPICS

bp = Blueprint("webhooks", __name__)
place(bp.name, "staff", "library")
add_nav_item(
    NavItem(
        "staff",
        "webhooks",
        _l("Telling other systems"),
        "webhooks.webhooks",
        "send",
        29,
        frozenset(KEEPERS),
        under="library",
        pages=frozenset({"webhooks.webhook", "webhooks.add_webhook", "webhooks.rotate"}),
    )
)
STATES: dict[str, tuple[LazyText, str]] = {
    "waiting": (_l("Waiting"), ""),
    "sent": (_l("Sent"), "ok"),
    "failed": (_l("Given up"), "danger"),
    "dropped": (_l("Not sent"), "warn"),
}
REASONS: dict[str, LazyText] = {
    "SecretLost": _l("The secret can no longer be read. Make a new one."),
    "gaierror": _l("The name is unknown."),
    "TimeoutError": _l("There was no answer in time."),
    "ConnectionRefusedError": _l("The connection was refused."),
    "SSLCertVerificationError": _l("The certificate does not fit the name, or nobody known has signed it."),
    "This address is not out in the world.": _l("The address lies inside a private network."),
}
Page = str | tuple[str, int] | Response


@bp.get("/library/webhooks")
def webhooks() -> Page:
    """List the addresses, and offer to add one."""
    return _list()


@bp.post("/library/webhooks")
def add_webhook() -> Page:
    """Add an address and show its secret once."""
    who = actor()
    check_keeper(who)
    limit_rate("add_webhook", "30/hour", who.user_id)
    try:
        with write():
            hook, secret = services.add_webhook(
                who, url=request.form.get("url", "")[:2000], topics=request.form.getlist("topics")[:20]
            )
    except (Invalid, Conflict) as error:
        return _list(error), error.status
    return _secret(hook, secret)


@bp.get("/library/webhooks/<uuid:webhook_uuid>")
def webhook(webhook_uuid: UUID) -> Page:
    """Show an address and its messages, the latest first."""
    hook = get_webhook(actor(), webhook_uuid)
    page = list_deliveries(hook, request.args.get("after", "")[:200] or None)
    return render_template(
        "interop/webhook.html",
        page_title=_("An address that is told"),
        hook=hook,
        topics=TOPICS,
        rows=page.rows,
        states=STATES,
        reasons=REASONS,
        next_url=url_for("webhooks.webhook", webhook_uuid=hook.uuid, after=page.next) if page.next else None,
    )


@bp.post("/library/webhooks/<uuid:webhook_uuid>/rotate")
def rotate(webhook_uuid: UUID) -> Page:
    """Make a new secret and show it once."""
    with write():
        hook, secret = services.rotate_secret(actor(), webhook_uuid)
    return _secret(hook, secret)


@bp.post("/library/webhooks/<uuid:webhook_uuid>/pause")
def pause(webhook_uuid: UUID) -> Response:
    """Tell it nothing for now."""
    with write():
        services.pause_webhook(actor(), webhook_uuid)
    toast(_("Paused. What happens meanwhile is not sent there."))
    return see_other(url_for("webhooks.webhook", webhook_uuid=webhook_uuid))


@bp.post("/library/webhooks/<uuid:webhook_uuid>/resume")
def resume(webhook_uuid: UUID) -> Response:
    """Tell it again."""
    with write():
        services.resume_webhook(actor(), webhook_uuid)
    toast(_("What happens from now on is sent there."))
    return see_other(url_for("webhooks.webhook", webhook_uuid=webhook_uuid))


@bp.post("/library/webhooks/<uuid:webhook_uuid>/delete")
def delete(webhook_uuid: UUID) -> Response:
    """Forget it."""
    with write():
        services.delete_webhook(actor(), webhook_uuid)
    toast(_("The address is deleted; nothing is sent there any more."))
    return see_other(url_for("webhooks.webhooks"))


@bp.post("/library/webhooks/<uuid:webhook_uuid>/deliveries/<uuid:delivery_uuid>/resend")
def resend(webhook_uuid: UUID, delivery_uuid: UUID) -> Response:
    """Send a message once more."""
    with write():
        services.resend(actor(), webhook_uuid, delivery_uuid)
    toast(_("It is sent again."))
    return see_other(url_for("webhooks.webhook", webhook_uuid=webhook_uuid))


def _list(error: Refusal | None = None) -> str:
    fields = error.fields if isinstance(error, Invalid) else {}
    return render_template(
        "interop/webhooks.html",
        page_title=_("Telling other systems"),
        rows=list_webhooks(actor()),
        topics=TOPICS,
        errors={name: str(words) for name, words in fields.items()},
        problem=str(error) if error is not None and not fields else "",
        typed=request.form,
        chosen=request.form.getlist("topics") if error else list(TOPICS),
        is_sysadmin=actor().has_role("sysadmin"),
    )


def _secret(hook: Webhook, secret: str) -> Response:
    page = render_template(
        "interop/webhook_secret.html", page_title=_("The secret of this address"), hook=hook, secret=secret
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response
