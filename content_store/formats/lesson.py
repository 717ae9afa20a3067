"""A lesson as a file: the blocks a teacher wrote, as they can be put into another lesson; here they are only read.

JSON that begins with `{"benhoc-lesson":1`. Texts are Markdown, questions are shown without saying which answer is right,
and a work of the library is named by its pin and its credit.
"""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

from content_store.formats.decode import read_text
from content_store.formats.refusals import refusal
from content_store.formats.sniff import Sniffed
from content_store.formats.values import Draft, Limits
from content_store.markup import render_markdown

MEDIA_TYPE = "application/vnd.benhoc.lesson+json"
MOST_BLOCKS = 100


def read(path: Path, sniffed: Sniffed, limits: Limits) -> Draft:
    """The title is the lesson's; the page shows its blocks in their order."""
    draft = Draft("lesson", MEDIA_TYPE)
    lesson = parse(read_text(path, draft, limits))
    draft.title = lesson["title"] or None
    draft.html = "".join(map(_block, lesson["activities"]))
    return draft


def parse(text: str) -> dict[str, Any]:
    """The lesson in shape: title, goal, minutes and blocks of kind, title, data, pin, credit. Raises RefusedFile."""
    try:
        found = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        raise refusal("corrupt") from None
    blocks = found.get("activities") if isinstance(found, dict) else None
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise refusal("corrupt")
    minutes = found.get("minutes")
    return {
        "title": _line(found.get("title"), 200),
        "goal": _line(found.get("goal"), 1000),
        "minutes": minutes if isinstance(minutes, int) and 0 < minutes <= 600 else None,
        "activities": [_parse_block(block) for block in blocks[:MOST_BLOCKS]],
    }


def _parse_block(block: dict[str, Any]) -> dict[str, Any]:
    data = block.get("data")
    return {
        "kind": _line(block.get("kind"), 20),
        "title": _line(block.get("title"), 200),
        "data": data if isinstance(data, dict) else {},
        "pin": _line(block.get("pin"), 60) or None,
        "credit": _line(block.get("credit"), 1000),
    }


def _line(value: object, most: int) -> str:
    return " ".join(value.replace("\x00", "").split())[:most] if isinstance(value, str) else ""


def _block(block: dict[str, Any]) -> str:
    head = f"<h2>{escape(block['title'])}</h2>" if block["title"] else ""
    data = block["data"]
    if block["kind"] == "text":
        return head + render_markdown(_words(data.get("markdown")))
    if block["kind"] == "question":
        return head + render_markdown(_words(data.get("prompt"))) + _choices(data.get("choices"))
    note = render_markdown(_words(data.get("note")))
    return f"{head}<blockquote><p>{escape(block['credit'])}</p></blockquote>{note}"


def _choices(choices: object) -> str:
    if not isinstance(choices, list):
        return ""
    texts = [_words(one.get("text")) for one in choices[:20] if isinstance(one, dict)]
    return (
        f"<ul>{''.join(f'<li>{render_markdown(text)}</li>' for text in texts if text)}</ul>" if texts else ""
    )


def _words(value: object) -> str:
    return value[:60_000] if isinstance(value, str) else ""
