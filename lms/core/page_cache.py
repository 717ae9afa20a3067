"""Public pages kept for strangers: answered before Flask, the session or the database are touched.

Kept is only what a page itself declared public (`web.cacheable`) and sent without a cookie; whoever comes with a session
cookie is never answered from here. A page is kept as long as it may be by any proxy, and all are forgotten at once when
a course changes (`forget_pages`): keys carry a version that was read when the request began.
"""

from __future__ import annotations

import json
import os
import threading
import time
from base64 import b64decode, b64encode
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import structlog
from flask import Flask, current_app
from prometheus_client import Counter

from lms.core.logs import REGISTRY

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = structlog.get_logger("web")
MOST_PAGES, LARGEST = 256, 200_000
UNKEPT = frozenset({"x-request-id", "date"})
STEERING = ("HTTP_HX_REQUEST", "HTTP_X_FRAGMENT", "HTTP_AUTHORIZATION", "HTTP_RANGE")
KNOWN_S = 1.0
HITS = Counter("benhoc_kept_pages_total", "Public pages answered from the cache", registry=REGISTRY)


@dataclass(frozen=True, slots=True)
class KeptPage:
    """One public answer: its headers, its body as it was sent, when it ends (seconds since the epoch)."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    ends_at: float

    def header(self, name: str) -> str:
        """Return one header, '' when it is not there."""
        return next((value for key, value in self.headers if key.lower() == name), "")


class PageCache(Protocol):
    """Where public pages are kept."""

    def version(self) -> str:
        """Return what changes when all pages are forgotten."""
        ...

    def get(self, key: str) -> KeptPage | None:
        """Return a page kept under `key`."""
        ...

    def put(self, key: str, page: KeptPage) -> None:
        """Keep a page until it ends."""
        ...

    def forget(self) -> None:
        """Forget every page, on all nodes."""
        ...


class MemoryCache:
    """Pages of this process; a file's time tells the processes of one machine that all are to be forgotten."""

    def __init__(self, folder: Path) -> None:
        self._mark = folder / "pages_changed"
        self._mark.touch()
        self._pages: OrderedDict[str, KeptPage] = OrderedDict()
        self._lock = threading.Lock()

    def version(self) -> str:
        """Return the time of the file."""
        try:
            return str(self._mark.stat().st_mtime_ns)
        except FileNotFoundError:  # swept away with the folder: pages are kept until they end
            return "0"

    def get(self, key: str) -> KeptPage | None:
        """Return a page of this process."""
        with self._lock:
            found = self._pages.get(key)
            if found is not None:
                self._pages.move_to_end(key)
        return found

    def put(self, key: str, page: KeptPage) -> None:
        """Keep a page; the one longest unused makes room."""
        with self._lock:
            self._pages[key] = page
            while len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)

    def forget(self) -> None:
        """Give the file another time."""
        moment = time.time_ns()
        self._mark.touch()
        os.utime(self._mark, ns=(moment, moment))


class RedisCache:
    """Pages of all nodes in Redis. The version is asked for at most once a second."""

    def __init__(self, url: str) -> None:
        import redis  # an extra

        self._away = redis.RedisError
        self._redis: Any = redis.Redis.from_url(url, socket_timeout=1)
        self._version, self._asked_at = "0", 0.0

    def version(self) -> str:
        """Return the count of forgettings."""
        if time.monotonic() - self._asked_at > KNOWN_S:
            self._version = (self._ask("get", "benhoc:pages:version") or b"0").decode()
            self._asked_at = time.monotonic()
        return self._version

    def get(self, key: str) -> KeptPage | None:
        """Return a page that any node kept."""
        found = self._ask("get", f"benhoc:pages:{key}")
        if found is None:
            return None
        kept = json.loads(found)
        return KeptPage(tuple(map(tuple, kept["headers"])), b64decode(kept["body"]), kept["ends_at"])

    def put(self, key: str, page: KeptPage) -> None:
        """Keep a page for all nodes."""
        packed = {"headers": page.headers, "body": b64encode(page.body).decode(), "ends_at": page.ends_at}
        seconds = max(1, int(page.ends_at - time.time()))
        self._ask("set", f"benhoc:pages:{key}", json.dumps(packed), ex=seconds)

    def forget(self) -> None:
        """Count one more forgetting; other nodes learn it within a second."""
        self._ask("incr", "benhoc:pages:version")
        self._asked_at = 0.0

    def _ask(self, command: str, *values: object, **options: object) -> Any:
        """Send a command; while Redis is away pages are simply made anew."""
        try:
            return getattr(self._redis, command)(*values, **options)
        except self._away as error:
            log.warning("page_cache.away", error=type(error).__name__)
            return None


