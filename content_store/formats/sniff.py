"""Decide what a file is by its bytes; the name only chooses among kinds of text.

Programs are refused here, whatever they are called. What nothing recognizes is 'other': kept, offered
for download, never shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePath

import puremagic

from content_store.formats import sniff_ole
from content_store.formats.decode import decode_bytes
from content_store.formats.refusals import refusal
from content_store.formats.sniff_zip import sniff_zip
from content_store.formats.values import Limits

HEAD = 64 << 10
_PROGRAMS = (b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe")
_MORE_PROGRAMS = (b"\xca\xfe\xba\xbe", b"dex\n03", b"\x4c\x00\x00\x00\x01\x14\x02\x00", b"\x00asm")
_PROGRAM_NAMES = frozenset(
    [
        ".apk",
        ".app",
        ".bat",
        ".cmd",
        ".com",
        ".cpl",
        ".dll",
        ".exe",
        ".hta",
        ".jar",
        ".lnk",
        ".msi",
        ".pif",
        ".ps1",
        ".reg",
        ".scr",
        ".vbe",
        ".vbs",
        ".wsf",
    ]
)
_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image", "image/png"),
    (b"\xff\xd8\xff", "image", "image/jpeg"),
    (b"GIF87a", "image", "image/gif"),
    (b"GIF89a", "image", "image/gif"),
    (b"II*\x00", "image", "image/tiff"),
    (b"MM\x00*", "image", "image/tiff"),
    (b"fLaC", "audio", "audio/flac"),
    (b"ID3", "audio", "audio/mpeg"),
)
_SUBTYPES = {
    b"WEBP": ("image", "image/webp"),
    b"WAVE": ("audio", "audio/wav"),
    b"AVI ": ("other", "video/x-msvideo"),
}
_AUDIO_BRANDS = (b"M4A ", b"M4B ", b"M4P ")
_NAMES: dict[str, tuple[str, str]] = {
    ".md": ("markdown", "text/markdown"),
    ".markdown": ("markdown", "text/markdown"),
    ".rmd": ("markdown", "text/markdown"),
    ".qmd": ("markdown", "text/markdown"),
    ".csv": ("csv", "text/csv"),
    ".tsv": ("csv", "text/tab-separated-values"),
    ".htm": ("html", "text/html"),
    ".html": ("html", "text/html"),
    ".xhtml": ("html", "text/html"),
}
_BEFORE_ROOT = re.compile(r"\s+|<\?[^>]*>|<!--.*?-->", re.DOTALL)
_SVG = re.compile(r"<(?:!DOCTYPE\s+svg|svg)\b")
_HTML = re.compile(r"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_SRT = re.compile(r"\A\s*\d+[^\S\n]*\n\s*\d{1,3}:\d\d:\d\d[,.]\d{1,3}\s+-->\s+\d{1,3}:\d\d")
_READERS = {"image": "image", "svg": "svg", "epub": "epub", "odt": "odt", "html": "web", "csv": "table"}
_READERS |= {"markdown": "markdown", "captions": "captions", "pdf": "pdf", "docx": "word", "pptx": "slides"}
_READERS |= {"audio": "audio", "video": "video", "text": "plain", "other": "other", "lesson": "lesson"}
_READERS |= dict.fromkeys(("zip", "scorm", "cmi5", "h5p"), "package")
_FAMILIES = {
    ".pdf": "pdf", ".docx": "docx", ".pptx": "pptx", ".odt": "odt", ".epub": "epub", ".png": "image",
    ".jpg": "image", ".jpeg": "image", ".gif": "image", ".webp": "image", ".mp4": "video", ".mp3": "audio",
    ".wav": "audio", ".svg": "image", ".vtt": "captions", ".srt": "captions",
}  # fmt: skip

_TEXT_NAMES = frozenset({".svg", ".vtt", ".srt"})
_TEXTS = frozenset({"text", "markdown", "csv", "html", "captions"})


@dataclass(frozen=True)
class Sniffed:
    """The format, its media type, the module that reads it, and the name as a hint."""

    format: str
    media_type: str
    reader: str
    filename: str
    warnings: tuple[str, ...] = ()


def sniff(path: Path, filename: str, limits: Limits) -> Sniffed:
    """Name the format, or refuse a program."""
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if not head:
        raise refusal("empty")
    suffix = PurePath(filename.lower()).suffix
    refuse_programs(head, suffix)
    name, media_type, warnings = _sniffed(path, head, suffix, limits)
    expected = _FAMILIES.get(suffix)
    if expected and suffix not in _TEXT_NAMES and name in _TEXTS:
        raise refusal("only-text")
    if expected and expected != name:
        warnings = (*warnings, "name-disagrees")
    reader = "svg" if media_type == "image/svg+xml" else _READERS[name]
    return Sniffed(name, media_type, reader, filename, warnings)


def refuse_programs(head: bytes, suffix: str) -> None:
    """Refuse what a machine would run, by its first bytes or its name."""
    windows = head[:2] == b"MZ" and (b"PE\x00\x00" in head[:4096] or b"\x00" in head[:64])
    if windows or head.startswith(_PROGRAMS + _MORE_PROGRAMS) or suffix in _PROGRAM_NAMES:
        raise refusal("dangerous")


def _sniffed(path: Path, head: bytes, suffix: str, limits: Limits) -> tuple[str, str, tuple[str, ...]]:
    """(format, media type, warnings)."""
    if b"%PDF-" in head[:1024]:
        return "pdf", "application/pdf", ()
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return sniff_zip(path, limits)
    if head.startswith(sniff_ole.MAGIC):
        return "other", *sniff_ole.sniff_ole(path, suffix)
    return *(_media(head) or _text(head, suffix) or ("other", _puremagic(head))), ()


def _media(head: bytes) -> tuple[str, str] | None:
    for magic, name, media_type in _MAGIC:
        if head.startswith(magic):
            return name, media_type
    if head.startswith(b"RIFF") and head[8:12] in _SUBTYPES:
        return _SUBTYPES[head[8:12]]
    if head.startswith(b"BM") and head[6:10] == b"\x00\x00\x00\x00":
        return "image", "image/bmp"
    if head.startswith(b"OggS"):
        return ("video", "video/ogg") if b"\x80theora" in head[:512] else ("audio", "audio/ogg")
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return ("video", "video/webm") if b"webm" in head[:64] else ("video", "video/x-matroska")
    if head[4:8] == b"ftyp":
        return _iso_media(head)
    if head[0] == 0xFF and len(head) > 3 and head[1] & 0xE0 == 0xE0 and head[1] & 0x06 == 0x02:
        return "audio", "audio/mpeg"
    return None


def _iso_media(head: bytes) -> tuple[str, str]:
    brand = head[8:12]
    if brand in _AUDIO_BRANDS:
        return "audio", "audio/mp4"
    if brand in (b"avif", b"heic", b"heix", b"mif1"):
        return "other", "image/avif" if brand == b"avif" else "image/heic"
    return "video", "video/quicktime" if brand == b"qt  " else "video/mp4"


def _text(head: bytes, suffix: str) -> tuple[str, str] | None:
    decoded = decode_bytes(head, partial=len(head) == HEAD)
    if decoded is None:
        return None
    start = decoded.lstrip("\ufeff")
    if start.startswith('{"benhoc-lesson":1'):
        return "lesson", "application/vnd.benhoc.lesson+json"
    if start.startswith("WEBVTT"):
        return "captions", "text/vtt"
    if _SRT.match(start.replace("\r", "")):
        return "captions", "application/x-subrip"
    root = _root(start)
    if _SVG.match(start, root):
        return "image", "image/svg+xml"
    if _HTML.match(start, root):
        return "html", "text/html"
    return _NAMES.get(suffix, ("text", "text/plain"))


def _root(text: str) -> int:
    """Where the first thing stands that is no space, comment or instruction."""
    place = 0
    while found := _BEFORE_ROOT.match(text, place):
        place = found.end()
    return place


def _puremagic(head: bytes) -> str:
    try:
        return puremagic.from_string(head, mime=True) or "application/octet-stream"
    except (puremagic.PureError, ValueError):
        return "application/octet-stream"
