"""Headers and cookies on every kind of answer."""

from __future__ import annotations

import re
from dataclasses import replace
from http.cookies import SimpleCookie
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.app import create_app
from lms.core.db import db
from tests.factories.people import PASSWORD, make_user, sign_in
from tests.security.routes import address_of, answering, walkable
from tests.security.worlds import World, build_world


@pytest.fixture
def world(act: Flask) -> World:
    """A school with one of everything."""
    return build_world("QZOWNX")


def cookies_of(answer: Any) -> dict[str, Any]:
    """Return the cookies an answer sets, by name."""
    found: dict[str, Any] = {}
    for line in answer.headers.getlist("Set-Cookie"):
        found.update(SimpleCookie(line).items())
    return found


def test_every_answer_of_every_address_is_guarded(client: FlaskClient, world: World) -> None:
    kinds: set[tuple[str, int]] = set()
    for role in ("stranger", "teacher", "school_admin"):
        if role != "stranger":
            sign_in(client, world.people[role])
        for rule in answering(client.application, "GET"):
            answer = client.get(address_of(rule, world))
            told = f"{role} {rule.rule} {answer.status_code}"
            kinds.add((answer.mimetype, answer.status_code // 100))
            assert answer.headers["X-Content-Type-Options"] == "nosniff", told
            assert answer.headers["Referrer-Policy"] == "same-origin", told
            if answer.mimetype == "text/html" and answer.status_code != 308:
                policy = answer.headers["Content-Security-Policy"]
                assert "default-src 'none'" in policy and "unsafe" not in policy, told
                assert "frame-ancestors 'self'" in policy and "base-uri 'none'" in policy, told
            if role != "stranger" and "static" not in rule.rule:
                kept = answer.headers["Cache-Control"]
                assert "public" not in kept or "Set-Cookie" not in answer.headers, told
    assert {("text/html", 2), ("text/html", 3), ("text/html", 4), ("application/json", 2)} <= kinds


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/khong-co", {}, 404),
        ("GET", "/api/v1/khong-co", {}, 404),
        ("GET", "/sign-out", {}, 405),
        ("POST", "/sign-in", {}, 422),
        ("GET", "/teach", {}, 303),
        ("GET", "/teach", {"Accept": "application/json"}, 401),
        ("OPTIONS", "/", {}, 200),
        ("GET", "/static/../../etc/passwd", {}, 404),
        ("GET", "/%2e%2e/%2e%2e/etc/passwd", {}, 404),
    ],
)
def test_errors_redirects_and_odd_methods_are_guarded(
    client: FlaskClient, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    answer = client.open(path, method=method, headers=headers)
    assert answer.status_code == status
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Werkzeug" not in answer.text and "Traceback" not in answer.text


def test_built_files_are_guarded_and_carry_no_cookie(client: FlaskClient) -> None:
    address = re.search(r'href="(/static/app\.[^"]+\.css)"', client.get("/sign-in").text)
    if address is None:
        pytest.skip("the front end is not built")
    answer = client.get(address[1])
    answer.close()
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and "Set-Cookie" not in answer.headers
    assert "immutable" in answer.headers["Cache-Control"]


def test_what_strangers_may_keep_carries_no_cookie(client: FlaskClient, world: World) -> None:
    kept = set()
    for rule in answering(client.application, "GET"):
        answer = client.application.test_client().get(address_of(rule, world))
        if "public" in answer.headers.get("Cache-Control", ""):
            assert "Set-Cookie" not in answer.headers, rule.rule
            kept.add(rule.rule)
    assert {"/api/v1/catalog", "/api/v1/openapi.json", "/sitemap.xml"} <= kept


def test_what_depends_on_the_reader_is_not_kept_by_others(client: FlaskClient, world: World) -> None:
    sign_in(client, world.people["teacher"])
    for rule in answering(client.application, "GET"):
        answer = client.get(address_of(rule, world))
        if world.people["teacher"].full_name in answer.text:
            assert "public" not in answer.headers["Cache-Control"], rule.rule


@pytest.mark.parametrize("base_url", ["http://hoc.example.vn", "https://hoc.example.vn"])
def test_cookies_are_hidden_from_scripts_and_other_sites_and_go_by_https_only(
    client: FlaskClient, base_url: str
) -> None:
    make_user(login="lan")
    settings = replace(client.application.extensions["settings"], base_url=base_url)
    other = create_app(settings, testing=True)
    other.config["WTF_CSRF_ENABLED"] = False
    try:
        look_at_cookies(other.test_client(), base_url)
    finally:
        with other.app_context():  # else the next test meets our hold on the database file
            for name in ("item_index", "page_index"):
                other.extensions[name].close()
            db.session.remove()
            db.engine.dispose()


def look_at_cookies(browser: FlaskClient, base_url: str) -> None:
    """Collect the cookies of some answers and read their marks."""
    seen: dict[str, Any] = {}
    for path, form in (
        ("/sign-in", {"login": "lan", "password": PASSWORD}),
        ("/locale", {"locale": "en"}),
        ("/theme", {"theme": "dark"}),
        ("/account", {"locale": "vi"}),
    ):
        answer = browser.post(path, data=form, base_url=base_url)
        assert answer.status_code == 303, path
        seen.update(cookies_of(answer))
    assert {"benhoc", "locale", "theme"} <= set(seen)
    for name, cookie in seen.items():
        assert cookie["httponly"] and cookie["samesite"] == "Lax", name
        assert bool(cookie["secure"]) is base_url.startswith("https"), name
        assert not cookie["domain"], name
    answer = browser.get("/sign-in", base_url=base_url)
    assert ("Strict-Transport-Security" in answer.headers) is base_url.startswith("https")


def test_a_forged_host_is_written_nowhere(client: FlaskClient, world: World) -> None:
    for role in ("stranger", "teacher"):
        if role == "teacher":
            sign_in(client, world.people[role])
        for rule in walkable(client.application):
            answer = client.get(address_of(rule, world), headers={"Host": "evil.example"})
            told = f"{answer.headers} {answer.text if answer.status_code != 304 else ''}"
            assert "evil.example" not in told, rule.rule
    client.post("/reset", data={"login": "qzownx.citizen@example.vn"}, headers={"Host": "evil.example"})
