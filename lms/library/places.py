"""Where in an item something stands: a page, a slide, a moment. In words, in an address, in a text.

The index names places as the inspectors do (`page 3`, `00:02:14`). The address of an item takes them as `?page=3` or
`?t=134`, which is also how a person would write them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from content_store.markup import html_to_text
from lms.core.i18n import _

KINDS = ("page", "slide", "chapter", "section", "t")
ANCHOR = "at"
_NUMBERED = re.compile(r"(page|slide|chapter|section) (\d{1,6})\Z")
_MOMENT = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d)\Z")
_NUMBER = re.compile(r"[0-9]{1,6}\Z")


@dataclass(frozen=True, slots=True)
class Place:
    """A numbered part of an item; of kind `t`, a moment in seconds."""

    kind: str
    number: int

    @property
    def address(self) -> dict[str, int]:
        """Return the argument of the item's address that opens here."""
        return {self.kind: self.number}

    @property
    def fragment(self) -> str:
        """Return how browsers are told to open a PDF at a page, or a video at a moment; '' for other places."""
        if self.kind == "t":
            return f"#t={self.number}"
        return f"#page={self.number}" if self.kind == "page" else ""


def read_locator(locator: str) -> Place | None:
    """Return the place that the index names; nothing where it names none."""
    if found := _NUMBERED.match(locator):
        return Place(found[1], int(found[2]))
    if found := _MOMENT.match(locator):
        return Place("t", 3600 * int(found[1]) + 60 * int(found[2]) + int(found[3]))
    return None


def read_place(args: Mapping[str, str]) -> Place | None:
    """Return the place an address asks for; anything unknown in it is passed over."""
    for kind in KINDS:
        if _NUMBER.match(args.get(kind, "")):
            return Place(kind, int(args[kind]))
    return None


def place_words(place: Place) -> str:
    """Return a place as people say it: `trang 3`, `2:14`; '' for sections, which nobody counts."""
    if place.kind == "t":
        minutes, second = divmod(place.number, 60)
        hours, minute = divmod(minutes, 60)
        return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
    if place.kind == "page":
        return _("page %(number)d", number=place.number)
    if place.kind == "slide":
        return _("slide %(number)d", number=place.number)
    return _("chapter %(number)d", number=place.number) if place.kind == "chapter" else ""


def with_spot(html: str, place: Place | None) -> str:
    """Return sanitized HTML with a spot to jump to at the beginning of a place; unchanged where it has no such place."""
    at = _find(html, place) if place else None
    return html if at is None else f'{html[:at]}<span id="{ANCHOR}" tabindex="-1"></span>{html[at:]}'


def _find(html: str, place: Place) -> int | None:
    """Slides and chapters are sections of the HTML; sections are counted by headings, as the inspector did."""
    if place.kind in {"slide", "chapter"}:
        starts = [found.start() for found in re.finditer(r"<section\b", html)]
    elif place.kind == "section":
        cuts = [0, *(found.start() for found in re.finditer(r"<h[1-3] ", html)), len(html)]
        spans = zip(cuts, cuts[1:], strict=False)
        starts = [begin for begin, end in spans if html_to_text(html[begin:end])]
    else:
        return None
    return starts[place.number - 1] if 0 < place.number <= len(starts) else None
