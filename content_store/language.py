"""Guess whether a text is Vietnamese or English.

Our own few lines instead of a model: letters that only Vietnamese uses decide at once, function words
decide the rest, and a text that is neither stays unknown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_SAMPLE = 20_000
_FEWEST_WORDS = 3
_WORD = re.compile(r"[^\W\d_]+")
_VIETNAMESE_ONLY = frozenset("ăđơưảạẻẹẽỉịĩỏọủụũỷỵỹỳấầẩẫậắằẳẵặếềểễệốồổỗộớờởỡợứừửữự")
_VIETNAMESE_PLAIN = frozenset(
    [
        "khong",
        "duoc",
        "nhung",
        "cua",
        "trong",
        "nguoi",
        "mot",
        "cac",
        "cho",
        "voi",
        "nhu",
        "nay",
        "hoc",
        "cung",
        "chung",
        "toi",
        "bai",
        "neu",
        "thi",
        "la",
        "va",
    ]
)
_ENGLISH = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "in",
        "is",
        "that",
        "for",
        "it",
        "with",
        "as",
        "on",
        "are",
        "be",
        "this",
        "was",
        "by",
        "an",
        "or",
        "from",
        "at",
        "which",
        "not",
        "have",
        "you",
    ]
)


def guess_language(text: str) -> str | None:
    """'vi', 'en', or None when the words do not say."""
    words = _WORD.findall(unicodedata.normalize("NFC", text[:_SAMPLE]).lower())
    if len(words) < _FEWEST_WORDS:
        return "vi" if any(_VIETNAMESE_ONLY & set(word) for word in words) else None
    marked = _share(words, lambda word: bool(_VIETNAMESE_ONLY & set(word)))
    english = _share(words, _ENGLISH.__contains__)
    if marked >= 0.12 and marked > english:
        return "vi"
    if english >= 0.08:
        return "en"
    if marked >= 0.08 or _share(words, _VIETNAMESE_PLAIN.__contains__) >= 0.15:
        return "vi"
    return None


def _share(words: list[str], belongs: Callable[[str], bool]) -> float:
    return sum(1 for word in words if belongs(word)) / len(words)
