"""The library beside the lesson: results with what their license allows here, and the credit that will be written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from lms.core.actor import Actor
from lms.core.i18n import _, current_locale
from lms.courses.models import Course
from lms.library.queries import find_link, may_use, pinned, search_items, verdict_words
from lms.library.replacements import Replaced, find_replacements
from lms.library.taxonomy import (
    ADULT,
    facet_label,
    grade_choices,
    license_choices,
    short_label,
    subject_choices,
    type_choices,
)
from lms.library.values import PinnedItem

FILTERS = ("subject", "grade", "type", "license")
PAGE = 12
ICONS = {
    "allowed": "circle-check",
    "credit": "circle-check",
    "sector": "lock",
    "link": "link",
    "refused": "x",
}
TONES = {"allowed": "ok", "credit": "ok", "sector": "warn", "link": "danger", "refused": "danger"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One result: what it is, what may be done with it here, and how it would be credited."""

    item: PinnedItem
    title: Sequence[tuple[str, bool]]
    passages: Sequence[Sequence[tuple[str, bool]]]
    type_label: str
    verdict: str
    short: str
    words: str
    terms: str
    picture_url: str | None

    @property
    def may_insert(self) -> bool:
        """Whether the insert button does anything."""
        return self.verdict != "refused"

    @property
    def icon(self) -> str:
        """The icon of the verdict."""
        return ICONS[self.verdict]

    @property
    def tone(self) -> str:
        """The color role of the verdict."""
        return TONES[self.verdict]


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of results with the filters that made it."""

    q: str
    chosen: Mapping[str, str]
    choices: Sequence[Choice]
    total: int | None
    next: str | None
    corrected: str | None
    is_degraded: bool
    options: Mapping[str, Sequence[tuple[str, str]]]
    fits: str = ""
    fit_labels: Sequence[str] = ()
    alike_to: str = ""


def read_filters(
    args: MultiDict[str, str], course: Course, replaced: Replaced | None = None
) -> dict[str, str]:
    """Return the chosen filters; before anything was asked those of the replaced work, else of the course."""
    if not any(name in args for name in ("q", *FILTERS)):
        if replaced is not None:
            return {"subject": replaced.subject, "grade": "", "type": replaced.type, "license": ""}
        grade = str(course.grades[0]) if course.grades else ""
        return {"subject": course.subject or "", "grade": grade, "type": "", "license": ""}
    chosen = {name: args.get(name, "")[:60] for name in FILTERS}
    if set(args) & {"q", *FILTERS} == {"type"}:  # the add menu asked for one type: start where the course is
        chosen["subject"] = course.subject or ""
    return chosen


def find_choices(
    actor: Actor,
    course: Course,
    args: MultiDict[str, str],
    only: frozenset[str] | None = None,
    replaced: Replaced | None = None,
) -> Shelf:
    """Search the library for this lesson; without words, for the likest of the work that is replaced.

    `only` are the licenses that resolve a conflict of the lesson's rights.
    """
    chosen, q = read_filters(args, course, replaced), args.get("q", "").strip()[:300]
    filters = {name: frozenset({value}) for name, value in chosen.items() if value}
    if only is not None:
        filters["license"] = (only & filters.get("license", only)) or only
    page = (
        find_replacements(actor, replaced, filters=filters, size=PAGE)
        if replaced is not None and not q
        else search_items(actor, q, filters=filters, after=args.get("page") or None, size=PAGE)
    )
    # without the engine, or while it lags behind, rows come unfiltered
    rows = [row for row in page.rows if only is None or row.version.license_id in only]
    return Shelf(
        q=q,
        chosen=chosen,
        choices=[_choice(actor, row) for row in rows],
        total=page.total,
        next=page.next,
        corrected=page.corrected,
        is_degraded=page.is_degraded,
        options={
            "subject": subject_choices(),
            "grade": [("adult" if grade == ADULT else str(grade), label) for grade, label in grade_choices()],
            "type": type_choices(),
            "license": [(one, label) for one, label in license_choices() if only is None or one in only],
        },
        fits=args.get("fits", "") if only is not None else "",
        fit_labels=[short_label(one) for one in sorted(only or ())],
        alike_to=replaced.title if replaced is not None and not q and not page.is_degraded else "",
    )


def _choice(actor: Actor, row: Any) -> Choice:
    version, item = row.version, pinned(row.version)
    verdict = may_use(actor, version, "embed")
    code = _code(verdict, version)
    return Choice(
        item=item,
        title=row.title.parts,
        passages=[fragment.parts for fragment in row.passages[:2]],
        type_label=facet_label("type", item.type, current_locale()),
        verdict=code,
        short=_short(code),
        words=verdict_words(verdict),
        terms=_terms(version.license) if verdict.allowed else "",
        picture_url=find_link(item, "preview") or find_link(item, "poster"),
    )


def _code(verdict: Any, version: Any) -> str:
    if not verdict.allowed:
        return "link" if verdict.code == "link-only" and version.source_url else "refused"
    if version.license.sector_only:
        return "sector"
    return "credit" if version.license.attribution else "allowed"


def _short(code: str) -> str:
    return {
        "allowed": _("Free to use"),
        "credit": _("Free to use with credit"),
        "sector": _("Inside the sector only"),
        "link": _("Link only"),
        "refused": _("May not be inserted"),
    }[code]


def _terms(license: Any) -> str:
    """Say what the license asks for, in words."""
    if license.sector_only:
        return _("Learners outside the education sector will not see it.")
    parts = [_("the author is named for you") if license.attribution else _("no credit is needed")]
    if not license.adapt:
        parts.append(_("it may not be changed"))
    elif license.share_alike:
        parts.append(_("share what you change under the same license"))
    if not license.commercial:
        parts.append(_("not for selling"))
    return f"{license.label(current_locale())}: {'; '.join(parts)}."
