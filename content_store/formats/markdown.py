"""Markdown: front matter, then the same rendering that lessons use."""

from __future__ import annotations

import re
from pathlib import Path

from content_store.book_directives import strip_directives
from content_store.formats.decode import read_text
from content_store.formats.front_matter import split_front_matter
from content_store.formats.sniff import Sniffed
from content_store.formats.values import Draft, Limits
from content_store.markup import cap_html, headings_of, html_to_text, render_markdown

_IMAGE_LINE = re.compile(r"!\[[^\[\]]{0,500}\]\((?!https?:|data:)[^)\s]+")


def read(path: Path, sniffed: Sniffed, limits: Limits) -> Draft:
    """The title is what the front matter states, else the first heading."""
    draft = Draft("markdown", "text/markdown")
    stated, body = split_front_matter(read_text(path, draft, limits))
    if strip_directives(body)[1]:
        draft.warn("directives-removed")
    if _IMAGE_LINE.search(body):
        draft.warn("images-outside")
    shown, rest = _first_part(body, limits.html_bytes)
    if rest:
        draft.warn("html-truncated")
    draft.html = render_markdown(shown)
    draft.text = f"{html_to_text(draft.html)}\n\n{rest}"
    headings = headings_of(cap_html(draft.html, limits.html_bytes)[0])
    draft.title = _first(stated, "title") or (headings[0][2] if headings else None)
    draft.language = _first(stated, "lang", "language")
    draft.authors = [*stated.get("author", []), *stated.get("authors", []), *stated.get("creator", [])]
    draft.rights = _first(stated, "license", "licence", "rights", "copyright")
    return draft


def _first_part(body: str, most: int) -> tuple[str, str]:
    """What can be shown of a very long text, ending at a paragraph, and the rest for search."""
    if len(body) <= most:
        return body, ""
    end = body.rfind("\n\n", 0, most)
    end = end if end > 0 else most
    return body[:end], body[end:]


def _first(stated: dict[str, list[str]], *names: str) -> str | None:
    return next((stated[name][0] for name in names if stated.get(name)), None)
