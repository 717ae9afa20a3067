"""Addresses in templates: `url_for` with the answers remembered as patterns, since a page asks for dozens of them.

Only what is plain arithmetic is remembered: an endpoint without values, or one whose values are exactly the uuids of
its rule. Everything else, and everything outside a request, goes to Flask.
"""

from __future__ import annotations

from uuid import UUID

from flask import Flask, current_app, has_request_context, request, url_for

Patterns = dict[tuple[str, ...], str]
SAMPLE = UUID(int=0x5EED)


def address_of(endpoint: str, **values: object) -> str:
    """Return the address of `endpoint`, as `url_for` does. Raises BuildError for an unknown one."""
    if not has_request_context():
        return url_for(endpoint, **values)  # type: ignore[arg-type]
    return _find(current_app.extensions["addresses"], endpoint, values)


def _find(patterns: Patterns, endpoint: str, values: dict[str, object]) -> str:
    if values:
        for value in values.values():
            if type(value) is not UUID:
                return url_for(endpoint, **values)  # type: ignore[arg-type]
    if endpoint.startswith(".") or request.environ.get("SCRIPT_NAME"):
        return url_for(endpoint, **values)  # type: ignore[arg-type]
    key = (endpoint, *values)
    pattern = patterns.get(key)
    if pattern is None:
        pattern = patterns[key] = _pattern(endpoint, tuple(values))
    return pattern % tuple(values.values()) if pattern else url_for(endpoint, **values)  # type: ignore[arg-type]


def _pattern(endpoint: str, names: tuple[str, ...]) -> str:
    """Return the address with `%s` for each value in the order of `names`; '' when it is not as simple as that."""
    marks = {name: UUID(int=SAMPLE.int + place) for place, name in enumerate(names)}
    address = url_for(endpoint, **marks)  # type: ignore[arg-type]
    if "%" in address or "?" in address or not address.startswith("/"):
        return ""
    places = [address.find(str(mark)) for mark in marks.values()]
    if -1 in places or places != sorted(places):
        return ""
    for mark in marks.values():
        address = address.replace(str(mark), "%s")
    return address


def init_app(app: Flask) -> None:
    """Give the templates of `app` the quick `url_for`."""
    patterns: Patterns = app.extensions.setdefault("addresses", {})

    def quick(endpoint: str, **values: object) -> str:
        """`address_of` for the templates of this application."""
        return _find(patterns, endpoint, values) if request else url_for(endpoint, **values)  # type: ignore[arg-type]

    app.jinja_env.globals["url_for"] = quick
