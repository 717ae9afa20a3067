"""From posted fields to values; says which field is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from werkzeug.datastructures import MultiDict

from lms.core.errors import Invalid, NotFound
from lms.core.i18n import _
from lms.courses.queries import ClassLine
from lms.courses.services import CourseDraft, RunDraft
from lms.orgs.models import Org

LANGUAGES = ("vi", "en")
INKS = ("water", "rice", "clay", "lotus", "dusk", "honey")


def read_course(form: MultiDict[str, str]) -> CourseDraft:
    """Return what a teacher says of a course. Raises Invalid."""
    language = form.get("language") or "vi"
    ink = form.get("cover_ink") or None
    if language not in LANGUAGES:
        raise Invalid({"language": _("Choose one of the languages.")})
    grades = tuple(sorted({int(grade) for grade in form.getlist("grades") if grade.isdigit()}))
    return CourseDraft(
        title=form.get("title") or "",
        summary=(form.get("summary") or "")[:4000],
        language=language,
        subject=form.get("subject") or None,
        grades=grades,
        cover_ink=ink if ink in INKS else None,
    )


def read_uuid(text: str) -> UUID:
    """Return the uuid of a choice on the page. Raises NotFound for anything else."""
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound() from error


def org_choices(orgs: Iterable[Org | ClassLine]) -> list[tuple[UUID, str]]:
    """Return places as the choices of a select."""
    return [(org.uuid, org.name) for org in orgs]


def read_day(form: MultiDict[str, str], name: str) -> date | None:
    """Return the day of a date field, None when empty. Raises Invalid naming the field."""
    raw = (form.get(name) or "").strip()
    if not raw:
        return None
    try:
        return date.fromisoformat(raw)
    except ValueError as error:
        raise Invalid({name: _("Write the date as day, month and year.")}) from error


def read_run(form: MultiDict[str, str]) -> RunDraft:
    """Return what is said of a run. Raises Invalid."""
    return RunDraft(
        title=(form.get("title") or "")[:200],
        starts_on=read_day(form, "starts_on"),
        ends_on=read_day(form, "ends_on"),
    )


def read_logins(text: str) -> list[str]:
    """Return the user names or mails of a pasted or uploaded list: one a line, or the first column of a CSV."""
    lines = [line.split(",")[0].split(";")[0].split("\t")[0].strip().strip('"') for line in text.splitlines()]
    found = [line for line in lines if line]
    if found and found[0].lower() in {
        "login",
        "email",
        "username",
        "user name",
        "tên đăng nhập",
        "thư điện tử",
    }:
        found = found[1:]
    if not found:
        raise Invalid({"logins": _("Paste at least one user name or mail.")})
    if len(found) > 2000:
        raise Invalid({"logins": _("At most %(count)s people at a time. Split the list.", count=2000)})
    return found


def field_errors(error: Invalid) -> Mapping[str, str]:
    """Return the messages of an Invalid by field, ready for templates."""
    return {name: str(message) for name, message in error.fields.items()}
