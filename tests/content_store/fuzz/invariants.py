"""What must hold for every file, however it was made: the one list that all fuzz tests assert."""

from __future__ import annotations

import io
import math
import re
import unicodedata
from collections import Counter
from html.parser import HTMLParser

from PIL import Image

from content_store.formats import DEFAULT, Inspection
from content_store.formats.refusals import CODES
from content_store.links import served_disposition
from content_store.markup import sanitize_html
from tests.content_store.fuzz.trial import Outcome

_LARGEST_INT = 2**31 - 1
_MEDIA_TYPE = re.compile(r"[a-z0-9][\w.+-]*/[\w.+-]+")
_RUNS = re.compile(r"html|xml|svg|script|flash|x-shockwave|xul|mhtml|multipart", re.IGNORECASE)
_NEVER = frozenset(
    ["script", "style", "iframe", "object", "embed", "form", "input", "button", "svg", "link", "meta", "base"]
    + ["video", "audio", "source", "template", "annotation-xml", "mglyph", "maction", "frame", "frameset"]
)
_ADDRESSES = frozenset(
    ["src", "href", "action", "formaction", "srcset", "poster", "data", "background", "ping", "xlink:href"]
)
_LINK = re.compile(r"(?:https?://|mailto:|#s-)", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def faults(outcome: Outcome) -> list[str]:
    """What is wrong with an outcome; empty when all holds."""
    if outcome.seen is None:
        return _refusal_faults(outcome)
    found = [*_value_faults(outcome.seen), *page_faults(outcome.seen.reading_html or "")]
    found.extend(_served_faults(outcome.seen.media_type))
    if outcome.seen.preview is not None:
        found.extend(_preview_faults(outcome.seen.preview))
    return found


def _refusal_faults(outcome: Outcome) -> list[str]:
    found = []
    if outcome.code not in CODES:
        found.append(f"a refusal nobody words: {outcome.code}")
    if not outcome.message.endswith("."):
        found.append("a refusal without a sentence")
    if outcome.code == "too-slow":
        found.append("took too long")
    return found


def _value_faults(seen: Inspection) -> list[str]:
    """All of it must fit the columns it goes to, on PostgreSQL too."""
    found = []
    lines = [seen.title, seen.rights, seen.language, *seen.authors, *seen.outline]
    for line in filter(None, lines):
        if (
            "\n" in line
            or _TURNING.search(line)
            or any(unicodedata.category(letter) == "Cc" for letter in line)
        ):
            found.append(f"a line that is not one plain line: {line[:60]!r}")
    texts = [*lines, seen.text, seen.reading_html, *(passage.text for passage in seen.passages)]
    for text in filter(None, [*texts, *(passage.locator for passage in seen.passages)]):
        if "\x00" in text or re.search("[\ud800-\udfff]", text):
            found.append("letters that no database takes")
    for name in ("pages", "width", "height"):
        value = getattr(seen, name)
        if value is not None and not (isinstance(value, int) and 0 <= value <= _LARGEST_INT):
            found.append(f"{name} does not fit: {value!r}")
    length = seen.duration_s
    if length is not None and not (math.isfinite(length) and 0 <= length < 10**7):
        found.append(f"a length nobody believes: {length}")
    if len(seen.text.encode()) > DEFAULT.text_bytes or len(seen.language or "") > 20 or len(seen.format) > 20:
        found.append("too long for its place")
    return found


def _served_faults(media_type: str) -> list[str]:
    found = []
    if not _MEDIA_TYPE.fullmatch(media_type) or len(media_type) > 120:
        found.append(f"no media type: {media_type!r}")
    if _RUNS.search(media_type) and served_disposition(media_type, "inline", sandboxed=False) == "inline":
        found.append(f"{media_type} would open in place")
    return found


def _preview_faults(preview: bytes) -> list[str]:
    with Image.open(io.BytesIO(preview)) as image:
        image.load()
        fits = image.format == "WEBP" and image.width <= DEFAULT.preview_px
        return [] if fits and image.height <= 2 * DEFAULT.preview_px else [f"a preview of {image.size}"]


def page_faults(html: str) -> list[str]:
    """What a page of sanitized HTML has in it that could run or load."""
    walker = _Walker()
    walker.feed(html)
    walker.close()
    if len(html.encode()) > DEFAULT.html_bytes:
        walker.found.append("a page longer than allowed")
    again = _Walker()
    again.feed(sanitize_html(html))
    again.close()
    if again.elements != walker.elements:
        walker.found.append("another parser sees other elements")  # what a second pass drops could run
    return walker.found


class _Walker(HTMLParser):
    """Looks for anything that could run or load; knows nothing of the allow-list that made the page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.elements: Counter[tuple[str, ...]] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Judge one element."""
        self.elements[tag, *(f"{name}={value}" for name, value in sorted(attrs))] += 1
        if tag in _NEVER or ":" in tag:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            allowed = _PICTURE if tag == "img" else _LINK
            if name.startswith("on") or name in {"style", "srcdoc"}:
                self.found.append(f"{name} of <{tag}>")
            elif name in _ADDRESSES and not allowed.match((value or "").strip()):
                self.found.append(f"{name}={value!r:.80} of <{tag}>")

    def handle_comment(self, data: str) -> None:
        """None may be left: they are where parsers disagree."""
        self.found.append("a comment")

    def handle_decl(self, decl: str) -> None:
        """None may be left."""
        self.found.append("a declaration")

    def unknown_decl(self, data: str) -> None:
        """None may be left."""
        self.found.append("a declaration")

    def handle_pi(self, data: str) -> None:
        """None may be left."""
        self.found.append("an instruction")
