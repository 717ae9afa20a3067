"""Plain text: shown as it is, paragraph by paragraph."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path, PurePath

from content_store.formats.decode import read_text
from content_store.formats.sniff import Sniffed
from content_store.formats.values import Draft, Limits

_CODE = {".py": "python", ".js": "javascript", ".c": "c", ".cpp": "cpp", ".java": "java", ".json": "json"}
_CODE |= {
    ".sql": "sql",
    ".css": "css",
    ".xml": "xml",
    ".yml": "yaml",
    ".yaml": "yaml",
    ".tex": "tex",
    ".r": "r",
}
_CODE |= {".sh": "bash", ".ipynb": "json", ".pas": "pascal"}


def read(path: Path, sniffed: Sniffed, limits: Limits) -> Draft:
    """Program text keeps its lines; prose becomes paragraphs."""
    draft = Draft("text", "text/plain")
    draft.text = read_text(path, draft, limits)
    language = _CODE.get(PurePath(sniffed.filename.lower()).suffix)
    if language:
        draft.html = f'<pre><code class="language-{language}">{escape(draft.text)}</code></pre>'
        return draft
    paragraphs = filter(str.strip, re.split(r"\n\s*\n", draft.text[: limits.html_bytes]))
    draft.html = "".join(f"<p>{escape(words.strip()).replace(chr(10), '<br>')}</p>" for words in paragraphs)
    return draft
