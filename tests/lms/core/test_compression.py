"""Pages are compressed as the browser can read them; what is small, or kept by name, stays as it was."""

from __future__ import annotations

import gzip

import brotli
import pytest
from flask import Flask, Response

from lms.core.compression import Compression

LONG = "Bến Học " * 400


@pytest.fixture
def site() -> Flask:
    app = Flask("site")
    app.config["COMPRESS_STREAMS"] = False
    Compression(app)

    @app.get("/<what>")
    def show(what: str) -> Response:
        answer = Response("short" if what == "short" else LONG, mimetype="text/html")
        if what == "varied":
            answer.headers["Vary"] = "Cookie"
        if what == "named":
            answer.set_etag("one")
        return answer

    return app


def test_a_page_comes_as_the_browser_can_read_it(site: Flask):
    for accepted, plain in (
        ("gzip", gzip.decompress),
        ("br", brotli.decompress),
        ("gzip;q=0.5, br", brotli.decompress),
    ):
        answer = site.test_client().get("/long", headers={"Accept-Encoding": accepted})
        assert plain(answer.data).decode() == LONG
        assert answer.headers["Content-Encoding"] in accepted
        assert (
            answer.headers["Content-Length"] == str(len(answer.data))
            and answer.headers["Vary"] == "Accept-Encoding"
        )


def test_what_is_short_or_not_wanted_stays_as_it_was(site: Flask):
    for path, accepted in (("/short", "gzip"), ("/long", ""), ("/long", "identity")):
        answer = site.test_client().get(path, headers={"Accept-Encoding": accepted})
        assert "Content-Encoding" not in answer.headers and "Accept-Encoding" in answer.headers["Vary"]


def test_what_a_page_varies_by_is_added_to(site: Flask):
    answer = site.test_client().get("/varied", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Vary"] == "Cookie, Accept-Encoding"


def test_a_page_with_a_name_of_its_own_is_still_answered_by_it(site: Flask):
    client = site.test_client()
    answer = client.get("/named", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["ETag"] == '"one:gzip"'
    again = client.get("/named", headers={"Accept-Encoding": "gzip", "If-None-Match": '"one:gzip"'})
    assert again.status_code == 304
