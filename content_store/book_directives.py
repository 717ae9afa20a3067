"""Take the directives of book systems (d2l, MyST, Pandoc divs, Jekyll) out of Markdown.

Such marks mean nothing to a reader: labels vanish, references become the words they point to, boxes
become `<div class="callout ...">`. Code fences are left alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from operator import itemgetter

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$")
_INPUT_FENCE = re.compile(r"^\{\s*\.([\w+-]+)(?![\w+-])[^}]*\}$")
_MYST_FENCE = re.compile(r"^\{([\w:-]+)\}\s*(.*)$")
_DIV = re.compile(r"^ {0,3}:{3,}")
_DIV_NAME = re.compile(r"[.#]?([\w-]+)")
_TAB = re.compile(r"^\s*:(begin_tab|end_tab):(?:`([^`]*)`)?\s*$")
_ROLE = re.compile(r":(label|eqlabel|width|height|cite|citet|citep|numref|eqref|ref):`([^`\n]{0,200})`")
_MYST_ROLE = re.compile(r"\{([a-z][\w:-]*)\}`([^`]+)`")
_SLIDE_MARK = re.compile(r"(?:\[\*\*|\(\*\*)(.{1,600}?)(?:\*\*\]|\*\*\))", re.DOTALL)
_ATTRIBUTES = re.compile(r"(!?\[[^\[\]\n]{0,500}\]\([^()\n]{0,500}\))\{[^}\n]{0,500}\}")
_JEKYLL = re.compile(r"^\s*(?:\{:[^}]*\}|\{%.*%\}|:(?:maxdepth|width|height):.*)\s*$")
_HEADING = re.compile(r"^ {0,3}#{1,6}\s(.*)$")
_CODE_START = re.compile(r"`{3,}|~{3,}")
_CODE_END = re.compile(r"(?:`{3,}|~{3,})\s*\Z")
_IMAGE = re.compile(r"!\[([^\[\]]{0,500})\]\(")
_BOXES = frozenset(
    [
        "note",
        "warning",
        "tip",
        "important",
        "hint",
        "caution",
        "danger",
        "admonition",
        "seealso",
        "exercise",
        "solution",
        "dropdown",
    ]
)
_CODE_BLOCKS = frozenset({"code", "code-block", "code-cell", "sourcecode"})
_FOLDED = frozenset({"solution", "hint", "dropdown"})
_UNKNOWN = "…"
_LEFT_OVER = re.compile(
    r":(label|eqlabel|width|height|cite|numref|eqref|ref|begin_tab|end_tab):"
    r"(?:\s?(?:<code>|<em>)?`?[\w:.-]+`?(?:</code>|</em>)?)?"
)


@dataclass
class _Pass:
    """One walk over the lines."""

    labels: dict[str, str]
    out: list[str] = field(default_factory=list)
    divs: list[str] = field(default_factory=list)
    fence: str | None = None
    box: str | None = None
    found: bool = False


def strip_directives(text: str) -> tuple[str, bool]:
    """The Markdown without book directives, and whether there were any."""
    lines = text.split("\n")
    walk = _Pass(labels=_labels(lines))
    for line in lines:
        _take(line, walk)
    walk.out.extend(_closing(name) for name in reversed(walk.divs))
    stripped = "\n".join(walk.out)
    if walk.found:
        stripped = _outside_code(stripped)
    return stripped, walk.found


def _take(line: str, walk: _Pass) -> None:
    fence = _FENCE.match(line)
    if walk.fence is not None:
        if fence and fence[1].startswith(walk.fence) and not fence[2].strip():
            walk.out.append(_closing(walk.box) if walk.box else line)
            walk.fence = walk.box = None
        elif not (walk.box and line.lstrip().startswith(":class:")):
            walk.out.append(line)
        return
    if fence:
        _open_fence(fence, line, walk)
        return
    _take_prose(line, walk)


def _open_fence(fence: re.Match[str], line: str, walk: _Pass) -> None:
    marks, info = fence[1], fence[2].strip()
    walk.fence = marks
    walk.out.append(line)
    if plain := _INPUT_FENCE.match(info):
        walk.found = True
        walk.out[-1] = f"{marks}{plain[1]}"
    elif myst := _MYST_FENCE.match(info):
        walk.found = True
        name, rest = myst[1].lower(), myst[2]
        if name in _CODE_BLOCKS:
            walk.out[-1] = f"{marks}{rest.split(' ')[0]}"
        elif name == "math":
            walk.out[-1] = f"{marks}math"
        elif name in _BOXES:
            walk.box = name
            walk.out[-1] = _opening(name, rest)
        else:
            walk.out[-1] = marks


def _take_prose(line: str, walk: _Pass) -> None:
    if (div := _div_name(line)) is not None:
        walk.found = True
        if div:
            walk.divs.append(div.lower())
            walk.out.append(_opening(walk.divs[-1], ""))
        elif walk.divs:
            walk.out.append(_closing(walk.divs.pop()))
    elif (tab := _TAB.match(line)) is not None:
        walk.found = True
        walk.out.append(f"\n**{tab[2]}**\n" if tab[1] == "begin_tab" and tab[2] else "")
    elif _JEKYLL.match(line):
        walk.found = True
    else:
        walk.out.append(_without_roles(line, walk))


def _div_name(line: str) -> str | None:
    """The name a line of three colons or more opens a box with, '' for one that closes, None for any other line.

    Taken apart by hand: one pattern for all of it costs the cube of a long line.
    """
    if _DIV.match(line) is None:
        return None
    rest = line.strip().strip(":").strip()
    if not rest:
        return ""
    inner = rest.removeprefix("{").removesuffix("}").strip()
    name = None if "}" in inner else _DIV_NAME.match(inner)
    return name[1] if name else None


def _without_roles(line: str, walk: _Pass) -> str:
    changed = _ATTRIBUTES.sub(r"\1", line)
    changed = _ROLE.sub(lambda role: _role_text(role[1], role[2], walk.labels), changed)
    changed = _MYST_ROLE.sub(lambda role: f"${role[2]}$" if role[1] == "math" else role[2], changed)
    walk.found = walk.found or changed != line
    return changed


def _role_text(role: str, target: str, labels: dict[str, str]) -> str:
    if role == "eqlabel":
        return labels.get(target, "")
    if role in {"label", "width", "height", "cite", "citet", "citep"}:
        return ""
    return labels.get(target, f"({_UNKNOWN})" if role == "eqref" else _UNKNOWN)


def _labels(lines: list[str]) -> dict[str, str]:
    """Label → the heading, caption or equation number it stands for."""
    labels: dict[str, str] = {}
    last, equations = "", 0
    for line in lines:
        if heading := _HEADING.match(line):
            last = heading[1].strip().rstrip("#").rstrip()
        elif image := _IMAGE.search(line):
            last = image[1]
        for role in _ROLE.finditer(line):
            if role[1] == "eqlabel":
                equations += 1
                labels[role[2]] = f"({equations})"
            elif role[1] == "label" and last:
                labels[role[2]] = f"“{_ROLE.sub('', last).strip()}”"
    return labels


def _outside_code(text: str) -> str:
    """Drop d2l's slide marks `[**…**]`, but only in a text already known to be such a book."""
    lines = text.split("\n")
    ends = [place for place, line in enumerate(lines) if _CODE_END.match(line)]
    until, inside = 0, []
    for place, line in enumerate(lines):
        if place >= until and _CODE_START.match(line):
            later = bisect_right(ends, place)
            until = ends[later] + 1 if later < len(ends) else until
        inside.append(place < until)
    pieces = []
    for is_code, group in groupby(zip(inside, lines, strict=True), key=itemgetter(0)):
        piece = "\n".join(line for _, line in group)
        pieces.append(piece if is_code else _SLIDE_MARK.sub(r"\1", piece))
    return "\n".join(pieces)


def _opening(name: str, title: str) -> str:
    label = escape(title or name.capitalize())
    if name in _FOLDED:
        return f'\n<details class="callout callout-{name}"><summary>{label}</summary>\n'
    return f'\n<div class="callout callout-{name}">\n'


def _closing(name: str | None) -> str:
    return "\n</details>\n" if name in _FOLDED else "\n</div>\n"


def strip_roles(text: str) -> tuple[str, bool]:
    """Roles left over in text or HTML that an office program made of such a book."""
    stripped = _LEFT_OVER.sub(lambda role: _UNKNOWN if role[1] in {"numref", "eqref", "ref"} else "", text)
    return stripped, stripped != text
