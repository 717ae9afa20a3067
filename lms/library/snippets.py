"""Passages of a search as people read them: no file names, no dotted leaders, no runs of rules, only what is a sentence.

Pure; what the index found stays marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from content_store.search import Fragment

FEWEST_WORDS = 3
_FILE_NAME = re.compile(
    r"\S+\.(?:png|jpe?g|gif|svg|webp|txt|md|html?|xhtml|csv|pdf|docx?|pptx?|xlsx?|od[tps]|epub"
    r"|mp[34]|wav|ogg|webm|vtt|srt|zip|css|js|json|xml)\b",
    re.IGNORECASE,
)
_LEADER = re.compile(r"(?:[._·…]\s?){4,}|(?:[-–—=*•~]\s?){3,}")
_UNEVEN = re.compile(r"\A\s|\s\s|[^\S ]")  # space that is not read as one
_WORD = re.compile(r"\w+")


def clean_passages(passages: Iterable[Fragment], most: int | None = None) -> tuple[Fragment, ...]:
    """Return the (first `most`) passages worth reading, cleaned; those with only a few words left are dropped."""
    cleaned = (clean_passage(passage) for passage in passages)
    return tuple(islice((one for one in cleaned if len(_WORD.findall(one.text)) >= FEWEST_WORDS), most))


def clean_passage(passage: Fragment) -> Fragment:
    """Return a passage without file names and leaders; the marks stay on the letters they stood on."""
    text = passage.text
    if not (_FILE_NAME.search(text) or _LEADER.search(text) or _UNEVEN.search(text)):
        return passage
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
