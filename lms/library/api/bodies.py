"""Bodies of requests: JSON read with suspicion, each field named that must be mended. Raises Invalid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import request
from werkzeug.exceptions import BadRequest

from content_store.rights import DEFAULT_LICENSE, LICENSES
from content_store.store import Metadata
from content_store.taxonomy import GRADES, SUBJECTS, TYPES
from lms.core.errors import Invalid, Refusal
from lms.core.i18n import LazyText, _, _l

JSON_TYPES = frozenset({"application/json", "application/merge-patch+json"})
LONGEST_TEXT = 10_000
MOST_NAMES = 40
LAST_NUMBER = 999_999
WRONG_TYPE = _l("This is not the kind of value that belongs here.")
NOT_IN_LIST = _l("Choose one of the list.")


class WrongBody(Refusal):
    """The body is of another kind than JSON."""

    status, code = 415, "wrong_body"
    default = _l("Send a JSON object, with Content-Type application/json.")


class Unreadable(Refusal):
    """The body is no JSON object."""

    status, code = 400, "unreadable"
    default = _l("The body cannot be read as a JSON object.")


def read_object(*known: str) -> dict[str, Any]:
    """Return the body, an object of no fields but the known ones."""
    if request.mimetype not in JSON_TYPES:
        raise WrongBody()
    try:
        body = request.get_json(force=True)
    except (BadRequest, RecursionError) as error:
        raise Unreadable() from error
    if not isinstance(body, dict):
        raise Unreadable()
    if unknown := sorted(set(body) - set(known)):
        raise Invalid({name[:60]: _("There is no such field.") for name in unknown[:20]})
    return body


def read_text(body: Mapping[str, Any], name: str, *, longest: int = LONGEST_TEXT) -> str:
    """Return a text field, '' where it is missing."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or not _is_text(value):
        raise Invalid({name: WRONG_TYPE})
    if len(value) > longest:
        raise Invalid({name: _("Shorten it to at most %(most)d letters.", most=longest)})
    return value


def read_uuid(body: Mapping[str, Any], name: str) -> UUID | None:
    """Return a field that names something."""
    value = body.get(name)
    if value is None:
        return None
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError) as error:
        raise Invalid({name: _("This is no UUID.")}) from error


def read_number(body: Mapping[str, Any], name: str) -> int:
    """Return a field that is a whole number."""
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 2**53:
        raise Invalid({name: WRONG_TYPE})
    return value


def read_version(body: Mapping[str, Any]) -> int | None:
    """Return the number of a version that is spoken of, None for the one that is shown."""
    value = body.get("version")
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= LAST_NUMBER:
        raise Invalid({"version": WRONG_TYPE})
    return value


def read_flag(body: Mapping[str, Any], name: str, *, otherwise: bool) -> bool:
    """Return a field that is yes or no."""
    value = body.get(name, otherwise)
    if not isinstance(value, bool):
        raise Invalid({name: WRONG_TYPE})
    return value


def _is_text(value: str) -> bool:
    """Half of a surrogate pair is a letter in JSON and in no database, nor is the letter zero."""
    return "\x00" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)


def _text(longest: int) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str) or not _is_text(value) or len(value) > longest:
            raise ValueError
        return value

    return read


def _names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST_NAMES:
        raise ValueError
    return tuple(_text(200)(one) for one in value)


def _grades(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or any(
        isinstance(one, bool) or not isinstance(one, int) or one not in GRADES for one in value
    ):
        raise LookupError
    return tuple(dict.fromkeys(value))


def _one_of(choices: Mapping[str, Any]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in choices:
            raise LookupError
        return value

    return read


def _address(value: Any) -> str:
    text = _text(2000)(value)
    if not text.startswith(("https://", "http://")):
        raise ValueError
    return text


# Field → the store's name, how it is read, what it is without a value.
FIELDS: dict[str, tuple[str, Callable[[Any], Any], Any]] = {
    "title": ("title", _text(300), ""),
    "description": ("description", _text(LONGEST_TEXT), ""),
    "language": ("language", _text(20), "vi"),
    "subject": ("subject", _one_of(SUBJECTS), None),
    "grades": ("grades", _grades, ()),
    "type": ("type", _one_of(TYPES), None),
    "license": ("license_id", _one_of(LICENSES), DEFAULT_LICENSE),
    "authors": ("authors", _names, ()),
    "rights_holder": ("rights_holder", _text(300), None),
    "keywords": ("keywords", _names, ()),
    "source_url": ("source_url", _address, None),
}


def read_changes(body: Mapping[str, Any]) -> Callable[[Metadata], Metadata]:
    """Return what puts the said fields over metadata, as a JSON merge patch does: null takes a value away."""
    values: dict[str, Any] = {}
    problems: dict[str, LazyText | str] = {}
    for name, (kept_as, read, nothing) in FIELDS.items():
        if name not in body:
            continue
        try:
            values[kept_as] = nothing if body[name] is None else read(body[name])
        except LookupError:
            problems[name] = NOT_IN_LIST
        except ValueError:
            problems[name] = WRONG_TYPE
    if problems:
        raise Invalid(problems)
    return lambda metadata: replace(metadata, **values)


def _maybe(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"anyOf": [dict(schema), {"type": "null"}]}


_NAMES = {"type": "array", "maxItems": MOST_NAMES, "items": {"type": "string", "maxLength": 200}}
CHANGES: dict[str, Any] = {
    "title": {"type": "string", "minLength": 1, "maxLength": 300},
    "description": _maybe({"type": "string", "maxLength": LONGEST_TEXT}),
    "language": _maybe({"type": "string", "maxLength": 20}),
    "subject": _maybe({"enum": list(SUBJECTS)}),
    "grades": _maybe({"type": "array", "items": {"enum": list(GRADES)}}),
    "type": _maybe({"enum": list(TYPES)}),
    "license": _maybe({"enum": list(LICENSES)}),
    "authors": _maybe(_NAMES),
    "rights_holder": _maybe({"type": "string", "maxLength": 300}),
    "keywords": _maybe(_NAMES),
    "source_url": _maybe({"type": "string", "pattern": "^https?://", "maxLength": 2000}),
}


VERSION: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": LAST_NUMBER}


def text_up_to(longest: int, *, least: int = 0) -> dict[str, Any]:
    """Return the description of a text."""
    shape: dict[str, Any] = {"type": "string", "maxLength": longest}
    return {**shape, "minLength": least} if least else shape


def taken(required: tuple[str, ...] = (), **fields: Any) -> dict[str, dict[str, Any]]:
    """Return the description of a JSON body."""
    shape = {"type": "object", "properties": fields, "additionalProperties": False}
    if required:
        shape["required"] = list(required)
    return {"application/json": shape}
