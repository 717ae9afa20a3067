"""Every refusal becomes one page or one JSON answer, in the reader's language, saying what to do."""

from __future__ import annotations

from typing import Any

import pytest

from build_support.translations import compile_catalog

STATUS = {
    "refused": 400,
    "not_found": 404,
    "not_allowed": 403,
    "invalid": 422,
    "conflict": 409,
    "too_many": 429,
    "crash": 500,
    "database": 503,
}


@pytest.mark.parametrize(("name", "status"), STATUS.items())
def test_a_refusal_is_a_page_for_people(make_app: Any, name: str, status: int):
    answer = make_app().test_client().get(f"/fail/{name}?lang=en")
    assert answer.status_code == status and answer.mimetype == "text/html"
    assert "<h1>" in answer.text and "secret" not in answer.text
    assert 'href="/"' in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("name", "status"), STATUS.items())
def test_a_refusal_is_json_for_programs(make_app: Any, name: str, status: int):
    answer = make_app().test_client().get(f"/fail/{name}", headers={"Accept": "application/json"})
    assert answer.status_code == status and answer.mimetype == "application/json"
    body = answer.get_json()
    assert body["error"] == name and body["message"] and body["request_id"] == answer.headers["X-Request-ID"]
    assert "secret" not in answer.text


@pytest.mark.parametrize(("name", "status"), STATUS.items())
def test_a_refusal_of_the_api_is_a_problem_as_rfc_9457_says_it(make_app: Any, name: str, status: int):
    answer = make_app().test_client().get(f"/api/fail/{name}")
    assert answer.status_code == status and answer.mimetype == "application/problem+json"
    body = answer.get_json()
    assert body["type"] == "about:blank" and body["status"] == status and body["code"] == name
    assert body["title"] and body["detail"] and body["request_id"] == answer.headers["X-Request-ID"]
    assert "secret" not in answer.text


def test_wrong_fields_are_named(make_app: Any):
    client = make_app().test_client()
    assert client.get("/api/fail/invalid").get_json()["fields"] == {"name": "Write a name."}
    assert "Write a name." in client.get("/fail/invalid").text


def test_too_many_tries_say_when_to_come_back(make_app: Any):
    assert make_app().test_client().get("/fail/too_many").headers["Retry-After"] == "17"


def test_refusals_speak_both_languages(make_app: Any):
    compile_catalog()
    client = make_app().test_client()
    english = client.get("/fail/not_found?lang=en").text
    vietnamese = client.get("/fail/not_found?lang=vi").text
    assert "There is nothing at this address" in english and 'lang="en"' in english
    assert "There is nothing at this address" not in vietnamese and 'lang="vi"' in vietnamese


@pytest.mark.parametrize(("method", "path", "status"), [("get", "/nowhere", 404), ("put", "/healthz", 405)])
def test_addresses_and_methods_that_are_not_there(make_app: Any, method: str, path: str, status: int):
    answer = getattr(make_app().test_client(), method)(path)
    assert answer.status_code == status and "<h1>" in answer.text


def test_a_stranger_may_sign_in_from_a_page_that_is_not_open(make_app: Any):
    page = make_app().test_client().get("/fail/not_allowed").text
    assert "/sign-in?next=/fail/not_allowed" in page.replace("%2F", "/")


def test_a_form_without_its_token_changes_nothing(make_app: Any):
    answer = make_app().test_client().post("/form", data={"x": "1"})
    assert answer.status_code == 400 and "taken" not in answer.text
    answer = make_app().test_client().post("/form", headers={"Accept": "application/json"})
    assert answer.get_json()["error"] == "csrf"


def test_a_body_that_is_too_large_is_refused(make_app: Any):
    app = make_app()
    app.config.update(MAX_CONTENT_LENGTH=1000, WTF_CSRF_ENABLED=False)

    @app.post("/read")
    def read() -> str:
        from flask import request

        return str(len(request.form))

    answer = app.test_client().post("/read", data={"x": "y" * 5000})
    assert answer.status_code == 413 and "<h1>" in answer.text


def test_a_refusal_leads_back_to_the_page_of_ours_that_led_here(make_app: Any):
    browser = make_app().test_client()
    known = browser.get(
        "/fail/not_allowed?lang=en", headers={"Referer": "http://localhost/library/1?version=2"}
    )
    assert 'href="/library/1?version=2">Back to the page before</a>' in known.text
    for other in (
        "http://elsewhere.test/x",
        "http://localhost/fail/not_allowed",
        "http://localhost:99/x",
        "x",
    ):
        answer = browser.get("/fail/not_allowed?lang=en", headers={"Referer": other})
        assert "Back to the page before" not in answer.text, other
    sly = browser.get("/fail/not_allowed", headers={"Referer": "http://localhost//elsewhere.test/x"})
    assert 'href="/elsewhere.test/x"' in sly.text
