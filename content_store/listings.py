"""What stands in a package: a table of names and sizes, kept once and told in the reader's language. Pure.

The text of a file is read once and kept for every reader, so a size stands in it as a number of bytes as well; a door
that shows the table asks `told_in` for the words of its reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

PACKAGES = frozenset({"zip", "scorm", "cmi5", "h5p"})
_HEADINGS = {"vi": ("Tệp", "Kích thước"), "en": ("File", "Size")}
_SIZE = re.compile(r'(<td(?=[^>]* title="([0-9]{1,15})")[^>]*>)[^<]*(?=</td>)')


def size_text(size: int, language: str) -> str:
    """A size as people say it: 184 KB; 2.4 MB, in Vietnamese 2,4 MB."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000)) if size else 0} KB"
    unit, step = ("GB", 1e9) if size >= 1_000_000_000 else ("MB", 1e6)
    said = f"{size / step:.1f}".removesuffix(".0")
    return f"{said.replace('.', ',') if language == 'vi' else said} {unit}"


def write_listing(entries: Iterable[tuple[str, int]], left_out: int) -> str:
    """The table of (name, bytes), and how many more there are."""
    rows = (
        f'<tr><td>{escape(name)}</td><td class="align-right" title="{size}">{size_text(size, "vi")}</td></tr>'
        for name, size in entries
    )
    more = f"<p>+ {left_out}</p>" if left_out else ""
    return f"<table>{_head('vi')}<tbody>{''.join(rows)}</tbody></table>{more}"


def told_in(html: str, language: str) -> str:
    """The same listing in a language; any other HTML stays as it is."""
    head = _head("vi")
    if not html.startswith(f"<table>{head}"):
        return html
    kept = _SIZE.sub(lambda found: found[1] + size_text(int(found[2]), language), html)
    return kept.replace(head, _head(language), 1)


def _head(language: str) -> str:
    name, size = _HEADINGS.get(language, _HEADINGS["en"])
    return f'<thead><tr><th scope="col">{name}</th><th scope="col">{size}</th></tr></thead>'
