"""The pages of two versions side by side: pictures where they are made, words elsewhere, and the way to each difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from content_store.deriving import DerivedPart
from content_store.models import Version
from content_store.page_differences import PageMark, PagePair, pair_pages
from lms.core.actor import Actor
from lms.library.lighter import MOST_PAGES, link_of, parts_of
from lms.library.queries import may_use

ROWS = 20
SAID = 300
MOST = 2_000
"""Pages of a book beyond this are not compared one by one; the words of all are, above."""


@dataclass(frozen=True, slots=True)
class Side:
    """One page of one version: its picture (address, width, height) or, without one, how it begins."""

    number: int
    url: str
    width: int | None
    height: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """Two pages side by side; `following` is the place of the next pair that differs, None after the last."""

    place: int
    before: Side | None
    after: Side | None
    is_same: bool
    words_differ: bool
    picture_differs: bool
    following: int | None


@dataclass(frozen=True, slots=True)
class PageDifferences:
    """One page of rows. Places count from 1 on over all of them."""

    rows: Sequence[Row]
    total: int
    differing: Sequence[int]
    page: int
    is_slides: bool
    lacks_pictures: bool
    is_cut: bool

    @property
    def pages(self) -> int:
        """How many pages of rows there are."""
        return -(-self.total // ROWS)


def page_of(place: int) -> int:
    """Return on which page of rows a place is."""
    return (place - 1) // ROWS + 1


def compare_pages(actor: Actor, old: Version, new: Version, page: int) -> PageDifferences | None:
    """Return the pages of both; None where they have none, or the actor may not look into one of them."""
    if not all(one.recall is None and may_use(actor, one, "view").allowed for one in (old, new)):
        return None
    kinds = [_kind(old), _kind(new)]
    if kinds[0] is None or kinds[0] != kinds[1]:
        return None
    parts = [_pictures(one) for one in (old, new)]
    pairs = pair_pages(*(_marks(one, found, kinds[0]) for one, found in zip((old, new), parts, strict=True)))
    page = min(max(1, page), -(-len(pairs) // ROWS) or 1)
    differing = [place for place, pair in enumerate(pairs, start=1) if not pair.is_same]
    first = (page - 1) * ROWS
    return PageDifferences(
        rows=[
            _row(place, pair, parts, next((one for one in differing if one > place), None))
            for place, pair in enumerate(pairs[first : first + ROWS], start=first + 1)
        ],
        total=len(pairs),
        differing=differing,
        page=page,
        is_slides=kinds[0] == "slide",
        lacks_pictures=not all(parts),
        is_cut=all(parts) and len(pairs) > MOST_PAGES,
    )


def _kind(version: Version) -> str | None:
    """What the pages of its main file are called, None for what has none."""
    if version.main is None:
        return None
    if version.main.format == "pdf":  # a scanned one has no words at all
        return "page"
    passages = version.main.reading.passages
    return "slide" if passages and passages[0][0].startswith("slide ") else None


def _marks(version: Version, pictures: dict[int, DerivedPart], kind: str | None) -> list[PageMark]:
    texts: dict[int, str] = {}
    assert version.main is not None
    for locator, text in version.main.reading.passages[:MOST]:
        name, _, number = locator.partition(" ")
        if name == kind and number.isdigit():
            texts[int(number)] = text
    counted = range(1, min(version.main.reading.pages or 0, MOST) + 1)
    return [
        PageMark(number, texts.get(number, ""), pictures[number].sha256 if number in pictures else None)
        for number in sorted({*counted, *texts, *pictures})
    ]


def _pictures(version: Version) -> dict[int, DerivedPart]:
    assert version.main is not None
    parts = parts_of(version.pin, version.main.sha256)
    return {int(part.kind[5:]): part for part in parts if part.kind.startswith("page-")}


def _row(place: int, pair: PagePair, parts: Sequence[dict[int, DerivedPart]], following: int | None) -> Row:
    return Row(
        place,
        _side(pair.before, parts[0]),
        _side(pair.after, parts[1]),
        pair.is_same,
        pair.words_differ,
        pair.picture_differs,
        following,
    )


def _side(mark: PageMark | None, parts: dict[int, DerivedPart]) -> Side | None:
    if mark is None:
        return None
    part, words = parts.get(mark.number), " ".join(mark.text.split())
    if part is not None:
        return Side(mark.number, link_of(part), part.width, part.height, "")
    return Side(mark.number, "", None, None, f"{words[:SAID]}…" if len(words) > SAID else words)
