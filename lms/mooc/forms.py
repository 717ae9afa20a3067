"""What readers ask of the catalogue, and what is said of a course when it is opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.mooc.queries import FACETS, PAGE_SIZE
from lms.mooc.services import PublicFace
from lms.search.queries import Sort

LONGEST_LINE = 200
MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to the catalogue."""

    text: str
    filters: dict[str, frozenset[str]]
    sort: Sort
    after: str | None
    size: int

    def kept(self, **changes: object) -> dict[str, Any]:
        """Return the arguments of an address that asks the same, without the place in the list."""
        values: dict[str, object] = {name: sorted(chosen) for name, chosen in self.filters.items()}
        values["q"] = self.text or None
        values["sort"] = None if self.sort == default_sort(self.text) else self.sort
        return {**values, **changes}

    def without(self, facet: str, value: str) -> dict[str, Any]:
        """Return the arguments of the same question with one box less."""
        left = sorted(self.filters[facet] - {value})
        return self.kept(**{facet: left or None})


def default_sort(text: str) -> Sort:
    """Words are answered by how well they fit; without words the lately updated come first."""
    return "relevance" if text else "newest"


def read_asked(args: MultiDict[str, str]) -> Asked:
    """Return what the address asks; whatever cannot be understood is left out."""
    text = " ".join(args.get("q", "").split())[:200]
    chosen = {name: frozenset(v[:40] for v in args.getlist(name)[:40] if v) for name in FACETS}
    sort = args.get("sort", "")
    size = args.get("size", PAGE_SIZE, type=int)
    return Asked(
        text=text,
        filters={name: values for name, values in chosen.items() if values},
        sort=_sort(sort, text),
        after=args.get("after"),
        size=max(1, min(size, 50)),
    )


def _sort(name: str, text: str) -> Sort:
    if name == "newest":
        return "newest"
    if name == "title":
        return "title"
    return default_sort(text)


def read_face(form: MultiDict[str, str]) -> PublicFace:
    """Return what the catalogue shall say of a course. Raises Invalid."""
    hours = form.get("effort_hours", "").strip()
    if not hours.isdigit():
        raise Invalid({"effort_hours": _("Give the whole hours a learner needs, from 1 to 500.")})
    return PublicFace(
        promise=" ".join(form.get("promise", "").split())[:400],
        receives=_lines(form, "receives"),
        teachers=_lines(form, "teachers"),
        audience=form.get("audience", ""),
        effort_hours=int(hours[:4]),
        provider=" ".join(form.get("provider", "").split())[:LONGEST_LINE],
        preview_lesson=_uuid(form.get("preview_lesson", "")),
    )


def _lines(form: MultiDict[str, str], name: str) -> tuple[str, ...]:
    lines = [" ".join(line.split()) for line in form.get(name, "").splitlines()]
    kept = tuple(line for line in lines if line)
    if len(kept) > MOST_LINES:
        raise Invalid({name: _("At most %(count)s lines. Shorten the list.", count=MOST_LINES)})
    if any(len(line) > LONGEST_LINE for line in kept):
        raise Invalid({name: _("A line has at most %(count)s characters.", count=LONGEST_LINE)})
    return kept


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Invalid({"preview_lesson": _("Choose one of the published lessons.")}) from error
