"""Pages of signing in, signing up and getting back in."""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from lms.core.db import write
from lms.core.errors import Invalid, Refusal
from lms.core.i18n import _, _l, current_locale
from lms.core.nav import NavItem, add_nav_item, place
from lms.core.rates import client_address, limit_rate
from lms.core.web import actor, safe_next, see_other, settings, toast
from lms.people import (
    account_pages,
    api_token_pages,
    card_pages,
    jobs,
    listeners,
    second_factor_pages,
    second_factor_sign_in,
    services,
)
from lms.people.blueprint import bp
from lms.people.forms import read_new_password, read_sign_in, read_sign_up
from lms.people.link_tokens import read_token
from lms.people.second_factor_sign_in import DEVICE_COOKIE, after_sign_in, home_url, wait_header
from lms.people.sign_in_sessions import begin_second_step, begin_session, end_session

# Loaded for what they register.
__all__ = [
    "account_pages",
    "api_token_pages",
    "bp",
    "card_pages",
    "jobs",
    "listeners",
    "second_factor_pages",
    "second_factor_sign_in",
]

Page = str | tuple[str, int] | tuple[str, int, dict[str, str]] | WerkzeugResponse

place(bp.name, "any", "me")
for _endpoint in (
    "sign_in",
    "sign_up",
    "request_reset",
    "reset_password",
    "welcome",
    "verify_email",
    "second_step_code",
):
    place(f"{bp.name}.{_endpoint}", "public", "")
add_nav_item(NavItem("learner", "me", _l("Me"), "people.account", "user", 40))


def _form(template: str, error: Refusal | None = None, **values: object) -> Page:
    """Render a form, again with what was typed (never the password) and what to mend after a refusal."""
    fields: Mapping[str, object] = error.fields if isinstance(error, Invalid) else {}
    page = render_template(
        f"people/{template}.html",
        errors={name: str(text) for name, text in fields.items()},
        problem="" if error is None else str(error),
        typed={} if error is None else request.form,
        next=safe_next(""),
        **values,
    )
    return page if error is None else (page, 422)


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Page:
    """Sign in by user name or mail address."""
    if request.method == "GET":
        if actor().is_signed_in:
            return redirect(safe_next(home_url()))
        return _sign_in_form()
    try:
        form = read_sign_in(request.form)
        limit_rate("sign_in", "20/minute", form.login, client_address())
        limit_rate("sign_in_account", "300/hour", form.login)
        agent = request.user_agent.string
        found = services.sign_in(
            form.login,
            form.password,
            shared_computer=form.is_shared,
            user_agent=agent,
            device_token=request.cookies.get(DEVICE_COOKIE),
        )
    except Refusal as error:
        page = _sign_in_form(error)
        return (page[0], error.status, wait_header(error)) if isinstance(page, tuple) else page
    _leave_old_session()
    if found.token is None:
        begin_second_step(found.pending or "")
        return see_other(url_for("people.second_step_code", next=safe_next("") or None))
    begin_session(found.token, shared_computer=form.is_shared)
    return see_other(after_sign_in())


def _sign_in_form(error: Refusal | None = None) -> Page:
    config = settings()
    return _form(
        "sign_in",
        error,
        page_title=_("Sign in"),
        can_sign_up=config.open_sign_up,
        shared_minutes=config.shared_session_minutes,
    )


def _leave_old_session() -> None:
    """End the session this browser held before, so that it is not left open under another's hands."""
    who = actor()
    if who.is_signed_in:
        with write():
            services.sign_out(who)


@bp.post("/sign-out")
def sign_out() -> WerkzeugResponse:
    """End this session."""
    _leave_old_session()
    end_session()
    return see_other("/")


@bp.route("/sign-up", methods=["GET", "POST"])
def sign_up() -> Page:
    """Make a citizen's account; it works at once and brings the reader on to `next`."""
    if request.method == "GET":
        if actor().is_signed_in:
            return redirect(safe_next(home_url()))
        return _form("sign_up", page_title=_("Create an account"), can_sign_up=settings().open_sign_up)
    form = read_sign_up(request.form)
    limit_rate("sign_up", "100/hour", client_address())
    limit_rate("sign_up_account", "10/hour", form.email, client_address())
    try:
        user = services.sign_up(
            full_name=form.full_name, email=form.email, password=form.password, locale=current_locale()
        )
    except Invalid as error:
        return _form("sign_up", error, page_title=_("Create an account"), can_sign_up=True)
    _leave_old_session()
    with write():
        token = services.open_session(user, user_agent=request.user_agent.string)
    begin_session(token, shared_computer=False)
    toast(
        _(
            "Your account is ready. We sent a letter to %(email)s: please confirm the address.",
            email=user.email,
        )
    )
    return see_other(safe_next(home_url()))


@bp.route("/reset", methods=["GET", "POST"])
def request_reset() -> Page:
    """Ask for the letter with which to choose a new password; the answer is the same for every login."""
    title = _("Forgot your password?")
    if request.method == "GET":
        return _form("request_reset", page_title=title, is_sent=False)
    login = request.form.get("login", "").strip().lower()[:254]
    if not login:
        return _form(
            "request_reset",
            Invalid({"login": _("Write your user name or mail address.")}),
            page_title=title,
            is_sent=False,
        )
    limit_rate("reset", "60/hour", client_address())
    limit_rate("reset_account", "5/hour", login)
    with write():
        services.request_reset(login)
    return _form("request_reset", page_title=title, is_sent=True)


@bp.route("/reset/<token>", methods=["GET", "POST"])
def reset_password(token: str) -> Page:
    """Choose a new password by the link of a letter."""
    return _choose_password("reset", token)


@bp.route("/welcome/<token>", methods=["GET", "POST"])
def welcome(token: str) -> Page:
    """Choose the first password by the link of the welcome letter."""
    return _choose_password("welcome", token)


def _choose_password(purpose: str, token: str) -> Page:
    title = _("Choose a new password")
    if request.method == "GET":
        read_token(purpose, token)
        return _form("reset_password", page_title=title)
    limit_rate("reset_use", "60/hour", client_address())
    try:
        services.reset_password(token, read_new_password(request.form).password, purpose=purpose)
    except Invalid as error:
        return _form("reset_password", error, page_title=title)
    _leave_old_session()
    end_session()
    toast(_("Your new password is set. Sign in with it."))
    return see_other(url_for("people.sign_in"))


@bp.route("/verify-email/<token>", methods=["GET", "POST"])
def verify_email(token: str) -> Page:
    """Confirm a mail address. A button, because mail programs open links on their own."""
    if request.method == "GET":
        read_token("verify", token)
        return _form("verify_email", page_title=_("Confirm your mail address"))
    with write():
        services.verify_email(token)
    toast(_("Thank you, your mail address is confirmed."))
    return see_other(home_url() if actor().is_signed_in else url_for("people.sign_in"))
