"""The front matter of a Markdown file: the few YAML shapes people write there, nothing more.

`key: value`, `key: [a, b]` and a list of `- a` lines. A full YAML reader would bring anchors that unfold
without end, for nothing that is used here.
"""

from __future__ import annotations

import re

_KEY = re.compile(r"([A-Za-z][\w -]{0,60}?)\s*:(?:\s+(.*))?$")
_ITEM = re.compile(r"\s*-\s+(?:name:\s*)?(.+)$")
_MOST_LINES = 200


def split_front_matter(text: str) -> tuple[dict[str, list[str]], str]:
    """(values by lower-case key, the rest of the text)."""
    lines = text.split("\n")
    if lines[0].strip("\ufeff ") != "---":
        return {}, text
    for number, line in enumerate(lines[1:_MOST_LINES], 1):
        if line.rstrip() in {"---", "..."}:
            return _values(lines[1:number]), "\n".join(lines[number + 1 :])
    return {}, text


def _values(lines: list[str]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    current = ""
    for line in lines:
        if (key := _KEY.match(line)) is not None:
            current = key[1].lower()
            values[current] = _listed(key[2] or "")
        elif (item := _ITEM.match(line)) is not None and current:
            values[current].append(_bare(item[1]))
    return values


def _listed(value: str) -> list[str]:
    inner = value.strip()
    if inner.startswith("[") and inner.endswith("]"):
        return [part for part in map(_bare, inner[1:-1].split(",")) if part]
    return [_bare(inner)] if inner and inner not in {"|", ">"} else []


def _bare(value: str) -> str:
    return value.strip().strip("\"'").strip()
