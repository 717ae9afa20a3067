"""Bytes of a text file as NFC text, whatever the encoding it was saved in."""

from __future__ import annotations

import codecs
import unicodedata
from pathlib import Path

from content_store.formats.values import Draft, Limits
from content_store.language import guess_language

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13, 27})


def decode_bytes(data: bytes, *, partial: bool = False) -> str | None:
    """The text, or None when the bytes are not text. `partial`: the last character may be cut."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _nfc(data.decode(encoding, errors="ignore" if partial else "replace"))
    if data[:4000].count(0):
        return _utf16_without_mark(data)
    if len(data[:4000].translate(None, _CONTROLS)) < len(data[:4000]) * 0.98:
        return None
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        return _nfc(decoder.decode(data, final=not partial))
    except UnicodeDecodeError:
        return _legacy(data)


def read_text(path: Path, draft: Draft, limits: Limits) -> str:
    """A text file decoded, cut at the limit with a warning."""
    with path.open("rb") as stream:
        data = stream.read(limits.source_bytes + 1)
    cut = len(data) > limits.source_bytes
    if cut:
        draft.warn("text-truncated")
    text = decode_bytes(data[: limits.source_bytes], partial=cut)
    if text is None:
        draft.warn("encoding-unknown")
        text = _nfc(data[: limits.source_bytes].decode("utf-8", errors="replace"))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _utf16_without_mark(data: bytes) -> str | None:
    sample = data[:4000]
    for encoding, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if zeros.count(0) > len(zeros) * 0.6:
            text = data.decode(encoding, errors="ignore")
            return _nfc(text) if "\x00" not in text else None
    return None


def _legacy(data: bytes) -> str:
    """Old Windows encodings: Vietnamese when the result reads as Vietnamese, else Western."""
    vietnamese = _nfc(data.decode("cp1258", errors="replace"))
    if guess_language(vietnamese) == "vi":
        return vietnamese
    return _nfc(data.decode("cp1252", errors="replace"))
