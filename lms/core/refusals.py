"""One table from errors to answers: a page in the reader's language, or JSON for programs."""

from __future__ import annotations

import errno
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response as WerkzeugResponse

from lms.core.db import db
from lms.core.errors import Invalid, NotAllowed, Refusal, TooMany
from lms.core.i18n import LazyText, _, _l
from lms.core.nav import link
from lms.core.web import actor

log = structlog.get_logger("web")

TITLES: dict[int, LazyText] = {
    400: _l("The request could not be read"),
    401: _l("Sign in first"),
    403: _l("This is not open to you"),
    404: _l("There is nothing at this address"),
    405: _l("That is not how this page is used"),
    409: _l("Something changed meanwhile"),
    410: _l("This link has ended"),
    412: _l("Something changed meanwhile"),
    413: _l("That is too large"),
    415: _l("The request could not be read"),
    422: _l("Please look at this again"),
    428: _l("A condition is missing"),
    429: _l("One moment, please"),
    500: _l("Something broke on our side"),
    503: _l("The site is busy or being looked after"),
    507: _l("The disk of this site is full"),
}
PROGRAM_MESSAGES: dict[int, LazyText] = {
    400: _l("The request cannot be read. What each address takes is described at /api/v1/openapi.json."),
    404: _l("There is no such address. All of them are described at /api/v1/openapi.json."),
    405: _l("This address has other methods: see Allow in the answer, or /api/v1/openapi.json."),
}
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
MESSAGES: dict[int, LazyText] = {
    400: _l(
        "The page may have been open too long. Load it again and repeat; what was saved before is still there."
    ),
    404: _l("The address may be mistyped or the page may have moved. Nothing of yours was lost."),
    405: _l("Go back and use the buttons on the page."),
    413: _l("Send a smaller file, or split it. Nothing was saved from this one."),
    500: _l("It has been noted. What was saved before is safe. Try again in a minute."),
    503: _l("What was saved before is safe. Try again in a minute."),
    507: _l(
        "Nothing was saved from this; what was saved before is safe. Tell the administrator of this site."
    ),
}


def is_api() -> bool:
    """Tell whether the caller speaks to the API."""
    return request.path.startswith("/api/")


def wants_json() -> bool:
    """Tell whether the caller is a program: the API, or one that asks for JSON."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return is_api() or best == "application/json"


def _problem(status: int, code: str, detail: str, fields: dict[str, str] | None) -> Response:
    """Build the answer of the API: problem details, RFC 9457."""
    title = str(TITLES.get(status, TITLES[400]))
    body: dict[str, object] = {"type": "about:blank", "status": status, "code": code, "title": title}
    body |= {"detail": detail, "request_id": g.get("request_id", "")}
    if fields:
        body["fields"] = fields
    response = jsonify(body)
    response.mimetype = "application/problem+json"
    return response


def answer(status: int, code: str, message: str, fields: dict[str, str] | None = None) -> Response:
    """Build the answer for one refusal."""
    request_id = g.get("request_id", "")
    if is_api():
        response = _problem(status, code, message, fields)
    elif wants_json():
        body: dict[str, object] = {"error": code, "message": message, "request_id": request_id}
        if fields:
            body["fields"] = fields
        response = jsonify(body)
    else:
        title = str(TITLES.get(status, TITLES[400]))
        page = render_template(
            "errors/error.html",
            status=status,
            title=title,
            page_title=title,
            message=message,
            fields=fields or {},
            actions=_next_steps(status),
            request_id=request_id,
        )
        response = make_response(page)
    response.status_code = status
    return response


def _came_from() -> str:
    """Return the page of ours that led here, '' where the reader came from elsewhere or is on it still."""
    page = urlsplit(request.referrer or "")
    here = urlsplit(request.url)
    if (page.scheme, page.netloc) != (here.scheme, here.netloc) or page.path == here.path:
        return ""
    path = f"/{page.path.lstrip('/')}"
    return f"{path}?{page.query}" if page.query else path


def _next_steps(status: int) -> list[tuple[str, str]]:
    front, steps = (_("Go to the front page"), "/"), []
    if status in {403, 409, 410} and (page := _came_from()):
        steps.append((_("Back to the page before"), page))
    if status == 404:
        steps.append(front)
    if status in {403, 404} and not actor().is_signed_in and link("people.sign_in"):
        steps.append((_("Sign in"), link("people.sign_in", next=request.full_path.rstrip("?"))))
    return steps if front in steps else [*steps, front]


def _on_refusal(error: Refusal) -> WerkzeugResponse:
    db.session.rollback()
    fields = {name: str(text) for name, text in error.fields.items()} if isinstance(error, Invalid) else None
    response = answer(error.status, error.code, str(error), fields)
    response.headers.update(error.headers)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_s)
    if isinstance(error, NotAllowed):
        log.info("web.refused", endpoint=request.endpoint, user_id=actor().user_id)
    return response


def _on_http(error: HTTPException) -> WerkzeugResponse:
    status = error.code or 500
    if error.response is not None or 300 <= status < 400:
        return error.get_response()
    told = {**MESSAGES, **PROGRAM_MESSAGES} if is_api() else MESSAGES
    response = answer(status, error.name.lower().replace(" ", "_"), str(told.get(status, told[400])))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _on_csrf(_error: CSRFError) -> WerkzeugResponse:
    return answer(400, "csrf", str(MESSAGES[400]))


def _on_database(error: OperationalError) -> WerkzeugResponse:
    db.session.rollback()
    log.error("web.database_away", error=type(error.orig).__name__)
    g.actor_failed = True
    return answer(503, "database", str(MESSAGES[503]))


def _on_os_error(error: OSError) -> WerkzeugResponse:
    """A full disk is said as what it is; anything else is a crash."""
    if error.errno not in NO_ROOM:
        if current_app.testing:
            raise error
        return _on_crash(error)
    db.session.rollback()
    log.error("web.disk_full", endpoint=request.endpoint)
    return answer(507, "disk_full", str(MESSAGES[507]))


def _on_crash(error: Exception) -> WerkzeugResponse:
    db.session.rollback()
    log.error("web.crash", endpoint=request.endpoint, exc_info=error)
    return answer(500, "crash", str(MESSAGES[500]))


def init_app(app: Flask) -> None:
    """Register the table in `app`."""
    app.register_error_handler(Refusal, _on_refusal)
    app.register_error_handler(CSRFError, _on_csrf)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(OperationalError, _on_database)
    app.register_error_handler(OSError, _on_os_error)
    if not app.testing:
        app.register_error_handler(Exception, _on_crash)
