"""Words of a text as search sees them, the same for every engine.

Vietnamese puts a tone mark on one vowel of a syllable, and writers disagree on which (`hòa`, `hoà`). Many type without
any accent. So each syllable has two keys: the exact key keeps its letters and names its tone at the end, wherever the
mark stood; the folded key has neither tone, nor accents, nor đ. Nor do they agree on `i` and `y` at the end of a syllable
(`kì`, `kỳ`): both keys write `i`. Neighboring folded syllables are joined to pairs (`toan_hoc`): alone they are too few
(about 2,800) to tell documents apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

MARKS = "\u0300-\u036f\u00ad\u200b-\u200d"
"""Characters that belong to the letter before them: combining accents, soft hyphens, joiners (as a regex class)."""

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
"""Scripts written without spaces: every character is a word of its own (as a regex class)."""

_WORD = re.compile(rf"[^\W_{CJK}]+(?:[{MARKS}]+[^\W_{CJK}]*)*|[{CJK}]")
_IGNORED = re.compile("[\u00ad\u200b-\u200d]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_COMBINING = re.compile("[\u0300-\u036f]")
_TONES = {"\u0300": "^1", "\u0309": "^2", "\u0303": "^3", "\u0301": "^4", "\u0323": "^5"}
_EITHER = re.compile(r"(?:[hklmstv]|qu)[iy]")
_WORD_LENGTH = 32
_LONG = 1_000_000  # letters of a text whose words are better not all held
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_PLACES = {letter: chr(0x41 + place) for place, letter in enumerate(_ALPHABET)}
_ORDER_LENGTH = 120


def clean(text: str) -> str:
    """Return the text in NFC, without what a database cannot store (NUL, lone surrogates)."""
    return unicodedata.normalize("NFC", _UNSTORABLE.sub(" ", text))


def is_storable(text: str) -> bool:
    """Whether an opaque token can be stored as it is; one that cannot matches nothing."""
    return _UNSTORABLE.search(text) is None


def words(text: str) -> Iterator[str]:
    """Yield the words of a text as they are written, in any normal form."""
    if len(text) < _LONG:
        return iter(_WORD.findall(text))  # at the speed of C
    return (match.group() for match in _WORD.finditer(text))


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """Return the word without case, tones, accents and đ: `Đường` is `duong`."""
    plain = _COMBINING.sub("", unicodedata.normalize("NFD", _IGNORED.sub("", word).casefold()))
    return _with_i(unicodedata.normalize("NFC", plain).replace("đ", "d")[:_WORD_LENGTH])


@lru_cache(maxsize=65_536)
def exact(word: str) -> str:
    """Return the word without case, its tone named at the end: `Hòa` and `hoà` are both `hoa^1`."""
    plain, tone = _taken_apart(word)
    return _with_i(plain) + tone


def _with_i(plain: str) -> str:
    """Write the last letter of a syllable as the new spelling does: `ly` is `li`."""
    return plain[:-1] + "i" if ends_in_either(plain) else plain


def ends_in_either(plain: str) -> bool:
    """Whether a syllable without its tone may be written with i as well as with y at its end."""
    return _EITHER.fullmatch(plain) is not None


def _taken_apart(word: str) -> tuple[str, str]:
    """The letters of a word, and its tone."""
    letters: list[str] = []
    tones: list[str] = []
    for letter in unicodedata.normalize("NFD", _IGNORED.sub("", word).casefold()):
        (tones if letter in _TONES else letters).append(letter)
    plain = unicodedata.normalize("NFC", "".join(letters))[:_WORD_LENGTH]
    return plain, "".join(_TONES[tone] for tone in tones[:2])


def pairs(keys: list[str]) -> list[str]:
    """Join each key with the one after it."""
    return [f"{first}_{second}" for first, second in zip(keys, keys[1:], strict=False)]


def title_order(title: str) -> str:
    """Return a key that sorts titles by the Vietnamese alphabet when compared character by character.

    Letters first, then tones (ngang, huyền, hỏi, ngã, sắc, nặng); numbers by their value; spaces before letters.
    """
    letters, tones = [], []
    for word in words(clean(title)[:_ORDER_LENGTH]):
        key, tone = _taken_apart(word)
        letters.append(key.zfill(9) if key.isdecimal() else "".join(_PLACES.get(one, one) for one in key))
        tones.append(tone[1:2] or "0")
    return " ".join(letters) + "\t" + "".join(tones)
