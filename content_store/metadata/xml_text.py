"""Elements of XML with text of strangers in them: what XML cannot hold (control letters) is left out."""

from __future__ import annotations

import re

from lxml import etree

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def legal(text: str) -> str:
    """The text without the letters that no XML document may hold."""
    return _ILLEGAL.sub("", text)


def add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    """Add a child in the parent's own namespace, with text where some is given."""
    space = etree.QName(parent).namespace
    child = etree.SubElement(parent, f"{{{space}}}{name}" if space else name)
    if text is not None:
        child.text = legal(text)
    for key, value in attributes.items():
        child.set(_LANG if key == "lang" else key, legal(value))
    return child


def to_bytes(root: etree._Element) -> bytes:
    """The document in UTF-8, with its declaration."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
