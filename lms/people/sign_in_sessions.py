"""Flask-Login behind one door: the cookie holds a token under `sid`, the visitor is built from it once a request."""

from __future__ import annotations

import structlog
from flask import Flask, Request, g, has_request_context, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as WerkzeugResponse

from lms.core.actor import ANONYMOUS, Actor
from lms.core.db import db, write
from lms.core.i18n import _
from lms.core.refusals import answer, wants_json
from lms.people.models import User, UserSession
from lms.people.queries import build_actor, find_session
from lms.people.services.sessions import needs_touch, touch_session

KEY = "sid"
log = structlog.get_logger("people")


class Visitor(UserMixin):
    """Flask-Login's user around our Actor; nothing beyond this module knows it."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def get_id(self) -> str:
        """Return the opaque account id."""
        return str(self.actor.uuid)


def load_request_actor() -> Actor:
    """Return who makes this request: ANONYMOUS without a living session. Strangers cost no query."""
    if not has_request_context():
        return ANONYMOUS
    visitor = current_user
    return visitor.actor if visitor.is_authenticated else ANONYMOUS


def begin_session(token: str, *, shared_computer: bool) -> None:
    """Hand the browser its token in a fresh cookie: what it carried before is worth nothing afterwards."""
    session.clear()
    session[KEY] = token
    session.permanent = not shared_computer
    _forget_visitor()


def end_session() -> None:
    """Take the token from the browser."""
    session.clear()
    _forget_visitor()


def _forget_visitor() -> None:
    g.pop("actor", None)
    g.pop("_login_user", None)


def _load_visitor(_request: Request) -> Visitor | None:
    token = session.get(KEY)
    found = find_session(token) if isinstance(token, str) else None
    if found is None:
        return None
    signed_in, user, g.counts = found
    who = build_actor(user, session_id=signed_in.id)
    if needs_touch(signed_in):
        _touch(signed_in, user)
    return Visitor(who)


def _touch(signed_in: UserSession, user: User) -> None:
    """Write that the session is in use. A page that only reads is still shown when this cannot be written."""
    try:
        with write():
            touch_session(signed_in, user)
    except OperationalError as error:
        db.session.rollback()
        log.warning("session.not_touched", error=type(error).__name__)


def _send_to_sign_in() -> WerkzeugResponse:
    """Ask a stranger to sign in, and bring the reader back to the page asked for (a form: the page it stood on)."""
    if wants_json():
        return answer(401, "sign_in", str(_("Sign in first.")))
    target = request.full_path.rstrip("?")
    if request.method not in {"GET", "HEAD"}:
        root = request.host_url.rstrip("/")
        target = (
            request.referrer.removeprefix(root) if (request.referrer or "").startswith(f"{root}/") else "/"
        )
    return redirect(url_for("people.sign_in", next=target), 303)


def init_app(app: Flask) -> None:
    """Install Flask-Login; its own cookies and session marks stay unused."""
    manager = LoginManager()
    manager.session_protection = None
    manager.request_loader(_load_visitor)
    manager.unauthorized_handler(_send_to_sign_in)
    manager.init_app(app, add_context_processor=False)
