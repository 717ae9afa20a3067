"""SVG: a picture that could be a program, so anything active refuses it."""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree

from content_store.formats.refusals import refusal
from content_store.formats.sniff import Sniffed
from content_store.formats.values import Draft, Limits
from content_store.formats.xml_safe import attribute, find_local, local, parse_xml, text_of

_ADDRESSES = frozenset({"href", "src", "to", "from", "by", "values", "style", "data"})
_ACTIVE_ELEMENTS = frozenset({"script", "iframe", "object", "embed", "handler", "listener"})
_LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(px|pt|mm|cm|in)?\s*\Z")
_PIXELS = {"px": 1.0, "pt": 4 / 3, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
_SPACES = re.compile(r"[\s\x00-\x20\u200b-\u200f\ufeff]+")
_SCRIPT = re.compile(r"(?:java|vb|live)script:", re.IGNORECASE)
_UNSAFE_DATA = re.compile(r"data:(?!image/|font/|application/(?:x-)?font)", re.IGNORECASE)
_LARGEST_PX = 1_000_000


def read(path: Path, sniffed: Sniffed, limits: Limits) -> Draft:
    """Size, title and words of a drawing without scripts."""
    draft = Draft("image", "image/svg+xml")
    with path.open("rb") as stream:
        data = stream.read(limits.source_bytes + 1)
    if len(data) > limits.source_bytes:
        raise refusal("too-big-inside")
    root = parse_xml(data)
    _check(root, draft)
    _read_size(root, draft)
    titles = [text_of(child) for child in root if local(child) == "title"]
    draft.title = titles[0] if titles else None
    draft.authors = [text_of(name) for name in find_local(root, "creator")][:5]
    licenses = [attribute(found, "resource") or text_of(found) for found in find_local(root, "license")]
    draft.rights = next(filter(None, licenses), None) or next(map(text_of, find_local(root, "rights")), None)
    words = [text_of(found) for name in ("title", "desc", "text") for found in find_local(root, name)]
    draft.text = "\n".join(filter(str.strip, words))
    return draft


def _check(root: etree._Element, draft: Draft) -> None:
    for element in root.iter("*"):
        name = local(element).lower()
        styled = _SPACES.sub("", text_of(element)) if name == "style" else ""
        if name in _ACTIVE_ELEMENTS or _SCRIPT.search(styled):
            raise refusal("dangerous", element=name)
        if name == "foreignobject":
            draft.warn("active-content")
        for key, value in element.attrib.items():
            plain = str(key).rpartition("}")[2].lower()
            if _runs(name, plain, _SPACES.sub("", str(value))):
                raise refusal("dangerous", element=name)
            if (
                plain == "href"
                and not str(value).startswith(("#", "data:image/"))
                and name in {"image", "use"}
            ):
                draft.warn("images-outside")


def _runs(element: str, key: str, value: str) -> bool:
    """Whether an attribute is a program or, animated, becomes one."""
    if key.startswith("on") or _SCRIPT.match(value):
        return True
    if key == "attributename":
        return value.rpartition(":")[2].lower().startswith("on")
    if key not in _ADDRESSES:
        return False
    leads = key == "href" and element in {"a", "use"} and value.lower().startswith("data:")
    return leads or bool(_SCRIPT.search(value) or _UNSAFE_DATA.match(value))


def _read_size(root: etree._Element, draft: Draft) -> None:
    width, height = _pixels(root.get("width")), _pixels(root.get("height"))
    box = re.split(r"[\s,]+", str(root.get("viewBox", "")).strip())
    if (not width or not height) and len(box) == 4:
        width, height = _pixels(box[2]), _pixels(box[3])
    draft.width, draft.height = width, height


def _pixels(value: str | None) -> int | None:
    found = _LENGTH.match(value or "")
    pixels = float(found[1]) * _PIXELS[found[2] or "px"] if found else 0.0
    return round(pixels) if found and pixels <= _LARGEST_PX else None
