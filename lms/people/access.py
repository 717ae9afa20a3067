"""The room's part of the edge: who asks, pages for the signed-in, the forced first change of a password."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, current_app, redirect, request, session, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from lms.core.clock import now
from lms.core.errors import NotAllowed
from lms.core.i18n import _l
from lms.core.refusals import answer, wants_json
from lms.core.web import actor, settings
from lms.people import bearer, sign_in_sessions
from lms.people.models import STAFF_ROLES

View = TypeVar("View", bound=Callable[..., Any])
# What someone with a one-time password may still reach.
OPEN_ENDPOINTS = frozenset(
    {
        "static",
        "people.password",
        "people.sign_out",
        "core.set_locale",
        "core.set_theme",
        "core.healthz",
        "core.readyz",
        "core.metrics",
    }
)
# What someone whose days of grace are over may still reach.
FACTOR_ENDPOINTS = OPEN_ENDPOINTS | {
    "people.second_step",
    "people.start_app",
    "people.confirm_app",
    "people.add_passkey",
    "people.recovery_file",
}
CHANGE_FIRST = _l("Choose your own password first.")
FACTOR_FIRST = _l("Set up the second step of signing in first.")


def signed_in(*roles: str) -> Callable[[View], View]:
    """Decorate a view that needs an account, and any of `roles` if given; strangers go to sign in and come back."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **values: Any) -> Any:
            who = actor()
            if not who.is_signed_in:
                return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
            if roles and not who.has_role(*roles):
                raise NotAllowed()
            return view(*args, **values)

        return cast(View, guarded)

    return decorate


def _has_token() -> bool:
    """Tell whether a program came with a token: it was asked all this when the token was read."""
    return bearer.bearer() is not None


def _change_password_first() -> WerkzeugResponse | None:
    """Send holders of a one-time password to choose their own before anything else."""
    if request.endpoint in OPEN_ENDPOINTS or sign_in_sessions.KEY not in session or _has_token():
        return None
    if not actor().must_change_password:
        return None
    if wants_json():
        return answer(403, "change_password", str(CHANGE_FIRST))
    after = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("people.password", next=after), 303)


def _set_up_factor_first() -> WerkzeugResponse | None:
    """Send staff whose days of grace are over to the page where the second step is set up."""
    if request.endpoint in FACTOR_ENDPOINTS or sign_in_sessions.KEY not in session or _has_token():
        return None
    due_at = sign_in_sessions.factor_due_at()
    if due_at is None or due_at > now():
        return None
    if wants_json():
        return answer(403, "set_up_factor", str(FACTOR_FIRST))
    after = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("people.second_step", next=after), 303)


def init_app(app: Flask) -> None:
    """Install sign-in in `app`."""
    app.extensions["actor_loader"] = sign_in_sessions.load_request_actor
    app.extensions["staff_roles"] = STAFF_ROLES
    with app.app_context():
        app.permanent_session_lifetime = timedelta(days=settings().session_days)
    sign_in_sessions.init_app(app)
    bearer.init_app(app)
    app.before_request(_change_password_first)
    app.before_request(_set_up_factor_first)
