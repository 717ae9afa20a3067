"""What DOCX, PPTX and XLSX share: checked parts, relationships, properties."""

from __future__ import annotations

import posixpath
import re

from lxml import etree

from content_store.formats.archives import Archive
from content_store.formats.values import Draft
from content_store.formats.xml_safe import local, parse_xml, refuse_entities, text_of

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
