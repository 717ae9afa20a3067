"""TeX formulas as MathML, so a page shows them without a script.

The converter is a library fed with what people type: any failure shows the TeX itself, never an error.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

from latex2mathml.converter import convert

_LONGEST_TEX = 4_000
_DEEPEST_TEX = 60
_BRACES = re.compile(r"\\.|[{}]")


def tex_to_mathml(tex: str, *, display: bool = False) -> str:
    """The formula as one `<math>` element, or as `<code>` when it cannot be read."""
    return _converted(tex.strip(), display)


@lru_cache(maxsize=2_048)
def _converted(tex: str, display: bool) -> str:
    if not tex or len(tex) > _LONGEST_TEX or _depth(tex) > _DEEPEST_TEX:
        return _as_code(tex)
    try:
        return convert(tex, display="block" if display else "inline")
    except Exception:
        # The library raises a dozen unrelated kinds (IndexError, KeyError, its own) on malformed TeX.
        return _as_code(tex)


def _as_code(tex: str) -> str:
    return f'<code class="language-tex">{escape(tex)}</code>'


def _depth(tex: str) -> int:
    depth = deepest = 0
    for mark in _BRACES.findall(tex):
        if mark == "{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark == "}":
            depth -= 1
    return deepest
