"""Pages of one's own second step: set up an app or a passkey, recovery codes, remembered devices."""

from __future__ import annotations

import re
import secrets
from base64 import b64decode, b64encode
from uuid import UUID

import segno
from flask import make_response, render_template, request, session, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as WerkzeugResponse

from lms.core.clock import now
from lms.core.db import write
from lms.core.errors import Conflict, Invalid, NotAllowed
from lms.core.i18n import _
from lms.core.rates import client_address, limit_rate
from lms.core.web import actor, safe_next, see_other, settings, toast
from lms.people import services
from lms.people.access import signed_in
from lms.people.blueprint import bp
from lms.people.browsers import name_browser
from lms.people.models import User
from lms.people.queries import get_user_by_id
from lms.people.second_factor_models import Passkey
from lms.people.second_factor_passkeys import registration_options, relying_party
from lms.people.second_factor_queries import (
    count_recovery_codes,
    find_app,
    list_passkeys,
    list_trusted_devices,
)
from lms.people.second_factor_rules import may_have_factor
from lms.people.second_factor_secrets import setup_address, show_code, tidy_code, unseal
from lms.people.sign_in_sessions import factor_due_at

CHALLENGE_KEY = "passkey_challenge"
Page = str | tuple[str, int] | WerkzeugResponse


@bp.get("/account/second-step")
@signed_in()
def second_step() -> Page:
    """What one has as a second step, and how to set up more."""
    return _page()


@bp.post("/account/second-step/app")
@signed_in()
def start_app() -> Page:
    """Make the secret for an app; the page then shows its picture."""
    with write():
        services.start_app(actor())
    return _back("app")


@bp.post("/account/second-step/app/confirm")
@signed_in()
def confirm_app() -> Page:
    """Switch the app on by a first code."""
    _limit()
    try:
        with write():
            codes = services.confirm_app(actor(), request.form.get("code", "")[:60])
    except Invalid as error:
        return _page(error), 422
    return _after_setup(codes)


@bp.post("/account/second-step/passkeys")
@signed_in()
def add_passkey() -> Page:
    """Keep the passkey that the browser made."""
    _limit()
    try:
        challenge = b64decode(session.pop(CHALLENGE_KEY, ""))
        name = request.form.get("name", "")[:200] or name_browser(request.user_agent.string)
        with write():
            codes = services.add_passkey(actor(), request.form.get("passkey", ""), challenge, name)
    except Invalid as error:
        return _page(error), 422
    return _after_setup(codes)


@bp.post("/account/second-step/app/remove")
@signed_in()
def remove_app() -> Page:
    """Remove the app, by the password."""
    return _with_password(lambda: services.remove_app(actor()), _("The app is removed."))


@bp.post("/account/second-step/passkeys/<uuid:passkey_uuid>/remove")
@signed_in()
def remove_passkey(passkey_uuid: UUID) -> Page:
    """Remove a passkey, by the password."""
    return _with_password(
        lambda: services.remove_passkey(actor(), passkey_uuid), _("The passkey is removed.")
    )


@bp.post("/account/second-step/codes")
@signed_in()
def renew_recovery_codes() -> Page:
    """Show ten new recovery codes once, by the password."""
    _limit()
    try:
        services.confirm_own_password(actor(), request.form.get("password", "")[:1000])
        with write():
            codes = services.renew_recovery_codes(actor())
    except Invalid as error:
        return _page(error), 422
    return _codes_page(codes)


@bp.post("/account/second-step/codes/file")
@signed_in()
def recovery_file() -> WerkzeugResponse:
    """Give the codes just shown as a text file; only living codes of one's own are written into it."""
    _limit()
    codes = [tidy_code(code) for code in request.form.getlist("code")[:10]]
    if not services.are_own_codes(actor(), codes):
        raise Conflict(_("These codes are no longer valid. Make new ones."))
    lines = [settings().site_name, settings().base_url, actor().login, "", *map(show_code, codes), ""]
    response = make_response("\r\n".join(lines))
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="recovery-codes.txt"'
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/account/second-step/devices/<uuid:device_uuid>/forget")
@signed_in()
def forget_device(device_uuid: UUID) -> WerkzeugResponse:
    """Ask on a device again."""
    with write():
        services.forget_device(actor(), device_uuid)
    toast(_("That device is asked for the second step again."))
    return _back()


def _with_password(deed: object, words: str) -> Page:
    _limit()
    try:
        services.confirm_own_password(actor(), request.form.get("password", "")[:1000])
        with write():
            deed()  # type: ignore[operator]
    except Invalid as error:
        return _page(error), 422
    toast(words)
    return _back()


def _limit() -> None:
    limit_rate("second_step_setup", "20/10minute", actor().user_id, client_address())


def _back(anchor: str = "") -> WerkzeugResponse:
    return see_other(url_for("people.second_step", next=safe_next("") or None, _anchor=anchor or None))


def _after_setup(codes: list[str]) -> Page:
    if codes:
        return _codes_page(codes)
    toast(_("The second step is set up."))
    return _back()


def _codes_page(codes: list[str]) -> WerkzeugResponse:
    """Answer the codes themselves; neither cached nor kept, so closing the page ends them."""
    page = render_template(
        "people/recovery_codes.html",
        page_title=_("Recovery codes"),
        codes=[show_code(code) for code in codes],
        next=safe_next(""),
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(error: Invalid | None = None) -> str:
    user = get_user_by_id(actor().user_id)
    if not may_have_factor(actor(), is_citizen=user.home_org_id is None):
        raise NotAllowed()
    app, passkeys, due_at = find_app(user.id), list_passkeys(user.id), factor_due_at()
    secret = unseal(user.uuid, app.sealed_secret) if app is not None and app.confirmed_at is None else ""
    return render_template(
        "people/second_step.html",
        page_title=_("Two-step sign-in"),
        user=user,
        app=app if app is not None and app.confirmed_at is not None else None,
        secret=" ".join(re.findall(".{1,4}", secret)),
        picture=_picture(user, secret) if secret else "",
        passkeys=passkeys,
        passkey_options=_registration(user, passkeys),
        codes_left=count_recovery_codes(user.id) if user.has_second_factor else 0,
        devices=[(one, name_browser(one.user_agent)) for one in list_trusted_devices(actor())],
        due_at=due_at,
        is_overdue=due_at is not None and due_at <= now(),
        errors={} if error is None else {name: str(text) for name, text in error.fields.items()},
        problem="" if error is None else str(error),
        next=safe_next(""),
    )


def _registration(user: User, passkeys: list[Passkey]) -> str:
    """Return what the browser is asked; the challenge waits in the signed cookie until the answer takes it."""
    if relying_party() is None:
        return ""
    challenge = secrets.token_bytes(32)
    session[CHALLENGE_KEY] = b64encode(challenge).decode()
    return registration_options(user, passkeys, challenge)


def _picture(user: User, secret: str) -> Markup:
    """Return the QR picture as inline SVG: dark on light in both themes, as cameras want it."""
    address = setup_address(secret, account=user.login or user.email or "", site=settings().site_name)
    picture = segno.make(address, error="m", micro=False)
    return Markup(picture.svg_inline(scale=5, border=3, dark="black", light="white", omitsize=False))
