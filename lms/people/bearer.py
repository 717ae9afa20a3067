"""`Authorization: Bearer`: a program comes with a token. What it brings of cookies is then not looked at.

Only `/api/` knows tokens. A view says which scope it needs; views that change something take nothing but a token, so
that no page elsewhere can make a browser ask in its reader's name.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import structlog
from flask import Flask, g, request
from sqlalchemy.exc import OperationalError

from lms.core.actor import ANONYMOUS
from lms.core.clock import today
from lms.core.db import db, write
from lms.core.errors import NotAllowed, Refusal
from lms.core.i18n import _l
from lms.core.rates import client_address, limit_rate
from lms.core.refusals import is_api
from lms.core.web import actor, csrf
from lms.people.api_token_queries import TokenRefused, UsedToken, use_token
from lms.people.services.api_tokens import PREFIX, note_token_used

View = TypeVar("View", bound=Callable[..., Any])
LONGEST = 200
READS, WRITES = "600/minute", "120/minute"
log = structlog.get_logger("people")


class TokenNeeded(Refusal):
    """This is only done with a token; a signed-in browser is not enough."""

    status, code, exit_code = 401, "token_needed", 5
    default = _l("Send a token: make one on the page of your account.")
    headers = {"WWW-Authenticate": "Bearer"}


class ScopeNeeded(NotAllowed):
    """The token was made for something else."""

    code = "scope_needed"
    default = _l("This token was not made for that. Make one that may do it.")
    headers = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}


def bearer() -> UsedToken | None:
    """Return the token this request came with."""
    found: UsedToken | None = g.get("bearer")
    return found


def needs_scope(scope: str) -> Callable[[View], View]:
    """Decorate a view of the API that reads: strangers and browsers may, a token needs `scope`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **values: Any) -> Any:
            token = bearer()
            if token is not None and scope not in token.scopes:
                raise ScopeNeeded()
            limit_rate("api_read", READS, token.id if token else actor().user_id or client_address())
            return view(*args, **values)

        return cast(View, guarded)

    return decorate


def needs_token(scope: str) -> Callable[[View], View]:
    """Decorate a view of the API that changes something, or tells what is one's own: only with a token of `scope`."""

    def decorate(view: View) -> View:
        @csrf.exempt  # no cookie is looked at: there is nothing that another page could make use of
        @wraps(view)
        def guarded(*args: Any, **values: Any) -> Any:
            token = bearer()
            if token is None:
                raise TokenNeeded()
            if scope not in token.scopes:
                raise ScopeNeeded()
            limit_rate("api_write", READS if request.method in {"GET", "HEAD"} else WRITES, token.id)
            return view(*args, **values)

        return cast(View, guarded)

    return decorate


def _read_token() -> None:
    """Let in whom the token names. Raises TokenRefused; cookies are of no use beside it, be it good or bad."""
    header = request.headers.get("Authorization")
    if header is None or not is_api():
        return
    g.actor = ANONYMOUS
    scheme, _space, text = header.partition(" ")
    text = text.strip()
    if scheme.lower() != "bearer" or not text.startswith(PREFIX) or len(text) > LONGEST:
        limit_rate("api_bad_token", "60/minute", client_address())
        raise TokenRefused()
    try:
        used = use_token(text)
    except TokenRefused:
        limit_rate("api_bad_token", "60/minute", client_address())
        raise
    g.actor, g.bearer = used.actor, used
    if used.last_used_on != today():
        _note(used.id)


def _note(token_id: int) -> None:
    """Write the day of use. What only reads is answered even when this cannot be written."""
    try:
        with write():
            note_token_used(token_id)
    except OperationalError as error:
        db.session.rollback()
        log.warning("token.not_noted", error=type(error).__name__)


def init_app(app: Flask) -> None:
    """Install tokens in `app`, before anything looks at a session."""
    app.before_request(_read_token)
