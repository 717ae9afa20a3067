"""Security headers stand on every answer; strangers get no cookie."""

from __future__ import annotations

import re
from typing import Any

import pytest


def test_a_page_allows_only_its_own_files_and_the_file_origin(make_app: Any):
    app = make_app(content_url="https://files.example.vn", base_url="https://learn.example.vn")
    policy = app.test_client().get("/sign-in").headers["Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'" and "https://files.example.vn" in rules["media-src"]
    assert "unsafe" not in policy and "*" not in policy
    assert rules["base-uri"] == "'none'" and rules["frame-ancestors"] == "'self'"


def test_inline_scripts_carry_the_nonce_of_their_own_answer(make_app: Any):
    client = make_app().test_client()
    seen = set()
    for _time in range(2):
        answer = client.get("/sign-in")
        nonce = re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
        inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", answer.text)
        if nonce is None:
            assert inline == []
        else:
            assert all(f'nonce="{nonce.group(1)}"' in attributes for attributes in inline)
            assert nonce.group(1) not in seen
            seen.add(nonce.group(1))
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=", answer.text)


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/sign-in", "/fail/crash"])
def test_every_answer_is_guarded(make_app: Any, path: str):
    headers = make_app().test_client().get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["X-Request-ID"] and "Cache-Control" in headers


def test_only_encrypted_sites_ask_for_encryption_for_a_year(make_app: Any):
    plain = make_app().test_client().get("/healthz").headers
    assert "Strict-Transport-Security" not in plain
    safe = make_app(base_url="https://learn.example.vn").test_client().get("/healthz").headers
    assert safe["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("path", ["/healthz", "/nowhere"])
def test_a_stranger_who_only_reads_gets_no_cookie(make_app: Any, path: str):
    assert "Set-Cookie" not in make_app().test_client().get(path).headers


def test_cookies_are_closed_to_scripts_and_other_sites(make_app: Any):
    client = make_app(base_url="https://learn.example.vn").test_client()
    cookie = client.post("/locale", data={"locale": "en"}).headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "Secure" in cookie and "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_a_form_redirects_to_this_site_only(make_app: Any, target: str):
    answer = make_app().test_client().post("/locale", data={"locale": "en", "next": target})
    assert answer.status_code == 303 and answer.location == "/"


def test_figures_are_for_this_machine_only(make_app: Any):
    client = make_app().test_client()
    assert "benhoc_requests_total" in client.get("/metrics").text
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "10.0.0.9"}).status_code == 404


def test_the_style_guide_is_for_development_only(make_app: Any):
    assert make_app().test_client().get("/styleguide").status_code == 404
