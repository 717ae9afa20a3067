"""What people type about items, read into the store's values. Raises Invalid with the fields to mend."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from content_store.search.cursors import LONGEST_CURSOR
from content_store.store import Metadata
from content_store.taxonomy import ADULT, GRADES
from lms.core.errors import Invalid
from lms.core.i18n import _l
from lms.library.corrections import Correction
from lms.library.facets import HEADINGS
from lms.library.permissions import SCOPES
from lms.library.uses import license_ids

LONGEST_QUERY = 300
MOST_ROWS = 50
SORTS = ("relevance", "newest", "title")
OWN_STATES = ("draft", "published", "retired")
_ADULT_WORDS = frozenset({"adult", "adults", "người lớn", "nguoi lon", "0"})
_BAD_GRADE = _l("Write grades as 6 or 6-9, or choose adults.")


@dataclass(frozen=True, slots=True)
class Search:
    """A search as it stands in the address."""

    q: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"
    after: str | None = None

    @property
    def filters(self) -> dict[str, frozenset[str]]:
        """Return the filters as the index takes them: uses become licenses."""
        found = {name: frozenset(values) for name, values in self.chosen.items() if name != "license"}
        if uses := self.chosen.get("license"):
            found["license"] = license_ids(uses) or frozenset({"none"})
        return found

    @property
    def is_filtered(self) -> bool:
        """True when any box is ticked."""
        return bool(self.chosen)

    def address(self, **changes: str | None) -> dict[str, object]:
        """Return the arguments of this search's address, with changes; the page is left out."""
        values: dict[str, object] = {"q": self.q or None, **{k: list(v) for k, v in self.chosen.items()}}
        values["sort"] = None if self.sort == "relevance" else self.sort
        values.update(changes)
        return {name: value for name, value in values.items() if value}

    def without(self, facet: str, value: str) -> dict[str, object]:
        """Return the address arguments with one box unticked."""
        chosen = {
            name: tuple(one for one in values if (name, one) != (facet, value))
            for name, values in self.chosen.items()
        }
        return replace(self, chosen={name: values for name, values in chosen.items() if values}).address()


def read_search(args: MultiDict[str, str]) -> Search:
    """Return the search of an address; anything unknown in it is passed over."""
    chosen = {}
    for name in HEADINGS:
        values = tuple(dict.fromkeys(value[:40] for value in args.getlist(name)[:40] if value))
        if values:
            chosen[name] = values
    sort = args.get("sort", "relevance")
    return Search(
        q=read_words(args),
        chosen=chosen,
        sort=sort if sort in SORTS else "relevance",
        after=args.get("after", "")[:LONGEST_CURSOR] or None,
    )


@dataclass(frozen=True, slots=True)
class Owned:
    """The list of one's own items as it stands in the address."""

    state: str = "draft"
    q: str = ""
    sort: str = "newest"
    after: str | None = None

    def address(self, **changes: str | None) -> dict[str, Any]:
        """Return the arguments of this list's address, with changes; the page is left out."""
        values: dict[str, str | None] = {"state": self.state, "q": self.q or None}
        values["sort"] = None if self.sort == "newest" else self.sort
        values.update(changes)
        return {name: value for name, value in values.items() if value}


def read_owned(args: MultiDict[str, str]) -> Owned:
    """Return which of one's own items an address asks for; anything unknown in it is passed over."""
    state = args.get("state", "")
    return Owned(
        state=state if state in OWN_STATES else "draft",
        q=read_words(args),
        sort="title" if args.get("sort") == "title" else "newest",
        after=args.get("after", "")[:LONGEST_CURSOR] or None,
    )


