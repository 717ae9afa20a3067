"""What the keystrokes of Telex would have written with the input method on: `xacs suaats` is `xác suất`.

Only a query that finds nothing is read so, for many English words look like keystrokes too. Where in a syllable the
tone mark stands does not matter here: the exact key of a word names its tone at the end.
"""

from __future__ import annotations

import re
import unicodedata

from content_store.search.terms import Words, read_query

_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_ROUNDED = {"a": "â", "e": "ê", "o": "ô"}
_SYLLABLE = re.compile(
    r"(?:b|ch?|d|đ|gh?|gi|h|kh?|l|m|nh?|ng|ngh|ph?|qu|r|s|th?|tr|v|x)?"
    r"[aăâeêioôơuưy]{1,3}(?:ch?|m|ng?|nh|p|t)?\Z"
)
_KEYS = re.compile(r"(?P<head>[^aeiouyw]*)(?P<tail>[a-z]+)\Z")


def read_keystrokes(query: Words) -> Words | None:
    """Return the query as it was meant; nothing where no word of it looks like keystrokes."""
    read = [_read(word) for word in query.exact]
    if read == list(query.exact):
        return None
    return read_query(" ".join(read))


def is_syllable(word: str) -> bool:
    """Whether a word without its tone is made as Vietnamese syllables are."""
    return _SYLLABLE.match(word) is not None


def _read(word: str) -> str:
    """Return the syllable that the keys of a word write, or the word itself."""
    found = _KEYS.match(word)
    if not found:
        return word
    head, tail = found["head"], found["tail"]
    tones = [letter for letter in tail if letter in _TONES]
    if len(tones) > 1:
        return word
    tail = "".join(letter for letter in tail if letter not in _TONES)
    if head.startswith("d") and (head == "dd" or (tail.endswith("d") and len(tail) > 1)):
        head, tail = "đ", tail.removesuffix("d")
    plain = head + _horns(_rounded(tail))
    if not _SYLLABLE.match(plain) or (plain == word and not tones):
        return word
    return _with_tone(plain, _TONES[tones[0]]) if tones else plain


def _rounded(tail: str) -> str:
    """A letter typed twice, together or at the end of the syllable: `suaat`, `suata`."""
    together = re.sub(r"([aeo])\1", lambda found: _ROUNDED[found[1]], tail)
    return re.sub(r"([aeo])([^aeo]+)\1\Z", lambda found: _ROUNDED[found[1]] + found[2], together)


def _horns(tail: str) -> str:
    """The key w: a breve on a, a horn on o and u, both of `uo`."""
    tail = tail.replace("uwow", "uow")
    if tail.count("w") != 1:
        return tail
    bare = tail.replace("w", "")
    for plain, horned in (("uo", "ươ"), ("ua", "ưa"), ("o", "ơ"), ("a", "ă"), ("u", "ư")):
        if plain in bare and not (plain == "o" and "oa" in bare):
            return bare.replace(plain, horned, 1)
    return "ư" + bare if tail.startswith("w") else tail


def _with_tone(syllable: str, tone: str) -> str:
    places = [place for place, letter in enumerate(syllable) if letter in "aăâeêioôơuưy"]
    last = places[-1] + 1
    return unicodedata.normalize("NFC", syllable[:last] + tone + syllable[last:])
