"""Safe HTML of Markdown, from the content store."""

from content_store.markup import render_markdown, sanitize_html

__all__ = ["render_markdown", "sanitize_html"]