def open_cache(url: str, folder: Path) -> PageCache | None:
    """Return the cache of CACHE_URL; None for `none:`."""
    if url.startswith("none"):
        return None
    return RedisCache(url) if url.startswith("redis") else MemoryCache(folder)


def forget_pages() -> None:
    """Forget every public page: something on one of them has changed. Call after the commit."""
    cache: PageCache | None = current_app.extensions.get("page_cache")
    if cache is not None:
        cache.forget()


def key_of(environ: WSGIEnvironment, session_cookie: str) -> str | None:
    """Return what the answer to a stranger's GET depends on; None when it must not come from the cache."""
    if environ["REQUEST_METHOD"] != "GET" or any(name in environ for name in STEERING):
        return None
    if environ["PATH_INFO"].startswith("/static/"):
        return None
    choices = {"locale": "", "theme": ""}
    for part in environ.get("HTTP_COOKIE", "").split(";"):
        name, _, value = part.strip().partition("=")
        if name == session_cookie:
            return None
        if name in choices:
            choices[name] = value[:8]
    packed = environ.get("HTTP_ACCEPT_ENCODING", "").replace(" ", "")[:60]
    path = f"{environ.get('SCRIPT_NAME', '')}{environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}"
    return "\n".join((path[:1000], choices["locale"], choices["theme"], packed, environ["wsgi.url_scheme"]))


def keep_pages(application: WSGIApplication, cache: PageCache, session_cookie: str) -> WSGIApplication:
    """Wrap a WSGI application so that its public pages are kept in `cache`."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        key = key_of(environ, session_cookie)
        if key is None:
            return application(environ, start_response)
        key = f"{cache.version()}\n{key}"
        page = cache.get(key)
        if page is not None and page.ends_at > time.time():
            return _send(page, environ, start_response)
        return _pass_on(application, environ, start_response, lambda kept: cache.put(key, kept))

    return answer


def _send(page: KeptPage, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    HITS.inc()
    etag = page.header("etag")
    if etag and etag.removeprefix("W/") in environ.get("HTTP_IF_NONE_MATCH", "").replace("W/", ""):
        kept = [pair for pair in page.headers if pair[0].lower() not in {"content-length", "content-type"}]
        start_response("304 NOT MODIFIED", kept)
        return []
    start_response("200 OK", list(page.headers))
    return [page.body]


def _pass_on(
    application: WSGIApplication,
    environ: WSGIEnvironment,
    start_response: StartResponse,
    keep: Callable[[KeptPage], None],
) -> Iterable[bytes]:
    """Answer by the application; hand the answer to `keep` when it is a public page."""
    seconds = 0
    kept: tuple[tuple[str, str], ...] = ()

    def look(status: str, headers: list[tuple[str, str]], error: Any = None) -> Callable[[bytes], object]:
        nonlocal seconds, kept
        seconds = _public_seconds(headers) if status.startswith("200") else 0
        kept = tuple((name, value) for name, value in headers if name.lower() not in UNKEPT)
        return start_response(status, headers, error) if error else start_response(status, headers)

    parts = application(environ, look)
    if not seconds:
        return parts
    try:
        body = b"".join(parts)
    finally:
        if hasattr(parts, "close"):
            parts.close()
    if len(body) <= LARGEST:
        keep(KeptPage(kept, body, time.time() + seconds))
    return [body]


def _public_seconds(headers: list[tuple[str, str]]) -> int:
    """Return how long a page may be kept; 0 for one with a cookie, a nonce, or not declared public."""
    named = {name.lower(): value for name, value in headers}
    control = named.get("cache-control", "").replace(" ", "").split(",")
    if "set-cookie" in named or "public" not in control or "immutable" in control:
        return 0
    if "'nonce-" in named.get("content-security-policy", ""):
        return 0
    ages = [part.removeprefix("max-age=") for part in control if part.startswith("max-age=")]
    return min(int(ages[0]), 60) if ages and ages[0].isdigit() else 0


def init_app(app: Flask, cache_url: str, folder: Path) -> None:
    """Keep the public pages of `app`; call it when every other layer is in place."""
    cache = open_cache(cache_url, folder)
    app.extensions["page_cache"] = cache
    if cache is not None:
        app.wsgi_app = keep_pages(app.wsgi_app, cache, app.config["SESSION_COOKIE_NAME"])  # type: ignore[assignment,method-assign]
