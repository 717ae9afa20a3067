"""Pages and addresses that belong to no school noun: language, theme, health, the style guide."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, render_template, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as WerkzeugResponse

from lms.core.db import db
from lms.core.i18n import COOKIE, LOCALES
from lms.core.logs import render_figures
from lms.core.web import THEMES, csrf, safe_next, see_other, settings

bp = Blueprint("core", __name__)
YEAR = 365 * 24 * 3600


def _remember(name: str, value: str) -> WerkzeugResponse:
    response = see_other(safe_next("/"))
    secure = settings().base_url.startswith("https://")
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=secure, httponly=True)
    return response


@bp.post("/locale")
@csrf.exempt
def set_locale() -> WerkzeugResponse:
    """Choose the language; harmless across sites, so it needs no token and stays off cached pages."""
    value = request.form.get("locale", "")
    return _remember(COOKIE, value if value in LOCALES else LOCALES[0])


@bp.post("/theme")
@csrf.exempt
def set_theme() -> WerkzeugResponse:
    """Choose light, dark, or '' to follow the system."""
    value = request.form.get("theme", "")
    return _remember("theme", value if value in THEMES else "")


@bp.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
def readyz() -> tuple[Response, int]:
    """The process can serve: its database answers."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return jsonify(status="database away"), 503
    return jsonify(status="ok"), 200


@bp.get("/metrics")
def metrics() -> Response:
    """Figures for Prometheus, only for callers on this machine (let the proxy refuse the address to others)."""
    if request.remote_addr not in {"127.0.0.1", "::1"}:
        abort(404)
    return Response(render_figures(), mimetype="text/plain; version=0.0.4")


@bp.get("/styleguide")
def styleguide() -> str:
    """Show every component, in development only."""
    if not settings().development:
        abort(404)
    return render_template("styleguide/index.html", page_title="Style guide")
