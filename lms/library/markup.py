"""Safe HTML of Markdown, from the content store, and its headings below the title of our own page."""

from __future__ import annotations

import re

from content_store.markup import render_markdown, sanitize_html

__all__ = ["below_title", "render_markdown", "sanitize_html"]
_HEADING = re.compile(r"(</?h)([1-5])(?=[\s>])")


def below_title(html: str) -> str:
    """Return sanitized HTML whose first headings are h2, since a page has one h1: its title (WCAG 2.2, 1.3.1)."""
    return _HEADING.sub(_one_lower, html) if "<h1" in html else html


def _one_lower(found: re.Match[str]) -> str:
    return f"{found[1]}{int(found[2]) + 1}"
