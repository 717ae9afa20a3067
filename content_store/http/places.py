"""Where in an item something stands, in an address and in a text: `?page=3#page-3`, `#section-2`, `?t=134#viewer`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from starlette.datastructures import QueryParams

from content_store.markup import html_to_text

VIEWER = "viewer"
_NUMBERED = re.compile(r"(page|slide|chapter|section) ([0-9]{1,6})")
_MOMENT = re.compile(r"([0-9]{1,3}):([0-5][0-9]):([0-5][0-9])")
_NUMBER = re.compile(r"[0-9]{1,6}")
_HEADING = re.compile(r"(</?h)([1-5])(?=[\s>])")


def place_address(locator: str) -> tuple[dict[str, str], str]:
    """The arguments and the anchor under which an item's page shows what the index calls `page 3` or `00:02:14`."""
    if found := _NUMBERED.fullmatch(locator):
        kept = {"page": found[2]} if found[1] == "page" else {}
        return kept, f"{found[1]}-{found[2]}"
    if found := _MOMENT.fullmatch(locator):
        return {"t": str(3600 * int(found[1]) + 60 * int(found[2]) + int(found[3]))}, VIEWER
    return {}, ""


def number_at(query: QueryParams, name: str) -> int:
    """The page or the second that an address asks for; 0 where it asks for none."""
    text = query.get(name, "")
    return int(text) if _NUMBER.fullmatch(text) else 0


def below_title(html: str) -> str:
    """Sanitized HTML whose first headings are h2, since the page has one h1: the item's title."""
    return _HEADING.sub(lambda found: f"{found[1]}{int(found[2]) + 1}", html) if "<h1" in html else html


def with_anchors(html: str, locators: Sequence[str]) -> str:
    """Sanitized HTML with an anchor before each slide, chapter or section, counted as the inspector counted them."""
    kind = next((found[1] for name in locators if (found := _NUMBERED.fullmatch(name))), "")
    if kind in {"slide", "chapter"}:
        starts = [found.start() for found in re.finditer(r"<section\b", html)]
    elif kind == "section":
        cuts = [0, *(found.start() for found in re.finditer(r"<h[1-3] ", html)), len(html)]
        spans = zip(cuts, cuts[1:], strict=False)
        starts = [begin for begin, end in spans if html_to_text(html[begin:end])]
    else:
        return html
    pieces: list[str] = []
    before = 0
    for number, start in enumerate(starts, 1):
        pieces += [html[before:start], f'<span id="{kind}-{number}" tabindex="-1"></span>']
        before = start
    return "".join([*pieces, html[before:]])
