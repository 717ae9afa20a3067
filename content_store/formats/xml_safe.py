"""XML of strangers: no entities, no network, no deep trees; a document that declares entities is refused."""

from __future__ import annotations

import re
from html.entities import html5

from lxml import etree

from content_store.formats.refusals import refusal

_DECLARES = re.compile(rb"<!ENTITY", re.IGNORECASE)
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})


def parse_xml(data: bytes, *, recover: bool = False) -> etree._Element:
    """The root element; raises RefusedFile for entity declarations and broken XML."""
    refuse_entities(data)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise refusal("corrupt") from error
    if root is None:
        raise refusal("corrupt")
    return root


def refuse_entities(data: bytes) -> None:
    """Entities of one's own are only seen in attacks; UTF-16 hides their letters between zeros."""
    if _DECLARES.search(data) or _DECLARES.search(data[: 1 << 20].replace(b"\x00", b"")):
        raise refusal("dangerous")


def parse_xhtml(data: bytes) -> etree._Element:
    """XHTML, whose named characters come from a DTD that is never loaded."""
    text = _NAMED.sub(_character, data.decode("utf-8", errors="replace"))
    text = re.sub(r"\A\ufeff?\s*<\?xml[^>]*\?>", "", text)
    return parse_xml(text.encode(), recover=True)


def local(element: etree._Element) -> str:
    """The tag without its namespace, or without the prefix of a namespace nobody declared."""
    return re.split("[}:]", element.tag)[-1] if isinstance(element.tag, str) else ""


def attribute(element: etree._Element, name: str) -> str | None:
    """The value of an attribute whatever its namespace."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


def find_local(root: etree._Element, name: str) -> list[etree._Element]:
    """All elements of that local name, in document order."""
    return list(root.iter("{*}" + name))


def text_of(element: etree._Element | None) -> str:
    """All text below an element."""
    return "" if element is None else "".join(map(str, element.itertext()))


def without_namespaces(root: etree._Element) -> None:
    """Plain tag names, in place, so that the tree can be written as HTML."""
    for element in root.iter("{*}*"):
        element.tag = str(element.tag).rpartition("}")[2]
    etree.cleanup_namespaces(root)


def _character(named: re.Match[str]) -> str:
    if named[1] in _XML_ENTITIES:
        return named[0]
    return html5.get(f"{named[1]};", "")
