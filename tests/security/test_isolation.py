"""Every address of the site, for every role, with the ids of a school it has nothing to do with.

The routes come from the running application. A new one is walked without anybody thinking of it; when it has an
argument of a new name, the test fails until `tests.security.worlds` says what fills it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from lms.core.db import db
from tests.factories.library import index_all
from tests.factories.people import sign_in
from tests.security.routes import HARMLESS, address_of, answering, fill, value_of
from tests.security.rows import picture
from tests.security.worlds import ROLES, World, build_world, is_uuid

OWN, FOREIGN = "QZOWNX", "QZFARX"
# What a form or a query may name another row by. Sent with every request, so that no view takes a foreign one.
NAMED = {
    "org": "org_uuid", "parent": "org_uuid", "home": "org_uuid", "school": "org_uuid", "place": "org_uuid",
    "class": "org_uuid", "classes": "org_uuid", "target": "org_uuid", "user": "user_uuid", "users": "user_uuid",
    "teacher": "user_uuid", "person": "user_uuid", "other": "user_uuid", "kept": "user_uuid",
    "merged": "user_uuid", "course": "course_uuid", "run": "run_uuid", "runs": "run_uuid", "unit": "unit_uuid",
    "lesson": "lesson_uuid", "activity": "activity_uuid", "item": "item_uuid", "items": "item_uuid",
    "pin": "item_uuid", "collection": "collection_uuid", "preview_lesson": "lesson_uuid", "open": "activity_uuid",
    "shelf": "shelf_uuid",
    "chosen": "review_uuid", "reviewer": "user_uuid",
}  # fmt: skip


def fillings(rule: Rule, own: World, far: World) -> Iterator[dict[str, str]]:
    """Yield the values of a route with a foreign one in every single place, and in all of them."""
    names = sorted(rule.arguments - set(HARMLESS))
    everything = {name: value_of(far, rule, name) for name in rule.arguments}
    yield everything
    if len(names) > 1:
        for name in names:
            mixed = {one: value_of(own, rule, one) for one in rule.arguments}
            yield {**mixed, name: everything[name]}


def named(world: World) -> dict[str, str]:
    """Return arguments of forms and queries that name rows of `world`, by every name that views read."""
    return {name: world.ids[key] for name, key in NAMED.items()}


def leaks(answer: Any, world: World, asked: str) -> list[str]:
    """Return what an answer tells of `world` beyond what was asked with."""
    told = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    body = answer.get_data(as_text=True) if answer.status_code != 304 else ""
    full = unquote(html.unescape(f"{told}\n{body}"))
    for echoed in (
        unquote(asked),
        unquote(asked.partition("?")[0]),
        *(part for part in re.split(r"[/?&=#]", unquote(asked)) if is_uuid(part)),
    ):
        full = full.replace(echoed, "")
    marks = [world.mark] if world.mark.casefold() in full.casefold() else []
    return marks + [secret for secret in world.secrets if secret in full]


@pytest.fixture(scope="module")
def worlds(site: Flask, make_bare: Callable[[Flask], None]) -> tuple[World, World]:
    """Our school and the other one, findable: made once for all who look, since nobody may change them."""
    make_bare(site)
    with site.app_context():
        own, far = build_world(OWN), build_world(FOREIGN)
        index_all()
        for row in db.session:
            db.session.refresh(row)
        db.session.expunge_all()
    return own, far


@pytest.fixture
def app(site: Flask, worlds: tuple[World, World]) -> Flask:
    """The application with both schools in it: not emptied, as others would have it."""
    return site


def enter(client: FlaskClient, world: World, role: str) -> None:
    """Sign in as the one who holds `role`; the stranger stays one."""
    if role != "stranger":
        sign_in(client, world.people[role])


def visit(client: FlaskClient, method: str, path: str, **values: Any) -> Any:
    """Ask once, without regard to limits of tries."""
    client.application.extensions["rates"].storage.reset()
    answer = client.open(path, method=method, **values)
    assert answer.status_code < 500, f"{method} {path}: {answer.status_code}"
    return answer


@pytest.mark.parametrize("role", ROLES)
def test_nothing_of_a_foreign_school_is_told_or_changed(
    client: FlaskClient, worlds: tuple[World, World], role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, far = worlds
    enter(client, own, role)
    monkeypatch.setitem(client.application.config, "WTF_CSRF_ENABLED", True)
    found = ask_own_pages_for_foreign_rows(client, own, far)  # first: reading one's own notice marks it
    before = picture()
    found += [*look_at_foreign_addresses(client, own, far), *try_foreign_deeds(client, own, far, role)]
    assert not found, "\n".join(sorted({f"{role} {line}" for line in found}))
    after = picture()
    changed = [name for name in before if after[name] != before[name]]
    assert not changed, {name: set(before[name]) ^ set(after[name]) for name in changed}


def look_at_foreign_addresses(client: FlaskClient, own: World, far: World) -> list[str]:
    """Return what pages at foreign addresses tell, as a page and as data, with foreign ids in the query as well."""
    found, asked = [], 0
    for rule in answering(client.application, "GET"):
        for values in fillings(rule, own, far):
            plain = fill(rule, values)
            with_query = f"{plain}?{in_query(named(far))}"
            for path, headers in (
                (plain, {}),
                (with_query, {"Accept": "application/json", "HX-Request": "true"}),
            ):
                answer = visit(client, "GET", path, headers=headers)
                asked += 1
                found += [
                    f"GET {rule.rule} {answer.status_code}: {leak}" for leak in leaks(answer, far, path)
                ]
    assert asked > 200
    return found


def ask_own_pages_for_foreign_rows(client: FlaskClient, own: World, far: World) -> list[str]:
    """Return what one's own pages tell when asked for foreign rows, or for words that stand in both schools."""
    found = []
    for rule in answering(client.application, "GET"):
        path = address_of(rule, own)
        for query in (in_query(named(far)), "q=THCS"):
            answer = visit(client, "GET", f"{path}?{query}")
            found += [
                f"GET own {rule.rule} {answer.status_code}: {leak}"
                for leak in leaks(answer, far, f"{path}?{query}")
            ]
    return found


def try_foreign_deeds(client: FlaskClient, own: World, far: World, role: str) -> list[str]:
    """Return what deeds at foreign addresses tell; foreign ids stand in the form too, the token is a right one."""
    page = client.get("/sign-up" if role == "stranger" else "/account").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]  # type: ignore[index]
    form = {**named(far), "csrf_token": token, "role": "teacher", "name": "x", "title": "x"}
    found = []
    for rule in answering(client.application, "POST"):
        if not rule.arguments - set(HARMLESS):
            continue
        for values in fillings(rule, own, far):
            path = fill(rule, values)
            answer = visit(client, "POST", path, data=form, headers={"X-CSRFToken": token})
            assert answer.status_code != 400 or "csrf" not in answer.text, rule.rule
            found += [f"POST {rule.rule} {answer.status_code}: {leak}" for leak in leaks(answer, far, path)]
    return found


def in_query(values: dict[str, str]) -> str:
    """Return values as a query."""
    return "&".join(f"{name}={value}" for name, value in values.items())


def test_the_walk_would_see_a_leak(client: FlaskClient, worlds: tuple[World, World]) -> None:
    """The same search finds our own school on our own pages: it can fail."""
    own, _far = worlds
    sign_in(client, own.people["school_admin"])
    answer = visit(client, "GET", f"/manage/orgs/{own.ids['org_uuid']}")
    assert OWN in leaks(answer, own, "/nothing")
    assert any(is_uuid(leak) for leak in leaks(answer, own, "/nothing"))
