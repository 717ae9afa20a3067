"""The routes of the running application, filled with the ids of a world."""

from __future__ import annotations

import re
from urllib.parse import quote

from flask import Flask
from werkzeug.routing import Rule

from tests.security.worlds import World

# Arguments that name no row of a school: files of the site, and signed links that nobody can guess.
HARMLESS = {"filename": "app.css", "token": "forged", "page": "0", "kind": "lom"}


def answering(app: Flask, method: str) -> list[Rule]:
    """Return the routes that answer `method`, in a fixed order."""
    found = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    return sorted(found, key=lambda rule: rule.rule)


def walkable(app: Flask) -> list[Rule]:
    """Return the pages, without built files."""
    return [rule for rule in answering(app, "GET") if rule.endpoint != "static"]


def value_of(world: World, rule: Rule, name: str) -> str:
    """Return what fills the argument `name` of a route in `world`. Fails for an argument nobody thought of."""
    if name == "org_uuid" and "/classes/" in rule.rule:
        return str(world.orgs["class"].uuid)
    if name in HARMLESS:
        return HARMLESS[name]
    assert name in world.ids, f"{rule.rule}: say in tests/security/worlds.py what fills <{name}>"
    return world.ids[name]


def fill(rule: Rule, values: dict[str, str]) -> str:
    """Return the address of a route with `values` in it."""
    return re.sub(r"<(?:[^<>:]*:)?([^<>]+)>", lambda match: quote(values[match[1]]), rule.rule)


def address_of(rule: Rule, world: World) -> str:
    """Return the address of a route at the rows of `world`."""
    return fill(rule, {name: value_of(world, rule, name) for name in rule.arguments})