def read_version(args: MultiDict[str, str]) -> int | None:
    """Return the number of the version that an address asks for, None for the one in use."""
    asked = args.get("version", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else None


def read_words(args: MultiDict[str, str]) -> str:
    """Return what was typed to search for, in one line."""
    return " ".join(args.get("q", "").replace("\x00", "").split())[:LONGEST_QUERY]


def read_grades(values: Iterable[str]) -> tuple[int, ...]:
    """Return grades from check boxes (`6`, `adult`) or from words: `6, 7`, `6-9`, `người lớn`."""
    grades: set[int] = set()
    for part in re.split(r"[,;]", ",".join(values).lower()):
        word = re.sub(r"^(lớp|grade)s?\s*", "", part.strip())
        span = re.fullmatch(r"(\d{1,2})(?:\s*(?:-|–|đến|to)\s*(\d{1,2}))?", word)
        if not word:
            continue
        if word in _ADULT_WORDS:
            grades.add(ADULT)
        elif span and 1 <= int(span[1]) <= int(span[2] or span[1]) <= 12:
            grades.update(range(int(span[1]), int(span[2] or span[1]) + 1))
        else:
            raise Invalid({"grades": _BAD_GRADE})
    return tuple(sorted(grades & set(GRADES), key=lambda grade: (grade == ADULT, grade)))


def show_grades(grades: Iterable[int], adult: str) -> str:
    """Return grades as `read_grades` takes them back."""
    return ", ".join(adult if grade == ADULT else str(grade) for grade in grades)


def read_names(text: str) -> tuple[str, ...]:
    """Return the names in a text, one a line or with semicolons or commas between them."""
    return tuple(name for part in re.split(r"[\n;,]", text) if (name := " ".join(part.split())[:200]))[:40]


def read_metadata(form: MultiDict[str, str]) -> Metadata:
    """Return what the edit form says of an item."""
    return Metadata(
        title=form.get("title", "")[:1000],
        description=form.get("description", "")[:10_000],
        language=form.get("language", "vi"),
        subject=form.get("subject") or None,
        grades=read_grades(form.getlist("grades")),
        type=form.get("type") or None,
        license_id=form.get("license", ""),
        authors=read_names(form.get("authors", "")),
        rights_holder=form.get("rights_holder", "")[:300] or None,
        keywords=read_names(form.get("keywords", "")),
        source_url=form.get("source_url", "").strip()[:2000] or None,
    )


def read_corrections(form: MultiDict[str, str]) -> list[Correction]:
    """Return one correction for each row of the table; `all-...` fields go over the selected ones."""
    selected = set(form.getlist("selected"))
    apply_to_all = form.get("action") in {"apply", "publish"}
    rows = []
    for key in form.getlist("row")[:MOST_ROWS]:
        row = _read_row(form, key, key in selected)
        rows.append(_overlay(row, form) if apply_to_all and row.is_selected else row)
    return rows


def _read_row(form: MultiDict[str, str], key: str, is_selected: bool) -> Correction:
    try:
        uuid = UUID(key)
    except ValueError as error:
        raise Invalid({"row": _l("This table is out of date. Load the page again.")}) from error
    return _correction(uuid, lambda name: form.get(f"{name}:{key}"), is_selected, blank_is_none=False)


def _correction(
    uuid: UUID, value: Callable[[str], str | None], is_selected: bool, *, blank_is_none: bool
) -> Correction:
    def text(name: str) -> str | None:
        found = value(name)
        return None if found is None or (blank_is_none and not found.strip()) else found[:1000]

    grades, names, scope, problem = text("grades"), text("authors"), text("scope"), ""
    read: tuple[int, ...] | None = None
    try:
        read = None if grades is None else read_grades([grades])
    except Invalid:
        problem = str(_BAD_GRADE)
    return Correction(
        item_uuid=uuid,
        title=text("title"),
        language=text("language") or None,
        subject=text("subject"),
        grades=read,
        license_id=text("license") or None,
        authors=None if names is None else read_names(names),
        scope=scope if scope in SCOPES else None,
        is_selected=is_selected,
        problem=problem,
    )


def _overlay(row: Correction, form: MultiDict[str, str]) -> Correction:
    over = _correction(row.item_uuid, lambda name: form.get(f"all-{name}"), True, blank_is_none=True)
    names = ("language", "subject", "grades", "license_id", "authors", "scope")
    changes = {name: getattr(over, name) for name in names if getattr(over, name) is not None}
    return replace(row, **changes, problem=row.problem or over.problem)
