"""What lessons show in place of whole files: pictures as wide as the screen, pages, a light film, the shape of a sound.

What was made of a file never changes, so it is read once for each pinned version and kept in this process; addresses
are signed anew for every page. Ask `lms.library.recall` first whether the version was withdrawn.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock

from content_store import deriving
from content_store.deriving import DerivedPart
from content_store.models import Derivative
from lms.core.db import db
from lms.library.queries import file_link, find_link
from lms.library.values import PinnedItem

MOST_PAGES, WIDEST = 60, 1600
KINDS = (
    "w480",
    "w960",
    "w1600",
    "light",
    "wave",
    *(f"page-{number:04}" for number in range(1, MOST_PAGES + 1)),
)
_KEPT = 512
_kept: OrderedDict[str, tuple[DerivedPart, ...]] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, slots=True)
class PagePicture:
    """One page of a document as a picture."""

    number: int
    url: str
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True)
class Lighter:
    """Signed addresses of what was made of an item's main file; all of it may be missing."""

    srcset: str = ""
    light_url: str | None = None
    light_size: int = 0
    wave_url: str | None = None
    pages: Sequence[PagePicture] = ()


def lighter_of(item: PinnedItem) -> Lighter:
    """Return what may be shown in place of an item's whole file; nothing where nothing was made (yet)."""
    main = item.find_file("main")
    if main is None or item.format not in deriving.FORMATS:
        return Lighter()
    parts = {part.kind: part for part in parts_of(item.pin, main.sha256)}
    light, wave = parts.get("light"), parts.get("wave")
    return Lighter(
        srcset=_srcset(item, parts.values()),
        light_url=link_of(light) if light else None,
        light_size=light.size if light else 0,
        wave_url=link_of(wave) if wave else None,
        pages=[
            PagePicture(int(kind[5:]), link_of(part), part.width, part.height)
            for kind, part in sorted(parts.items())
            if kind.startswith("page-")
        ],
    )


def _srcset(item: PinnedItem, parts: Iterable[DerivedPart]) -> str:
    """The widths that were made; the file itself where it is the widest and was not worth making smaller."""
    pictures = sorted(
        ((part.width, part) for part in parts if part.kind[1:].isdigit() and part.width),
        key=lambda pair: pair[0],
    )
    if not pictures:
        return ""
    found = [f"{link_of(part)} {width}w" for width, part in pictures]
    widest, main = pictures[-1][0], find_link(item)
    if widest < WIDEST and main and (item.width or 0) > widest:
        found.append(f"{main} {item.width}w")
    return ", ".join(found)


def link_of(part: DerivedPart) -> str:
    """Return a signed address of something derived."""
    assert part.sha256 is not None
    return file_link(Derivative(part.sha256, part.filename, part.media_type))


def parts_of(pin: str, source: str) -> Sequence[DerivedPart]:
    """Return what was made of the main file of a pinned version: a question to the database the first time only."""
    with _lock:
        if pin in _kept:
            _kept.move_to_end(pin)
            return _kept[pin]
    found = deriving.list_derived_parts(db.session(), source, kinds=KINDS)
    parts = tuple(part for part in found if part.sha256 is not None)
    if len(parts) < len(found):  # all that can be made was made
        with _lock:
            _kept[pin] = parts
            while len(_kept) > _KEPT:
                _kept.popitem(last=False)
    return parts
