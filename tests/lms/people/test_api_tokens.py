"""Tokens for programs: made by the password, shown once, never more than the owner may at that moment."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.core.actor import SYSTEM
from lms.core.clock import now, today
from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.people import services as people
from lms.people.api_token_models import ApiToken
from lms.people.api_token_queries import TokenRefused, use_token
from lms.people.models import RoleGrant, User
from lms.people.queries import hash_token
from tests.cast import PASSWORD, Cast

ALL = ("library:read", "library:write")


def make(actor, scopes=ALL, days: int = 30) -> tuple[ApiToken, str]:
    with write():
        return people.make_api_token(actor, name="Máy", scopes=scopes, days=days)


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def test_a_token_acts_for_its_owner_and_only_its_hash_is_kept(cast: Cast):
    token, text = make(cast.lan.actor)
    assert text.startswith("benhoc_") and len(text) > 45 and token.token_hash == hash_token(text)
    assert text not in repr(token.__dict__)
    used = use_token(text)
    assert used.actor.uuid == cast.lan.actor.uuid and used.scopes == set(ALL)
    assert used.actor.grants == cast.lan.actor.grants


def test_an_unknown_an_ended_and_a_revoked_token_open_nothing(cast: Cast):
    token, text = make(cast.lan.actor)
    for wrong in (text[:-1], text + "x", "benhoc_", ""):
        with pytest.raises(TokenRefused):
            use_token(wrong)
    with write():
        db.session.get_one(ApiToken, token.id).expires_at = now() - timedelta(seconds=1)
    with pytest.raises(TokenRefused):
        use_token(text)
    other, text = make(cast.lan.actor)
    with write():
        people.revoke_api_token(cast.lan.actor, other.uuid)
    with pytest.raises(TokenRefused):
        use_token(text)


def test_a_token_loses_what_its_owner_loses(cast: Cast):
    _token, text = make(cast.lan.actor)
    with write():
        for grant in db.session.scalars(select(RoleGrant).where(RoleGrant.user_id == cast.lan.actor.user_id)):
            grant.valid_to = today()
    with pytest.raises(TokenRefused):  # a school's account without a role is offered none
        use_token(text)


def test_a_closed_account_and_a_new_password_end_tokens(cast: Cast):
    _token, text = make(cast.lan.actor)
    people.change_password(cast.lan.actor, PASSWORD, "thuyền-về-bến-2026")
    with pytest.raises(TokenRefused):
        use_token(text)
    _token, text = make(cast.lan.actor)
    with write():
        db.session.get_one(User, cast.lan.user.id).status = "deactivated"
    with pytest.raises(TokenRefused):
        use_token(text)


def test_a_token_is_no_way_round_an_overdue_second_step(cast: Cast):
    _token, text = make(cast.lan.actor)
    with write():
        people.require_factor(SYSTEM, cast.department, grace_days=0)
    with pytest.raises(TokenRefused):
        use_token(text)


@pytest.mark.parametrize(
    ("scopes", "days", "field"),
    [((), 30, "scopes"), (("all",), 30, "scopes"), (ALL, 0, "days"), (ALL, 366, "days")],
)
def test_wrong_wishes_are_named(cast: Cast, scopes: tuple[str, ...], days: int, field: str):
    with pytest.raises(Invalid) as refused:
        make(cast.lan.actor, scopes, days)
    assert set(refused.value.fields) == {field}


def test_pupils_and_strangers_get_no_tokens_and_citizens_none_that_write(cast: Cast):
    with pytest.raises(NotAllowed):
        make(cast.minh.actor)
    make(cast.citizen.actor, ("library:read",))
    with pytest.raises(Invalid):
        make(cast.citizen.actor, ("library:write",))


def test_a_unit_says_for_how_long_tokens_work_and_it_holds_at_once(cast: Cast):
    _token, text = make(cast.lan.actor)
    with pytest.raises(NotAllowed), write():
        people.set_token_rule(cast.lan.actor, cast.school, 0)
    with pytest.raises(NotAllowed), write():
        people.set_token_rule(cast.ha.actor, cast.other_school, 0)
    with write():
        people.set_token_rule(cast.ha.actor, cast.school, 0)
    with pytest.raises(TokenRefused):
        use_token(text)
    with pytest.raises(Conflict):
        make(cast.lan.actor)
    make(cast.phuc.actor)
    with write():
        people.set_token_rule(cast.ha.actor, cast.school, 7)
    assert use_token(text)
    with pytest.raises(Invalid):
        make(cast.lan.actor, days=8)
    with write():
        people.set_token_rule(cast.ha.actor, cast.school, None)
    assert use_token(text) and make(cast.lan.actor, days=90)


def test_who_looks_after_an_account_revokes_its_tokens_and_nobody_else(cast: Cast):
    token, text = make(cast.lan.actor)
    for stranger in (cast.phuc, cast.minh, cast.citizen):
        with pytest.raises(NotFound), write():
            people.revoke_api_token(stranger.actor, token.uuid)
    assert use_token(text)
    with write():
        people.revoke_api_token(cast.ha.actor, token.uuid)
    with pytest.raises(TokenRefused):
        use_token(text)


def test_the_page_shows_a_token_once_after_the_password(client: FlaskClient, cast: Cast, sign_in):
    browser = sign_in(client, cast.lan)
    assert "/account/tokens" in browser.get("/account").text
    form = {"name": "Kịch bản", "scopes": ["library:read"], "days": "30", "password": "sai"}
    refused = browser.post("/account/tokens", data=form)
    assert refused.status_code == 422 and "benhoc_" not in refused.text
    made = browser.post("/account/tokens", data={**form, "password": PASSWORD})
    text = re.search(r"benhoc_[\w-]{43}", made.text)[0]  # type: ignore[index]
    assert made.headers["Cache-Control"] == "no-store"
    shown = browser.get("/account/tokens").text
    assert text not in shown and "Kịch bản" in shown
    assert client.application.test_client().get(
        "/api/v1/library/items?owner=me", headers=bearer(text)
    ).json == {
        "items": [],
        "next": None,
    }
    uuid = re.search(r"/account/tokens/([0-9a-f-]{36})/revoke", shown)[1]  # type: ignore[index]
    assert browser.post(f"/account/tokens/{uuid}/revoke").status_code == 303
    assert browser.get("/api/v1/library/items", headers=bearer(text)).status_code == 401


def test_pupils_are_not_shown_the_page(client: FlaskClient, cast: Cast, sign_in):
    browser = sign_in(client, cast.minh)
    assert "/account/tokens" not in browser.get("/account").text
    assert browser.get("/account/tokens").status_code == 403


def test_administrators_see_and_end_the_tokens_of_their_people(client: FlaskClient, cast: Cast, sign_in):
    _token, text = make(cast.lan.actor)
    _far, foreign = make(cast.phuc.actor)
    browser = sign_in(client, cast.ha)
    path = f"/manage/orgs/{cast.school.uuid}/tokens"
    page = browser.get(path).text
    assert "Lan" in page and "Phúc" not in page
    assert browser.post(path, data={"days": "x"}).status_code == 422
    assert browser.post(path, data={"days": "0"}).status_code == 303
    with pytest.raises(TokenRefused):
        use_token(text)
    assert use_token(foreign)
    assert browser.post(path, data={"days": ""}).status_code == 303
    uuid = re.search(rf"{path}/([0-9a-f-]{{36}})/revoke", browser.get(path).text)[1]  # type: ignore[index]
    assert browser.post(f"{path}/{uuid}/revoke").status_code == 303
    with pytest.raises(TokenRefused):
        use_token(text)
    assert browser.get(f"/manage/orgs/{cast.other_school.uuid}/tokens").status_code == 404


def test_a_bad_token_is_told_so_and_the_cookie_beside_it_is_of_no_use(
    client: FlaskClient, cast: Cast, sign_in
):
    browser = sign_in(client, cast.lan)
    for header in ("Bearer benhoc_falsch", "Bearer ", "Basic bGFuOmxhbg==", "Bearer " + "x" * 5000):
        answer = browser.get("/api/v1/library/items?owner=me", headers={"Authorization": header})
        assert answer.status_code == 401 and answer.json["code"] == "bad_token", header
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    _token, text = make(cast.phuc.actor, ("library:read",))
    mine = browser.get("/api/v1/library/items?owner=me", headers=bearer(text))
    assert mine.status_code == 200


def test_a_cookie_changes_nothing_over_the_api_and_a_scope_is_asked_for(
    client: FlaskClient, cast: Cast, sign_in
):
    browser = sign_in(client, cast.lan)
    body = {"title": "x", "license": "link-only", "source_url": "https://example.org/x"}
    refused = browser.post("/api/v1/library/items", json=body)
    assert refused.status_code == 401 and refused.json["code"] == "token_needed"
    _token, text = make(cast.lan.actor, ("library:read",))
    refused = browser.post("/api/v1/library/items", json=body, headers=bearer(text))
    assert refused.status_code == 403 and refused.json["code"] == "scope_needed"
    _token, text = make(cast.lan.actor, ("library:write",))
    refused = browser.get("/api/v1/library/items", headers=bearer(text))
    assert refused.status_code == 403
    assert browser.post("/api/v1/library/items", json=body, headers=bearer(text)).status_code == 201


def test_the_day_of_use_is_noted_once(client: FlaskClient, cast: Cast, query_count):
    token, text = make(cast.lan.actor)
    for _time in range(2):
        assert client.get("/api/v1/library/items", headers=bearer(text)).status_code == 200
    db.session.refresh(token)
    assert token.last_used_on == today()
    with query_count() as sent:
        client.get("/api/v1/library/items", headers=bearer(text))
    assert not [one for one in sent if one.startswith("UPDATE")] and len(sent) <= 8, sent


def test_all_tokens_of_a_person_are_ended_from_that_ones_page(client: FlaskClient, cast: Cast, sign_in):
    texts = [make(cast.lan.actor)[1] for _one in range(2)]
    foreign = make(cast.phuc.actor)[1]
    browser, page = sign_in(client, cast.ha), f"/manage/users/{cast.lan.user.uuid}"
    with pytest.raises(NotAllowed), write():
        people.revoke_all_tokens(cast.phuc.actor, db.session.get_one(User, cast.lan.user.id))
    assert f"{page}/tokens/revoke" in browser.get(page).text
    assert browser.post(f"/manage/users/{cast.phuc.user.uuid}/tokens/revoke").status_code == 404
    assert browser.post(f"{page}/tokens/revoke").status_code == 303
    for text in texts:
        with pytest.raises(TokenRefused):
            use_token(text)
    assert use_token(foreign) and f"{page}/tokens/revoke" not in browser.get(page).text
