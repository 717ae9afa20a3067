"""What DOCX and PPTX share: checked parts, relationships, properties, embedded pictures."""

from __future__ import annotations

import base64
import posixpath
import re

from lxml import etree

from content_store.formats.archives import Archive
from content_store.formats.pictures import thumbnail_of
from content_store.formats.values import Draft, Limits
from content_store.formats.xml_safe import local, parse_xml, refuse_entities, text_of

_PICTURES_BYTES = 500_000
_LICENSE_NAMES = frozenset({"license", "licence", "rights", "copyright", "giấy phép", "bản quyền"})


def check_parts(archive: Archive) -> None:
    """Refuse entities in any XML part before a library sees the file."""
    for name in archive.names:
        if name.endswith((".xml", ".rels")):
            refuse_entities(archive.read(name))


def read_properties(archive: Archive, draft: Draft) -> None:
    """Title, authors, language and rights from `docProps/`."""
    if "docProps/core.xml" in archive:
        for element in parse_xml(archive.read("docProps/core.xml")):
            name, value = local(element), text_of(element)
            if name == "title":
                draft.title = value
            elif name == "creator":
                draft.authors = re.split(r"\s*;\s*", value)
            elif name == "language":
                draft.language = value
            elif name == "rights":
                draft.rights = value
    if "docProps/custom.xml" in archive:
        for element in parse_xml(archive.read("docProps/custom.xml")):
            if str(element.get("name", "")).lower() in _LICENSE_NAMES:
                draft.rights = text_of(element)


def relationships(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Relationship id → (last word of its type, part name or outside address)."""
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    if rels not in archive:
        return {}
    found = {}
    for relation in parse_xml(archive.read(rels)):
        kind = str(relation.get("Type", "")).rpartition("/")[2]
        target = str(relation.get("Target", ""))
        if relation.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join(folder, target)).lstrip("/")
        found[str(relation.get("Id", ""))] = (kind, target)
    return found


def part_xml(archive: Archive, name: str) -> etree._Element:
    """The parsed part."""
    return parse_xml(archive.read(name))


class EmbeddedPictures:
    """Pictures as small `data:` addresses, as long as the budget of one document lasts."""

    def __init__(self, limits: Limits) -> None:
        """Start with the whole budget."""
        self._limits = limits
        self._left = _PICTURES_BYTES
        self.first: bytes | None = None
        self.left_out = False

    def address(self, data: bytes) -> str:
        """A `data:` address, or '' when it is unreadable or there is no room (the alt text then stands)."""
        small = thumbnail_of(data, self._limits)
        if small is None or len(small) > self._left:
            self.left_out = True
            return ""
        self.first = self.first or small
        self._left -= len(small)
        return "data:image/webp;base64," + base64.b64encode(small).decode()
