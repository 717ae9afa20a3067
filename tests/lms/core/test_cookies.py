"""The cookie of a session is read once and remembered: never a forged one, and never so that readers share anything."""

from __future__ import annotations

from flask import Flask, flash, session
from flask.sessions import SecureCookieSession

from lms.core.cookies import SessionCookies, _unseal


def seal(app: Flask, content: dict[str, object]) -> str:
    serializer = SessionCookies().get_signing_serializer(app)
    assert serializer is not None
    sealed = serializer.dumps(content)
    return sealed if isinstance(sealed, str) else sealed.decode()


def opened(app: Flask, sealed: str) -> SecureCookieSession:
    name = app.config["SESSION_COOKIE_NAME"]
    with app.test_request_context("/", headers={"Cookie": f"{name}={sealed}"}) as context:
        found = SessionCookies().open_session(app, context.request)
    assert found is not None
    return found


def test_what_one_request_puts_into_its_session_no_other_finds_there(app: Flask):
    for content in ({"sid": "a"}, {"sid": "a", "_flashes": [["ok", "said"]]}):
        sealed = seal(app, content)
        first = opened(app, sealed)
        first["mine"] = 1
        for kept in first.get("_flashes", ()):
            kept.append("more")
        first.get("_flashes", []).append(["ok", "more"])
        assert dict(opened(app, sealed)) == content


def test_a_forged_cookie_opens_an_empty_session_each_time_and_is_not_kept(app: Flask):
    sealed = seal(app, {"sid": "a"})
    forged = ("f" if sealed[0] != "f" else "g") + sealed[1:]
    assert opened(app, sealed)["sid"] == "a"
    kept = _unseal.cache_info().currsize
    for _turn in range(2):
        assert not opened(app, forged)
    assert _unseal.cache_info().currsize == kept


def test_a_cookie_that_was_known_is_worth_nothing_under_another_key(app: Flask):
    sealed, key = seal(app, {"sid": "a"}), app.secret_key
    assert opened(app, sealed)["sid"] == "a"
    try:
        app.secret_key = "another"
        assert not opened(app, sealed)
        app.config["SECRET_KEY_FALLBACKS"] = [key]
        assert opened(app, sealed)["sid"] == "a"
    finally:
        app.secret_key, app.config["SECRET_KEY_FALLBACKS"] = key, None


def test_toasts_gather_from_page_to_page_in_the_browser_alone():
    site = Flask("site")
    site.secret_key, site.session_interface = "key", SessionCookies()

    @site.get("/say")
    def say() -> str:
        flash("Saved.", "ok")
        return str(len(session["_flashes"]))

    for _reader in range(2):
        client = site.test_client()
        assert [client.get("/say").text for _turn in range(3)] == ["1", "2", "3"]
