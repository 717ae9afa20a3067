"""What administrators type into the forms of `/manage`, as frozen values. Rules stand in the services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lms.core.errors import Invalid, NotFound
from lms.core.i18n import _


@dataclass(frozen=True, slots=True)
class OrgForm:
    """A unit: kind, name, code and the day from which it counts."""

    kind: str
    name: str
    code: str | None
    on: date | None


@dataclass(frozen=True, slots=True)
class PersonForm:
    """A person: names, and an identifier if one was typed."""

    full_name: str
    login: str | None
    email: str | None
    pupil_code: str | None


def read_day(form: Mapping[str, str], name: str) -> date | None:
    """Return the day of a date field, None when empty. Raises Invalid naming the field."""
    raw = form.get(name, "").strip()
    if not raw:
        return None
    try:
        return date.fromisoformat(raw[:10])
    except ValueError as error:
        raise Invalid({name: _("Write the date as day, month and year.")}) from error


def read_org(form: Mapping[str, str]) -> OrgForm:
    """Read the form of a unit."""
    return OrgForm(
        form.get("kind", "")[:20],
        form.get("name", "")[:500],
        form.get("code", "")[:200] or None,
        read_day(form, "on"),
    )


def read_person(form: Mapping[str, str]) -> PersonForm:
    """Read the form of a person."""
    return PersonForm(
        form.get("full_name", "")[:500],
        form.get("login", "")[:200].strip() or None,
        form.get("email", "")[:500].strip() or None,
        form.get("pupil_code", "")[:200].strip() or None,
    )


def read_uuid(text: str) -> UUID:
    """Return the id in a field or address. Raises NotFound for a forged one."""
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound() from error


def field_errors(error: Invalid) -> dict[str, str]:
    """Return the messages of an Invalid by field, ready for templates."""
    return {name: str(text) for name, text in error.fields.items()}
