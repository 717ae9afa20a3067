"""The web edge that all rooms share: who asks, toasts, safe redirects, caching, the frame's context."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urlsplit

from flask import (
    Flask,
    current_app,
    flash,
    g,
    get_flashed_messages,
    make_response,
    redirect,
    request,
    session,
)
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf, validate_csrf
from itsdangerous import URLSafeTimedSerializer
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as WerkzeugResponse
from wtforms import ValidationError

from lms.core import nav
from lms.core.actor import ANONYMOUS, Actor
from lms.core.config import Settings
from lms.core.cookies import SessionCookies
from lms.core.i18n import LazyText, current_locale
from lms.core.nav import build_nav, home_area

csrf = CSRFProtect()
THEMES = ("light", "dark")


def settings() -> Settings:
    """Return the settings of the running application."""
    found: Settings = current_app.extensions["settings"]
    return found


def actor() -> Actor:
    """Return who acts in this request; the room `people` loads it once."""
    found: Actor | None = g.get("actor")
    if found is None:
        loader: Callable[[], Actor] | None = current_app.extensions.get("actor_loader")
        g.actor = ANONYMOUS  # while loading, anything asking gets the stranger
        g.actor = found = loader() if loader is not None else ANONYMOUS
    return found


def toast(text: LazyText | str, category: str = "ok", *, undo_url: str | None = None) -> None:
    """Say `text` on the next page; `undo_url` (a POST address) offers to take the deed back."""
    flash(json.dumps([str(text), undo_url]), category)


def safe_next(default: str) -> str:
    """Return the `next` parameter when it is an address of this site, else `default` (no open redirect)."""
    target = request.values.get("next", "")
    parts = urlsplit(target)
    same_site = not parts.scheme and not parts.netloc and target.startswith("/")
    return target if same_site and not target.startswith(("//", "/\\")) and "\\" not in target else default


def see_other(location: str) -> WerkzeugResponse:
    """Redirect after a POST (303), so that reloading repeats nothing."""
    return redirect(location, 303)


def csrf_token() -> str:
    """Return the token of forms, as Flask-WTF does. It has no age here, so one session's is signed once and kept."""
    raw, secret = session.get("csrf_token"), current_app.secret_key
    if not isinstance(raw, str) or not isinstance(secret, str):
        return str(generate_csrf())
    return _signed(secret, raw)


@lru_cache(maxsize=2048)
def _signed(secret: str, raw: str) -> str:
    return str(URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps(raw))


def check_csrf_header() -> None:
    """Check the token in `X-CSRFToken` for views that stream their body (exempt from the form check)."""
    try:
        validate_csrf(request.headers.get("X-CSRFToken"))
    except ValidationError as error:
        raise CSRFError(str(error)) from error


def is_fragment() -> bool:
    """Tell whether a script asks for a piece of the page instead of the whole."""
    return request.headers.get("HX-Request") == "true" or request.headers.get("X-Fragment") == "1"


def cacheable(body: str, seconds: int = 60) -> WerkzeugResponse:
    """Answer a stranger's GET with an ETag and shared caching, and without any cookie."""
    response = make_response(body)
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    response.headers["Vary"] = "Cookie, Accept-Encoding"
    response.add_etag()
    return response.make_conditional(request)


def theme() -> str:
    """Return 'light', 'dark', or '' to follow the reader's system."""
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in THEMES else ""


def _frame_context() -> dict[str, object]:
    who = actor()
    return {
        "csrf_token": csrf_token,
        "actor": who if who.is_signed_in else None,
        "locale": current_locale(),
        "theme": theme(),
        "nav": build_nav(who),
        "nav_home": home_area(who),
        "site_name": settings().site_name,
    }


def flashes() -> list[tuple[str, str, str | None]]:
    """Return pending toasts as (category, text, undo_url); does not touch the session of a stranger."""
    if not request.cookies.get(current_app.config["SESSION_COOKIE_NAME"]):
        return []
    found: list[tuple[str, str]] = get_flashed_messages(with_categories=True)  # type: ignore[assignment]
    return [(category, *json.loads(packed)) for category, packed in found]


def init_app(app: Flask, config: Settings) -> None:
    """Install sessions, CSRF, proxies and the frame's context in `app`."""
    secure = config.base_url.startswith("https://")
    app.config.update(
        SECRET_KEY=config.secret_key,
        SESSION_COOKIE_NAME="benhoc",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        SESSION_REFRESH_EACH_REQUEST=False,  # the cookie is sent anew when the session is touched
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=secure,
        MAX_FORM_MEMORY_SIZE=2_000_000,
        MAX_CONTENT_LENGTH=4_000_000,
    )
    app.session_interface = SessionCookies()
    csrf.init_app(app)
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.context_processor(_frame_context)
    nav.init_app(app)
    app.jinja_env.globals.update(flashes=flashes, csrf_token=csrf_token)
