"""The library on the web by itself: a search page, the API, OAI-PMH and the files, with no application around it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from content_store.blobs import open_blobs
from content_store.engines import INDEX_NAME, Engines, open_database
from content_store.errors import BadCursor, ItemNotFound, NotPermitted, StoreError
from content_store.http import api, browse, collections, downloads, harvesters, records
from content_store.http.place import Place, send_json
from content_store.http.shelf import Shelf
from content_store.representation import describe_problem
from content_store.search import open_index

Asgi = Callable[..., Awaitable[None]]
_FIXED = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
_HEADINGS = {
    404: ("There is nothing here", "Check the address, or search the library."),
    405: ("That is not how this address is used", "The answer names its methods in Allow."),
    422: ("This address is not right", "Check the address, or search the library."),
    403: ("This is not allowed", "Its license lets nobody take a copy from here."),
    500: ("Something went wrong", "Try again in a few minutes, or tell the administrator."),
}


def create_site(engines: Engines, *, name: str, base_url: str, admin_email: str = "") -> Starlette:
    """The whole site over the three engines; `base_url` is how others reach it."""
    shelf = Shelf(
        open_database(engines.database),
        open_blobs(engines.storage),
        open_index(engines.search, name=INDEX_NAME),
    )

    @asynccontextmanager
    async def closing(app: Starlette) -> AsyncIterator[None]:
        yield
        shelf.index.close()
        shelf.engine.dispose()

    app = Starlette(
        routes=[
            Route("/healthz", health),
            *api.ROUTES,
            *collections.ROUTES,
            *downloads.ROUTES,
            *harvesters.ROUTES,
            *browse.ROUTES,
            *records.ROUTES,
        ],
        middleware=[Middleware(_SafeHeaders)],
        exception_handlers={StoreError: refuse, HTTPException: refuse, Exception: refuse},
        lifespan=closing,
    )
    app.state.place = Place(shelf, name, base_url.rstrip("/"), admin_email)
    return app


def health(request: Request) -> Response:
    """Whether it answers."""
    return PlainTextResponse("ok\n")


def refuse(request: Request, error: Exception) -> Response:
    """A refusal: for programs by RFC 9457, for people as a page."""
    status, code, detail = _read(error)
    heading, advice = _HEADINGS.get(status, _HEADINGS[500])
    if request.url.path.startswith("/api/"):
        told = describe_problem(status, code, heading, detail or advice)
        answer = send_json(request, told, "application/problem+json")
        answer.status_code = status
    else:
        answer = browse.draw(request, "refusal.html", status=status, heading=heading, advice=advice)
    answer.headers.update(getattr(error, "headers", None) or {})
    return answer


def _read(error: Exception) -> tuple[int, str, str]:
    """Status, code and sentence; of what nobody foresaw, nothing is told."""
    if isinstance(error, ItemNotFound | BadCursor):
        return 404, error.code, error.message
    if isinstance(error, NotPermitted):
        return 403, error.code, error.message
    if isinstance(error, StoreError) and error.code == "bad-size":
        return 422, error.code, error.message
    if isinstance(error, StoreError):
        return 503, error.code, error.message
    if isinstance(error, HTTPException):
        return error.status_code, f"http-{error.status_code}", ""
    return 500, "failed", ""


class _SafeHeaders:
    """Adds to every answer the headers that it does not carry itself."""

    def __init__(self, app: Asgi) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, object], receive: Asgi, send: Asgi) -> None:
        """Answer one request."""

        async def sending(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                headers = list(message["headers"])  # type: ignore[call-overload]
                present = {key for key, _ in headers}
                message["headers"] = [*headers, *(pair for pair in _FIXED if pair[0] not in present)]
            await send(message)

        await self.app(scope, receive, sending if scope["type"] == "http" else send)
