"""Flask-Login behind one door: the cookie holds a token under `sid`, the visitor is built from it once a request."""

from __future__ import annotations

from datetime import datetime

import structlog
from flask import Flask, Request, g, has_request_context, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as WerkzeugResponse

from lms.core.actor import ANONYMOUS, Actor
from lms.core.db import db, write
from lms.core.i18n import _
from lms.core.refusals import answer, wants_json
from lms.people.queries import find_session
from lms.people.services.sessions import needs_touch, touch_session

KEY = "sid"
PENDING_KEY = "second_step"
log = structlog.get_logger("people")


class Visitor(UserMixin):
    """Flask-Login's user around our Actor; nothing beyond this module knows it."""

    def __init__(self, actor: Actor, factor_due_at: datetime | None) -> None:
        self.actor = actor
        self.factor_due_at = factor_due_at

    def get_id(self) -> str:
        """Return the opaque account id."""
        return str(self.actor.uuid)


def load_request_actor() -> Actor:
    """Return who makes this request: ANONYMOUS without a living session. Strangers cost no query."""
    if not has_request_context():
        return ANONYMOUS
    visitor = current_user
    return visitor.actor if visitor.is_authenticated else ANONYMOUS


def factor_due_at() -> datetime | None:
    """Return from when on the visitor must have a second factor; None when none is asked or one is there."""
    visitor = current_user
    return visitor.factor_due_at if visitor.is_authenticated else None


def begin_session(token: str, *, shared_computer: bool) -> None:
    """Hand the browser its token in a fresh cookie: what it carried before is worth nothing afterwards."""
    session.clear()
    session[KEY] = token
    session.permanent = not shared_computer
    _forget_visitor()


def begin_second_step(token: str) -> None:
    """Hand the browser the token of a sign-in that waits for its second step: no session, nobody is signed in."""
    session.clear()
    session[PENDING_KEY] = token
    session.permanent = False
    _forget_visitor()


def find_second_step() -> str:
    """Return the token of the sign-in that this browser is in the middle of, or an empty text."""
    token = session.get(PENDING_KEY)
    return token if isinstance(token, str) else ""


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
    g.counts = found.counts
    due_at = found.factor_due_at
    if needs_touch(found.seen_at, found.factor_checked_on) and found.actor.session_id is not None:
        due_at = _touch(found.actor.session_id, due_at)
    return Visitor(found.actor, due_at)


def _touch(session_id: int, due_at: datetime | None) -> datetime | None:
    """Write that the session is in use. A page that only reads is still shown when this cannot be written."""
    session.modified = True  # the cookie lasts as long as the row
    try:
        with write():
            return touch_session(session_id)
    except OperationalError as error:
        db.session.rollback()
        log.warning("session.not_touched", error=type(error).__name__)
        return due_at


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
