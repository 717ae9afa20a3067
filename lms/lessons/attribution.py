"""The sources of a lesson or a course: what it uses of others, who made it, under which license, unaltered or not.

A sheet is made from what is frozen in a revision (or written in a draft) and from the pinned versions, which never
change. `write_html` and `write_text` put it into one language for whatever leaves the site: exports, prints, packages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from markupsafe import Markup

from lms.core.i18n import _, current_locale, speaking
from lms.library.combining import Judged, Part, judge_parts
from lms.library.credits import Credit, load_credits
from lms.library.lesson_items import LESSON
from lms.library.values import PinnedItem


@dataclass(frozen=True, slots=True)
class Source:
    """One work that is used, and the titles of the lessons that use it."""

    credit: Credit
    lessons: tuple[str, ...]
    is_adapted: bool = False

    @property
    def changes(self) -> str:
        """What was done to the work. Lessons show items as they are; only a shared lesson is taken and changed."""
        if self.is_adapted:
            return _("This was made from it, version %(number)s.", number=self.credit.number)
        if self.credit.is_link:
            return _("Linked to, not copied.")
        return _("Shown unaltered, version %(number)s.", number=self.credit.number)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sources of a whole, in the order of use, and what the whole may be shared as."""

    title: str
    sources: tuple[Source, ...]
    is_course: bool = False

    @property
    def judged(self) -> Judged:
        """What the whole may carry, in the words of the present language: its works stand in it unaltered."""
        works = (source.credit for source in self.sources if not source.credit.is_link)
        return judge_parts([Part(one.pin, one.title, one.license_id) for one in works], "collection")

    @property
    def words(self) -> str:
        """What the whole may be shared as, in one sentence; '' where it only points at works of others."""
        if all(source.credit.is_link for source in self.sources):
            return ""
        names = ", ".join(label for label, _url in self.judged.licenses)
        if not self.judged.is_shareable:
            return _("As a whole it is not for everyone: %(license)s.", license=names)
        return _(
            "As a whole it may be shared under %(license)s; each work keeps its own license.", license=names
        )


def make_sheet(title: str, lessons: Sequence[tuple[str, Sequence[PinnedItem]]], *, is_course: bool) -> Sheet:
    """Return the sheet of these lessons, each with its title and its items; a work used twice is named once."""
    items = {item.pin: item for _title, used in lessons for item in used}
    users: dict[str, list[str]] = {pin: [] for pin in items}
    for name, used in lessons:
        for pin in dict.fromkeys(item.pin for item in used):
            users[pin].append(name)
    credits = load_credits(items.values())
    sources = (
        Source(credits[pin], tuple(users[pin]), is_adapted=item.type == LESSON) for pin, item in items.items()
    )
    return Sheet(title, tuple(sources), is_course)


def write_html(sheet: Sheet, language: str) -> Markup:
    """Return the sheet as a piece of HTML in `vi` or `en`, with nothing of the site around it."""
    template = current_app.jinja_env.get_template("lessons/_sources.html")
    with speaking(language):
        return Markup(template.render(sheet=sheet, locale=current_locale()))


def write_text(sheet: Sheet, language: str) -> str:
    """Return the sheet as plain text in `vi` or `en`, one paragraph a work."""
    with speaking(language):
        head = [_("Sources of “%(title)s”", title=sheet.title), ""]
        if not sheet.sources:
            return "\n".join([*head, _("This uses nothing of others."), ""])
        works = [f"{number}. {_paragraph(one)}" for number, one in enumerate(sheet.sources, start=1)]
        return "\n".join([*head, *works, "", *([sheet.words, ""] if sheet.words else [])])


def _origin(credit: Credit) -> str:
    names = f", {', '.join(credit.authors)}" if credit.authors else ""
    return f"“{credit.title}”{names} ({credit.license_label}){f' {credit.address}' if credit.address else ''}"


def _paragraph(source: Source) -> str:
    credit = source.credit
    name = credit.license_label
    said = [
        f"“{credit.title}”",
        credit.line,
        _("Author: %(names)s", names=", ".join(credit.authors)) if credit.authors else "",
        f"© {credit.holder}" if credit.holder else "",
        _(
            "License: %(name)s",
            name=f"{name} ({credit.license_url})" if credit.license_url else name,
        ),
        _("Address: %(address)s", address=credit.address) if credit.address else "",
        _("Source: %(address)s", address=credit.source_url) if credit.source_url else "",
        _("Made from: %(works)s", works="; ".join(map(_origin, credit.origins))) if credit.origins else "",
        source.changes,
    ]
    return ". ".join(part.rstrip(".") for part in said if part) + "."
