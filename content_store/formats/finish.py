"""Make every draft an Inspection by the same rules: NFC, capped, titled, language and license guessed."""

from __future__ import annotations

import re
from pathlib import PurePath

from content_store.formats.licenses import recognize_license
from content_store.formats.values import Draft, Inspection, Limits, Passage
from content_store.language import guess_language
from content_store.markup import cap_html, headings_of, html_to_text, sanitize_html, tidy_text

_LONGEST_LINE = 500
_LARGEST = 1_000_000_000
_LONGEST_S = 1_000_000
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_MOST_OUTLINE = 300
_MOST_PASSAGES = 3_000
_MOST_AUTHORS = 50
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*\Z")
_NOT_A_TITLE = re.compile(
    r"(?:untitled|document\d*|title|microsoft (?:word|powerpoint)\b.*|powerpoint presentation|slide \d+)\Z",
    re.IGNORECASE,
)


def finish(draft: Draft, filename: str, limits: Limits) -> Inspection:
    """The frozen result. HTML is sanitized here, once, whatever the reader did."""
    html = _finished_html(draft, limits)
    text = tidy_text(draft.text) if draft.text else html_to_text(html or "")
    text = _capped(text, limits.text_bytes, draft)
    rights = _line(draft.rights)
    return Inspection(
        format=draft.format,
        media_type=draft.media_type,
        title=_title(draft, filename),
        language=_language(draft.language) or guess_language(text),
        authors=tuple(dict.fromkeys(filter(None, map(_line, draft.authors))))[:_MOST_AUTHORS],
        rights=rights,
        license_id=draft.license_id or recognize_license(rights),
        text=text,
        passages=_passages(draft, limits),
        reading_html=html,
        outline=tuple(filter(None, map(_line, draft.outline)))[:_MOST_OUTLINE],
        pages=_size(draft.pages),
        duration_s=_duration(draft.duration_s),
        width=_size(draft.width),
        height=_size(draft.height),
        preview=draft.preview,
        warnings=tuple(draft.warnings),
    )


def _finished_html(draft: Draft, limits: Limits) -> str | None:
    if draft.html is None:
        return None
    html, cut = cap_html(sanitize_html(draft.html), limits.html_bytes)
    if cut:
        draft.warn("html-truncated")
    if not draft.outline:
        draft.outline = [words for _, _, words in headings_of(html)]
    if not draft.passages:
        draft.passages = sections(html)
    return html


def sections(html: str) -> list[Passage]:
    """Sanitized HTML cut at its headings: 'section 1' is what stands before or under the first one."""
    pieces = re.split(r"(?=<h[1-3] )", html)
    texts = [html_to_text(piece) for piece in pieces]
    return [Passage(f"section {number}", text) for number, text in enumerate(filter(None, texts), 1)]


def _passages(draft: Draft, limits: Limits) -> tuple[Passage, ...]:
    """Together no longer than the text may be, so that a result stays small."""
    kept: list[Passage] = []
    left = limits.text_bytes
    for passage in draft.passages[:_MOST_PASSAGES]:
        text = tidy_text(passage.text)
        if left <= 0:
            draft.warn("text-truncated")
            break
        if text:
            kept.append(Passage(passage.locator, _cut(text, left)))
            left -= len(text.encode())
    return tuple(kept)


def _capped(text: str, most_bytes: int, draft: Draft) -> str:
    capped = _cut(text, most_bytes)
    if len(capped) < len(text):
        draft.warn("text-truncated")
    return capped


def _cut(text: str, most_bytes: int) -> str:
    return text.encode()[:most_bytes].decode(errors="ignore")


def _line(value: str | None) -> str | None:
    """One tidy line that reads in the order it is spelled, or None."""
    return " ".join(_UNSEEN.sub(" ", tidy_text(value or "")).split())[:_LONGEST_LINE].strip() or None


def _size(value: int | None) -> int | None:
    """A number of pages or pixels that a file may have, or None."""
    return value if value is not None and 0 <= value <= _LARGEST else None


def _duration(value: float | None) -> float | None:
    """Seconds, or None for what no recording lasts."""
    return value if value is not None and 0 <= value <= _LONGEST_S else None


def _title(draft: Draft, filename: str) -> str | None:
    stated = _line(draft.title)
    if stated and not _NOT_A_TITLE.match(stated):
        return stated
    return _line(re.sub(r"[-_.\s]+", " ", PurePath(filename.replace("\\", "/")).stem))


def _language(stated: str | None) -> str | None:
    value = (stated or "").strip()
    if not _LANGUAGE.match(value) or value.lower() in {"und", "mul", "zxx", "x-none"}:
        return None
    first = re.split("[-_]", value)[0].lower()
    return {"vie": "vi", "eng": "en"}.get(first, first)
