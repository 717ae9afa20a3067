"""`/api/v1/` under generated requests: no 5xx, and every answer is what the description says."""

from __future__ import annotations

import re
from typing import Any

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import booleans
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lms.core.db import write
from lms.people import services as people
from tests.factories.library import index_all, make_item
from tests.security.worlds import build_world

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
EXAMPLES = 30
DEEDS = 6  # with a token: half of them about rows that are there
REFUSED = 3  # of deeds without a token, which all end alike


def test_the_description_names_every_route_of_the_api(app: Flask) -> None:
    told = app.test_client().get("/api/v1/openapi.json").json["paths"]
    there: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            path = re.sub(r"<(?:[^<>:]*:)?([^<>]+)>", r"{\1}", rule.rule)
            methods = {method.lower() for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
            there.setdefault(path, set()).update(methods)
    assert {path: set(operations) for path, operations in told.items()} == there


def test_the_description_holds_no_secret_and_may_be_kept(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/openapi.json", headers={"Host": "evil.example"})
    assert "evil.example" not in answer.text and "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"].startswith("public")


def test_generated_requests_find_no_server_error_and_no_untold_answer(act: Flask) -> None:
    world = build_world("QZAPI")
    published = make_item(world.actor("teacher"), "Phân số", "Hai phân số bằng nhau.", scope="public")
    index_all()
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", act)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) >= 54
    for operation in operations:
        is_open = {} in operation.definition.raw.get("security", [{}])
        try_out(act, operation, {}, examples=EXAMPLES if is_open else REFUSED)
    for uuid in (published.item.uuid, world.ids["item_uuid"]):
        for operation in operations:
            if "{item_uuid}" in operation.path and "{collection_uuid}" not in operation.path:
                ids = {**world.ids, "item_uuid": str(uuid), "kind": "lom", "number": 1}
                check(act, operation.Case(path_parameters=ids), {})


def test_generated_requests_with_a_token_find_no_server_error_and_no_untold_answer(act: Flask) -> None:
    world = build_world("QZAPI")
    with write():
        _token, text = people.make_api_token(
            world.actor("teacher"), name="x", scopes=("library:read", "library:write"), days=9
        )
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", act)
    ids = {**world.ids, "kind": "lom", "number": 1}
    for found in schema.get_all_operations():
        operation = found.ok()
        if "security" in operation.definition.raw:
            try_out(act, operation, {"Authorization": f"Bearer {text}"}, ids, DEEDS)


def try_out(
    app: Flask,
    operation: Any,
    headers: dict[str, str],
    ids: dict[str, Any] | None = None,
    examples: int = EXAMPLES,
) -> None:
    """Send generated requests of one operation; with `ids`, every other one about rows that are there."""

    @given(case=operation.as_strategy(), is_there=booleans())
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any, is_there: bool) -> None:
        if ids and is_there and case.path_parameters:
            case.path_parameters = {name: ids[name] for name in case.path_parameters}
        check(app, case, headers)

    ask()


def check(app: Flask, case: Any, headers: dict[str, str]) -> None:
    """Send one request and compare the answer with the description."""
    app.extensions["rates"].storage.reset()
    case.call_and_validate(checks=list(CHECKS), headers={"Accept-Encoding": "identity", **headers})


def test_hostile_arguments_are_answered_calmly(app: Flask) -> None:
    client = app.test_client()
    for path in ("/api/v1/library/search", "/api/v1/catalog"):
        for query in (
            "after=%00%ff%fe", "after=eyJhIjoxfQ", "q=" + "a" * 5000, "q=%00", "q=%F0%9F%98%80%22*%5B",
            "size=-1", "size=1e9", "size=999999999999999999999", "sort=%27;DROP", "grade=" + "9" * 400,
            "&".join("type=x" for _one in range(500)),
        ):  # fmt: skip
            answer = client.get(f"{path}?{query}")
            assert answer.status_code < 500 and answer.is_json, (path, query)
