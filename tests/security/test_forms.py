"""What a form or a link from elsewhere can do: tokens, redirects, fixed sessions, limits of tries."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.core.clock import now
from lms.core.db import db, write
from lms.people import services as people
from lms.people.queries import find_session
from lms.people.second_factor_secrets import unseal
from lms.people.sign_in_sessions import KEY
from tests.factories.people import PASSWORD, actor_of, make_sector, make_user, sign_in
from tests.security.routes import address_of, answering
from tests.security.rows import picture
from tests.security.worlds import World, build_world

# Language and colors: harmless from anywhere, and kept off pages that everyone shares. An answer in a free preview:
# kept nowhere. Stopping letters: the link of the letter is the proof, mail programs press it. Harvesters only read.
WITHOUT_TOKEN = {"core.set_locale", "core.set_theme", "mooc.try_preview", "notices.stop", "oai_pmh.oai"}
# Streamed uploads ask who comes, and then for the token in a header.
STREAMED = {"library.receive", "library.add_file", "library.append_resumable", "library.receive_import"} | {
    "library.suggest_change"
}
# Deeds of the API take nothing but a token in a header, which no page elsewhere can make a browser send.
BY_BEARER = "/api/v1/"
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
EVIL = "evil.example"
HOSTILE = (
    f"https://{EVIL}/x",
    f"//{EVIL}",
    f"///{EVIL}",
    f"/\\{EVIL}",
    f"\\\\{EVIL}",
    f"/\t/{EVIL}",
    f"/\n/{EVIL}",
    f"\t//{EVIL}",
    f"http:{EVIL}",
    f"https:/{EVIL}",
    f"javascript:alert('{EVIL}')",
    f"data:text/html,{EVIL}",
    f"/%09//{EVIL}",
)


@pytest.fixture
def world(act: Flask) -> World:
    """A school with one of everything."""
    return build_world("QZOWNX")


@pytest.fixture
def guarded(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A browser whose forms need their token."""
    monkeypatch.setitem(client.application.config, "WTF_CSRF_ENABLED", True)
    return client


@pytest.mark.parametrize("role", ["stranger", "teacher", "school_admin"])
def test_no_deed_is_done_without_the_token_of_its_page(guarded: FlaskClient, world: World, role: str) -> None:
    other = guarded.application.test_client()
    stolen = re.search(r'name="csrf_token" value="([^"]+)"', other.get("/sign-in").text)[1]  # type: ignore[index]
    if role != "stranger":
        sign_in(guarded, world.people[role])
    before, asked = picture(), 0
    for method in UNSAFE:
        for rule in answering(guarded.application, method):
            if rule.endpoint in WITHOUT_TOKEN | STREAMED:
                continue
            for token in ({}, {"csrf_token": stolen}):
                answer = guarded.open(address_of(rule, world), method=method, data=token)
                asked += 1
                if rule.rule.startswith(BY_BEARER):
                    assert answer.status_code == 401, rule
                    continue
                # Streamed uploads ask who comes before they ask for the token in the header.
                assert answer.status_code == 400 or rule.endpoint in {
                    "library.receive",
                    "library.add_file",
                }, rule
    assert asked > 100
    db.session.rollback()
    assert picture() == before


def test_only_known_forms_need_no_token(app: Flask) -> None:
    exempt = app.extensions["csrf"]._exempt_views
    names = {name: f"{view.__module__}.{view.__name__}" for name, view in app.view_functions.items()}
    by_bearer = {names[rule.endpoint] for rule in app.url_map.iter_rules() if rule.rule.startswith(BY_BEARER)}
    assert exempt - by_bearer == {names[name] for name in WITHOUT_TOKEN | STREAMED}


