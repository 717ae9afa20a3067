"""Every route of the API by every method, with the token of each who may have one, at the rows of a foreign school."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from lms.core.db import write
from lms.people import services as people
from tests.factories.library import index_all
from tests.security.routes import answering, fill, value_of
from tests.security.rows import picture
from tests.security.test_isolation import FOREIGN, OWN, fillings, leaks, named
from tests.security.worlds import World, build_world

HOLDERS = ("citizen", "teacher", "editor", "reviewer", "school_admin", "org_admin", "auditor")
WRITERS = {"teacher", "editor", "reviewer", "school_admin", "org_admin"}
METHODS = ("GET", "PUT", "DELETE", "PATCH", "POST")


@pytest.fixture
def both(act: Flask) -> tuple[World, World]:
    """Our school and the other one, findable."""
    own, far = build_world(OWN), build_world(FOREIGN)
    index_all()
    return own, far


def test_a_token_tells_and_changes_nothing_of_a_foreign_school(
    client: FlaskClient, both: tuple[World, World]
) -> None:
    own, far = both
    tokens = {}
    for role in HOLDERS:
        scopes = ["library:read", *(["library:write"] if role in WRITERS else [])]
        with write():
            tokens[role] = people.make_api_token(own.actor(role), name="x", scopes=scopes, days=9)[1]
    for text in tokens.values():  # the day of use is noted once
        client.get("/api/v1/library/items", headers={"Authorization": f"Bearer {text}"})
    before, found, asked = picture(), [], 0
    told_bodies = bodies_of(client, far)
    for method in METHODS:
        for rule in answering(client.application, method):
            if not rule.rule.startswith("/api/v1/library") or (method != "GET" and not rule.arguments):
                continue
            for values in fillings(rule, own, far):
                if method != "GET" and values == {name: value_of(own, rule, name) for name in rule.arguments}:
                    continue
                path = fill(rule, values)
                for role, text in tokens.items():
                    client.application.extensions["rates"].storage.reset()
                    headers = {"Authorization": f"Bearer {text}", "If-Match": "*"}
                    body = told_bodies.get((rule.rule, method), {})
                    sent = {"query_string": named(far)} if method == "GET" else {"json": body}
                    answer = client.open(path, method=method, headers=headers, **sent)
                    asked += 1
                    assert answer.status_code < 500, (method, path)
                    told = f"{path}?{'&'.join(f'{name}={value}' for name, value in named(far).items())}"
                    found += [
                        f"{role} {method} {rule.rule} {answer.status_code}: {leak}"
                        for leak in leaks(answer, far, told)
                    ]
    assert not found, "\n".join(sorted(set(found)))
    after = picture()
    changed = [name for name in before if after[name] != before[name]]
    assert asked > 150 and not changed, {name: set(before[name]) ^ set(after[name]) for name in changed}


def bodies_of(client: FlaskClient, far: World) -> dict[tuple[str, str], dict[str, Any]]:
    """Return a body that each route takes, as its description says it, naming rows of the other school."""
    named_by = {"upload": "upload_uuid", "home": "org_uuid", "answers": "comment_uuid"}
    found: dict[tuple[str, str], dict[str, Any]] = {}
    paths = client.get("/api/v1/openapi.json").json["paths"]
    rules = {re.sub(r"<(?:[^<>:]*:)?([^<>]+)>", r"{\1}", rule.rule): rule.rule for rule in routes(client)}
    for path, operations in paths.items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {})
            shape = content.get("application/json", {}).get("schema", {}).get("properties", {})
            found[rules[path], method.upper()] = {
                name: far.ids[named_by[name]] if name in named_by else example(schema)
                for name, schema in shape.items()
                if name != "version"
            }
    return found


def routes(client: FlaskClient) -> list[Rule]:
    """Return every route of the API."""
    return [rule for rule in client.application.url_map.iter_rules() if rule.rule.startswith("/api/v1/")]


def example(schema: dict[str, Any]) -> Any:
    """Return a value that fits."""
    if "anyOf" in schema:
        return example(schema["anyOf"][0])
    if "enum" in schema:
        return schema["enum"][-1]
    if schema["type"] == "array":
        return [example(schema["items"])]
    if "pattern" in schema:
        return "https://example.org/"
    return {"integer": 2, "boolean": True}.get(schema["type"], "vi")


def test_a_form_that_names_a_foreign_upload_or_place_makes_nothing_of_it(
    client: FlaskClient, both: tuple[World, World]
) -> None:
    own, far = both
    with write():
        text = people.make_api_token(own.actor("teacher"), name="x", scopes=["library:write"], days=9)[1]
    headers = {"Authorization": f"Bearer {text}"}
    refused = client.post("/api/v1/library/items", headers=headers, json={"upload": far.ids["upload_uuid"]})
    assert refused.status_code == 404
    said = {"filename": "a.md", "size": 3, "home": far.ids["org_uuid"]}
    made = client.post("/api/v1/library/uploads", headers=headers, json=said)
    assert made.status_code == 201 and not leaks(made, far, "/nothing")
