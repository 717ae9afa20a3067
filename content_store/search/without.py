"""What a question wants left out: `phân số -video`, `phân số -"ôn tập"`.

A minus right before a word or a phrase in quotes, after a space or at the beginning. A hyphen inside a word is part of
it, and before a number it is the number's (`-5`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from content_store.search.terms import Words, phrase, read_query

_MOST = 8
_MARK = re.compile(r"""(?<!\S)-(?:["“”](?P<phrase>[^"“”]*)["“”]?|(?P<word>[^\W\d_]\S*))""")


@dataclass(frozen=True)
class Without:
    """Documents that have all of `terms` in a field, or one of the facet tokens, are left out."""

    field: str
    terms: tuple[str, ...]
    tokens: tuple[str, ...] = ()


def split(text: str) -> tuple[str, tuple[Words, ...]]:
    """Return a question without what it wants left out, and that, word by word."""
    found = [read_query(one["phrase"] or one["word"] or "") for one in _MARK.finditer(text)]
    return _MARK.sub(" ", text), tuple(dict.fromkeys(one for one in found if one.folded))[:_MOST]


def left_out(words: Words, tokens: tuple[str, ...]) -> Without:
    """Say by which terms an engine knows it: with accents only what has the same, without any what looks like it."""
    if words.exact != words.folded:
        return Without("exact", words.phrase_exact, tokens)
    field = "pairs" if len(words.folded) > 1 else "folded"
    return Without(field, phrase(words.folded), tokens)
