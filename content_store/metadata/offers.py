"""What a record of another library offers: the license that it names, and the addresses at which the work may lie.

A license counts only where all that is said of rights names one and the same: a wrong license is worse than none.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree

from content_store.formats.licenses import recognize_license
from content_store.formats.xml_safe import find_local, local, text_of
from content_store.rights import get_license

MOST = 5
_FILES: tuple[str, ...] = tuple(
    f".{ending}"
    for ending in [
        "pdf",
        "docx",
        "pptx",
        "xlsx",
        "odt",
        "odp",
        "epub",
        "md",
        "txt",
        "csv",
        "zip",
        "h5p",
        "png",
        "jpg",
        "jpeg",
        "webp",
        "svg",
        "mp3",
        "m4a",
        "ogg",
        "mp4",
        "webm",
        "vtt",
        "srt",
    ]
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A work that anyone may pass on: under which license, and where it may be found, the likeliest address first."""

    license_id: str
    addresses: tuple[str, ...]


def read_offer(root: etree._Element) -> Offer | None:
    """The offer of a record in Dublin Core or LOM; None where its license lets nobody keep a copy for others."""
    said = _texts(root, "rights")
    named = {found for text in said if (found := recognize_license(text))}
    if len(named) != 1:
        return None
    license = get_license(next(iter(named)))
    if not license.open or license.link_only or license.sector_only:
        return None
    addresses = dict.fromkeys(
        text
        for element in _named_places(root)
        if (text := text_of(element).strip()).startswith(("https://", "http://")) and len(text) <= 2000
        if " " not in text
    )
    likely = sorted(addresses, key=lambda one: not urlsplit(one).path.lower().endswith(_FILES))
    return Offer(license.id, tuple(likely[:MOST])) if likely else None


def _named_places(root: etree._Element) -> list[etree._Element]:
    """Where the work itself is said to be; never what it comes from or belongs to, which has a license of its own."""
    if local(root) != "lom":
        return [child for child in root if local(child) == "identifier"]
    return [
        child for part in root if local(part) == "technical" for child in part if local(child) == "location"
    ]


def _texts(root: etree._Element, name: str) -> list[str]:
    """What elements of this name say: all of Dublin Core's, or the whole of LOM's one."""
    return [text for element in find_local(root, name) if (text := " ".join(text_of(element).split()))]
