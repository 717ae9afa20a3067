"""Public pages are kept for strangers, and never for anybody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask, Response, make_response, request, session
from werkzeug.test import Client

from lms.core.headers import csp_nonce
from lms.core.headers import init_app as add_headers
from lms.core.page_cache import MemoryCache, PageCache, RedisCache, keep_pages, open_cache
from tests.fixtures_redis import redis_server

Open = Callable[[], PageCache]


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.s3)])
def open_one(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Open the same cache as another process would."""
    if request.param == "memory":
        yield lambda: MemoryCache(tmp_path)
        return
    with redis_server() as url:
        yield lambda: RedisCache(url)


class Site:
    """A small site that counts how often its page is made."""

    def __init__(self, cache: PageCache) -> None:
        self.made = 0
        app = Flask("small", static_folder=None)
        app.secret_key = "test"
        app.extensions["content_origins"] = ""
        app.extensions["settings"] = type("Known", (), {"base_url": "http://localhost"})
        add_headers(app)
        app.add_url_rule("/", "page", self.page)
        app.add_url_rule("/private", "private", lambda: "mine")
        app.add_url_rule("/cookie", "cookie", self.cookie)
        app.add_url_rule("/nonce", "nonce", lambda: self.public(csp_nonce()))
        self.browser = Client(keep_pages(app.wsgi_app, cache, "session"), use_cookies=False)

    def public(self, text: str) -> Response:
        self.made += 1
        response = make_response(text)
        response.headers["Cache-Control"] = "public, max-age=60"
        response.add_etag()
        return response

    def page(self) -> Response:
        return self.public(f"page {self.made + 1} {request.cookies.get('locale', 'vi')}")

    def cookie(self) -> Response:
        session["seen"] = "yes"
        return self.public("cookie")

    def get(self, path: str = "/", **headers: str) -> str:
        return self.browser.get(path, headers=headers).text


def test_a_public_page_is_made_once_for_all_strangers(open_one: Open) -> None:
    site = Site(open_one())
    assert site.get() == site.get() == "page 1 vi"
    assert site.made == 1


def test_each_language_query_and_packing_is_a_page_of_its_own(open_one: Open) -> None:
    site = Site(open_one())
    site.get()
    assert site.get(Cookie="locale=en").endswith("en")
    site.get("/?q=a")
    site.get(**{"Accept-Encoding": "gzip"})
    assert site.made == 4


def test_whoever_brings_a_session_is_never_answered_from_the_cache(open_one: Open) -> None:
    site = Site(open_one())
    site.get()
    assert site.get(Cookie="theme=dark; session=abc") == "page 2 vi"


@pytest.mark.parametrize("path", ["/private", "/cookie", "/nonce"])
def test_a_page_that_is_not_public_has_a_cookie_or_a_nonce_is_not_kept(open_one: Open, path: str) -> None:
    site = Site(open_one())
    first = site.browser.get(path)
    assert site.browser.get(path).headers.get("Set-Cookie") == first.headers.get("Set-Cookie")
    assert site.made in {0, 2}


def test_a_browser_that_has_the_page_is_told_so(open_one: Open) -> None:
    site = Site(open_one())
    etag = site.browser.get("/").headers["ETag"]
    answer = site.browser.get("/", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.data, site.made) == (304, b"", 1)


def test_forgetting_in_one_process_forgets_in_all(open_one: Open) -> None:
    here, other = open_one(), open_one()
    site = Site(here)
    site.get()
    other.forget()
    if isinstance(here, RedisCache):
        here._asked_at = 0.0  # as a second later
    assert site.get() == "page 2 vi"


def test_a_page_begun_before_the_change_is_not_served_after_it(open_one: Open) -> None:
    cache = open_one()
    site = Site(cache)
    make = site.page

    def changed_meanwhile() -> Response:
        cache.forget()
        return make()

    site.page = changed_meanwhile  # type: ignore[method-assign]
    site.browser.application = keep_pages(_app_of(site), cache, "session")
    site.get()
    site.get()
    assert site.made == 2


def _app_of(site: Site) -> Callable[..., object]:
    app = Flask("changing", static_folder=None)
    app.add_url_rule("/", "page", lambda: site.page())
    return app.wsgi_app


def test_pages_are_made_while_redis_is_away() -> None:
    site = Site(RedisCache("redis://127.0.0.1:1/0"))
    assert site.get() == "page 1 vi"
    assert site.get() == "page 2 vi"


def test_none_keeps_no_page(tmp_path: Path) -> None:
    assert open_cache("none:", tmp_path) is None


def test_a_mark_that_was_swept_away_breaks_nothing(tmp_path: Path) -> None:
    cache = MemoryCache(tmp_path)
    (tmp_path / "pages_changed").unlink()
    before = cache.version()
    cache.forget()
    assert cache.version() != before
