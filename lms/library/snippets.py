"""Passages of a search as people read them: no file names, no dotted leaders, no runs of rules, only what is a sentence.

Pure; what the index found stays marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from content_store.search import Fragment

FEWEST_WORDS = 3
_FILE_NAME = re.compile(
    r"\S+\.(?:png|jpe?g|gif|svg|webp|txt|md|html?|xhtml|csv|pdf|docx?|pptx?|xlsx?|od[tps]|epub"
    r"|mp[34]|wav|ogg|webm|vtt|srt|zip|css|js|json|xml)\b",
    re.IGNORECASE,
)
_LEADER = re.compile(r"(?:[._·…]\s?){4,}|(?:[-–—=*•~]\s?){3,}")
_WORD = re.compile(r"\w+")


def clean_passages(passages: Iterable[Fragment]) -> tuple[Fragment, ...]:
    """Return the passages worth reading, cleaned; those with nothing left but a few words are dropped."""
    cleaned = (clean_passage(passage) for passage in passages)
    return tuple(one for one in cleaned if len(_WORD.findall(one.text)) >= FEWEST_WORDS)


def clean_passage(passage: Fragment) -> Fragment:
    """Return a passage without file names and leaders; the marks stay on the letters they stood on."""
    text = passage.text
    keep = [True] * len(text)
    for pattern in (_FILE_NAME, _LEADER):
        for found in pattern.finditer(text):
            keep[found.start() : found.end()] = [False] * (found.end() - found.start())
    marks = [is_match for part, is_match in passage.parts for _letter in part]
    kept: list[tuple[str, bool]] = []
    for letter, is_kept, is_match in zip(text, keep, marks, strict=True):
        letter, is_match = (
            (letter, is_match) if is_kept and not letter.isspace() else (" ", is_kept and is_match)
        )
        if letter != " " or (kept and kept[-1][0] != " "):
            kept.append((letter, is_match))
    return Fragment(_join(kept), passage.place)


def _join(letters: list[tuple[str, bool]]) -> tuple[tuple[str, bool], ...]:
    parts: list[tuple[str, bool]] = []
    for letter, is_match in letters:
        if parts and parts[-1][1] == is_match:
            parts[-1] = (parts[-1][0] + letter, is_match)
        else:
            parts.append((letter, is_match))
    return tuple(parts)