@pytest.mark.parametrize("headers", [{}, {"X-CSRFToken": "forged"}])
def test_streamed_uploads_need_the_token_in_a_header(
    guarded: FlaskClient, world: World, headers: dict[str, str]
) -> None:
    sign_in(guarded, world.people["teacher"])
    before = picture()
    for path in ("/library/upload", f"/library/{world.ids['item_uuid']}/files"):
        files = {"file": (BytesIO(b"chu"), "bai.txt")}
        answer = guarded.post(path, data=files, headers=headers, content_type="multipart/form-data")
        assert answer.status_code == 400, path
    piece = {**headers, "Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
    address = f"/library/tus/{world.ids['upload_uuid']}"
    answer = guarded.patch(
        address, data=b"chu", headers=piece, content_type="application/offset+octet-stream"
    )
    assert answer.status_code == 400
    assert picture() == before


def is_ours(location: str) -> bool:
    """Tell whether a browser that follows `location` stays on this site (it drops tabs and newlines)."""
    seen = re.sub(r"[\t\r\n]", "", location).replace("\\", "/").strip()
    found = urlsplit(urljoin("http://localhost/", seen))
    return found.scheme == "http" and found.netloc == "localhost"


def is_file_of_ours(app: Flask, location: str) -> bool:
    """Tell whether `location` is a link to where our own files are: the file server, or the storage that signs links."""
    return location.startswith(
        tuple(f"{origin.rstrip('/')}/" for origin in app.extensions["content_origins"].split())
    )


def stay_signed_in(client: FlaskClient, world: World, role: str) -> None:
    """Sign in when nobody is, or another one: what was asked last may have ended the session."""
    with client.session_transaction() as cookie:
        living = find_session(cookie.get(KEY) or "")
    db.session.rollback()
    if living is None or living.actor.uuid != world.people[role].uuid:
        sign_in(client, world.people[role])


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_redirect_leads_away(client: FlaskClient, world: World, method: str) -> None:
    followed = 0
    for rule in answering(client.application, method):
        for hostile in HOSTILE:
            stay_signed_in(client, world, "teacher")
            values: dict[str, Any] = {"query_string": {"next": hostile}}
            if method == "POST":
                values = {"data": {"next": hostile, "login": "qzownx.teacher", "password": PASSWORD}}
            client.application.extensions["rates"].storage.reset()
            answer = client.open(address_of(rule, world), method=method, **values)
            if answer.location is not None:
                followed += 1
                told = (rule.rule, hostile, answer.location)
                assert is_ours(answer.location) or is_file_of_ours(client.application, answer.location), told
            hidden = re.findall(r'name="next" value="([^"]*)"', answer.text)
            hrefs = re.findall(r'(?:href|action)="([^"]*evil[^"]*)"', answer.text)
            assert all(is_ours(one) for one in (*hidden, *hrefs)), (rule.rule, hostile)
    assert followed > 20


def test_signing_in_follows_no_hostile_address(client: FlaskClient, world: World) -> None:
    for hostile in HOSTILE:
        answer = client.application.test_client().post(
            "/sign-in", data={"login": "qzownx.teacher", "password": PASSWORD, "next": hostile}
        )
        assert answer.status_code == 303 and is_ours(answer.location), hostile
        client.application.extensions["rates"].storage.reset()


def test_the_session_is_a_new_one_after_every_step(client: FlaskClient) -> None:
    sector = make_sector()
    lan = make_user(login="lan", home_org=sector.school, roles=(("teacher", sector.school),))
    with write():
        app = people.start_app(actor_of(lan))
    secret = unseal(lan.uuid, app.sealed_secret)
    with write():
        codes = people.confirm_app(actor_of(lan), pyotp.TOTP(secret).at(now()))
    with client.session_transaction() as cookie:
        cookie[KEY] = cookie["csrf_token"] = cookie["mine"] = "planted"
    seen = {"planted"}
    client.post("/sign-in", data={"login": "lan", "password": PASSWORD})
    for path, form in (("/sign-in/step", {"code": codes[0]}), ("/sign-out", {})):
        with client.session_transaction() as cookie:
            values = {str(value) for key, value in cookie.items() if not key.startswith("_")}
        assert not values & seen
        seen |= values
        client.post(path, data=form)
    with client.session_transaction() as cookie:
        assert KEY not in cookie and not {str(value) for value in cookie.values()} & seen - {"True"}


LIMITED = [
    ("/sign-in", {"login": "x", "password": "y"}, 20),
    ("/sign-up", {"email": "x@example.vn"}, 10),
    ("/reset", {"login": "x"}, 5),
    ("/reset/forged", {"password": "a", "password_again": "b"}, 60),
    ("/account/password", {"password": "a", "password_again": "b"}, 20),
    ("/account/second-step/codes", {"password": "wrong"}, 20),
    ("/account/second-step/app/remove", {"password": "wrong"}, 20),
    ("/account/tokens", {"password": "wrong"}, 20),
    ("/learn/join", {"code": "AAAA"}, 20),
]


@pytest.mark.parametrize(("path", "form", "most"), LIMITED)
def test_tries_are_counted_and_the_next_one_waits(
    client: FlaskClient, world: World, path: str, form: dict[str, str], most: int
) -> None:
    if not path.startswith(("/sign", "/reset")):
        sign_in(client, world.people["teacher"])
    for _try in range(most):
        assert client.post(path, data=form).status_code not in {429, 500}
    answer = client.post(path, data=form)
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
