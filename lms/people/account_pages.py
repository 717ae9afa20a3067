"""Pages of one's own account: profile, language, password, signed-in devices."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from lms.core.db import write
from lms.core.errors import Invalid
from lms.core.i18n import COOKIE, LOCALES, _, current_locale
from lms.core.nav import home_area
from lms.core.rates import client_address, limit_rate
from lms.core.web import actor, safe_next, see_other, settings, toast
from lms.people import services
from lms.people.access import signed_in
from lms.people.api_token_queries import may_have_tokens
from lms.people.blueprint import bp
from lms.people.browsers import name_browser
from lms.people.forms import read_new_password
from lms.people.labels import ROLE_LABELS
from lms.people.queries import get_user_by_id, list_grants, list_sessions
from lms.people.second_factor_rules import may_have_factor

YEAR = 365 * 24 * 3600


@bp.route("/account", methods=["GET", "POST"])
@signed_in()
def account() -> str | tuple[str, int] | WerkzeugResponse:
    """Show and change one's own account."""
    if request.method == "GET":
        return _account_page()
    who, locale = actor(), request.form.get("locale") or current_locale()
    try:
        with write():
            services.update_profile(
                who,
                locale=locale,
                full_name=request.form.get("full_name", "")[:500],
                email=request.form.get("email", "")[:500],
            )
    except Invalid as error:
        return _account_page(error), 422
    response = see_other(url_for("people.account", lang=locale))
    if locale in LOCALES:
        secure = settings().base_url.startswith("https://")
        response.set_cookie(COOKIE, locale, max_age=YEAR, samesite="Lax", secure=secure, httponly=True)
    toast(_("Saved."))
    return response


def _account_page(error: Invalid | None = None) -> str:
    who = actor()
    user = get_user_by_id(who.user_id)
    return render_template(
        "people/account.html",
        page_title=_("Account"),
        user=user,
        is_own_name=user.home_org_id is None,
        may_have_tokens=may_have_tokens(who),
        may_have_factor=may_have_factor(who, is_citizen=user.home_org_id is None),
        grants=list_grants(user),
        sessions=[
            (one, name_browser(one.user_agent), one.id == who.session_id) for one in list_sessions(who)
        ],
        errors={} if error is None else {name: str(text) for name, text in error.fields.items()},
        problem="" if error is None else str(error),
        typed={} if error is None else request.form,
        role_labels=ROLE_LABELS,
        chosen_locale=user.locale or current_locale(),
    )


@bp.route("/account/password", methods=["GET", "POST"])
@signed_in()
def password() -> str | tuple[str, int] | WerkzeugResponse:
    """Change one's own password; the only page for someone who came with a one-time password."""
    if request.method == "GET":
        return _password_page()
    who = actor()
    limit_rate("change_password", "20/hour", who.user_id, client_address())
    try:
        form = read_new_password(request.form)
        services.change_password(who, form.old_password, form.password)
    except Invalid as error:
        return _password_page(error), 422
    toast(_("Your new password is set."))
    home = "/teach" if home_area(who) == "staff" else "/learn"
    return see_other(safe_next(home if who.must_change_password else url_for("people.account")))


def _password_page(error: Invalid | None = None) -> str:
    return render_template(
        "people/password.html",
        page_title=_("Choose your own password") if actor().must_change_password else _("Change password"),
        is_first=actor().must_change_password,
        errors={} if error is None else {name: str(text) for name, text in error.fields.items()},
        problem="" if error is None else str(error),
        next=safe_next(""),
    )


@bp.post("/account/sessions/<uuid:session_uuid>/end")
@signed_in()
def end_own_session(session_uuid: UUID) -> WerkzeugResponse:
    """Sign one of one's own devices out."""
    with write():
        services.revoke_session(actor(), session_uuid)
    toast(_("That device is signed out."))
    return redirect(url_for("people.account"), 303)


@bp.post("/account/sessions/end-others")
@signed_in()
def end_other_sessions() -> WerkzeugResponse:
    """Sign all other devices out."""
    with write():
        services.revoke_other_sessions(actor())
    toast(_("All other devices are signed out."))
    return redirect(url_for("people.account"), 303)


@bp.post("/account/verify")
@signed_in()
def send_verification() -> WerkzeugResponse:
    """Send the letter that confirms the mail address once more."""
    who = actor()
    limit_rate("verify", "5/hour", who.user_id)
    with write():
        services.ask_to_verify(get_user_by_id(who.user_id))
    toast(_("The letter is on its way. Look into your mail."))
    return see_other(url_for("people.account"))
