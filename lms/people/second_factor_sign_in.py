"""The page between password and session: a code, or a passkey. Whoever stands here is nobody yet."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from lms.core.errors import Refusal, TooMany
from lms.core.i18n import _
from lms.core.nav import home_area
from lms.core.rates import client_address, limit_rate
from lms.core.web import actor, safe_next, see_other, settings, toast
from lms.people import services
from lms.people.blueprint import bp
from lms.people.second_factor_passkeys import relying_party, request_options
from lms.people.second_factor_queries import find_app, get_demand, list_passkeys
from lms.people.services.factor_sign_in import PendingEnded, SecondStep
from lms.people.sign_in_sessions import begin_session, factor_due_at, find_second_step

DEVICE_COOKIE = "benhoc_device"
DAY = 24 * 3600


def home_url() -> str:
    """Return where the person who just came in is at home."""
    return "/teach" if home_area(actor()) == "staff" else "/learn"


def wait_header(error: Refusal) -> dict[str, str]:
    """Return the header that says how long to wait, for a form that is shown again after too many tries."""
    return {"Retry-After": str(error.retry_s)} if isinstance(error, TooMany) else {}


def after_sign_in() -> str:
    """Return where to go from signing in: staff who owe a second factor set it up first, or say later."""
    target = safe_next(home_url())
    if factor_due_at() is not None and not actor().must_change_password:
        return url_for("people.second_step", next=target)
    return target


@bp.route("/sign-in/step", methods=["GET", "POST"])
def second_step_code() -> str | tuple[str, int, dict[str, str]] | WerkzeugResponse:
    """Ask for the second factor; a right answer opens the session."""
    token = find_second_step()
    try:
        pending, user = services.get_pending(token)
        if request.method == "GET":
            return _step_page(token)
        limit_rate("second_step", "10/minute", user.id, client_address())
        limit_rate("second_step_account", "60/hour", user.id)
        return _leave(_answer(token))
    except PendingEnded as error:
        toast(str(error), "warn")
        return redirect(url_for("people.sign_in", next=safe_next("") or None), 303)
    except Refusal as error:
        return _step_page(token, error), error.status, wait_header(error)


def _answer(token: str) -> SecondStep:
    values = {"remember": request.form.get("remember") == "1", "user_agent": request.user_agent.string}
    if request.form.get("passkey"):
        return services.finish_with_passkey(token, request.form["passkey"], **values)  # type: ignore[arg-type]
    return services.finish_with_code(token, request.form.get("code", "")[:60], **values)  # type: ignore[arg-type]


def _leave(done: SecondStep) -> WerkzeugResponse:
    begin_session(done.token, shared_computer=done.is_shared)
    response = make_response(see_other(after_sign_in()))
    if done.device_token is not None:
        response.set_cookie(
            DEVICE_COOKIE,
            done.device_token,
            max_age=done.remember_days * DAY,
            httponly=True,
            samesite="Lax",
            secure=settings().base_url.startswith("https://"),
        )
    return response


def _step_page(token: str, error: Refusal | None = None) -> str:
    pending, user = services.get_pending(token)
    passkeys, app = list_passkeys(user.id), find_app(user.id)
    has_passkey = bool(passkeys) and relying_party() is not None
    return render_template(
        "people/second_step_code.html",
        page_title=_("Second step"),
        has_app=app is not None and app.confirmed_at is not None,
        passkey_options=request_options(passkeys, pending.challenge) if has_passkey else "",
        remember_days=0 if pending.is_shared else get_demand(user).remember_days,
        errors={} if error is None or not hasattr(error, "fields") else _texts(error),
        problem="" if error is None else str(error),
        next=safe_next(""),
    )


def _texts(error: Refusal) -> dict[str, str]:
    return {name: str(text) for name, text in getattr(error, "fields", {}).items()}
