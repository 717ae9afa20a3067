"""Vietnamese text: cleaning on the way in, folding for search, and the order of the alphabet.

Databases order text by whatever collation they were built with, so rows keep a ready-made key that sorts bytewise.
"""

from __future__ import annotations

import unicodedata

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
RANKS = {
    letter: chr(ord("A") + rank) if rank < 26 else chr(ord("a") + rank - 26)
    for rank, letter in enumerate(ALPHABET)
}
SHAPES = {"\u0306", "\u0302", "\u031b"}  # breve, circumflex, horn: they make another letter
TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}  # huyền hỏi ngã sắc nặng
DIGITS = 9
LONGEST = 250


def tidy(text: str) -> str:
    """Return `text` as one clean line: NFC, no control or invisible characters, single spaces."""
    composed = unicodedata.normalize("NFC", text)
    spaced = "".join(" " if char.isspace() else char for char in composed)
    return " ".join("".join(char for char in spaced if unicodedata.category(char)[0] != "C").split())


def fold(text: str) -> str:
    """Return `text` in lower case without tone marks, đ as d: what someone types who has no Vietnamese keyboard."""
    parts = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(char for char in parts if not unicodedata.combining(char))


def sort_key(name: str) -> str:
    """Return the key of a person's name: given name (the last word), then middle names, then family name."""
    words = [_word_key(word) for word in tidy(name).lower().split()]
    family, middle, given = words[:1] if len(words) > 1 else [], words[1:-1], words[-1:]
    # A space, the lowest sign, parts the three: who has no middle name comes first.
    return " ".join("!".join(part) for part in (given, middle, family))[:LONGEST]


def title_key(title: str) -> str:
    """Return the key of a title or a class: word by word, numbers by size (6A2 before 6A10)."""
    return " ".join(_word_key(word) for word in tidy(title).lower().split())[:LONGEST]


def _word_key(word: str) -> str:
    """Return letters first, tones only when letters are equal; both as ASCII that sorts bytewise."""
    letters: list[str] = []
    tones: list[str] = []
    number = ""
    for char in [*unicodedata.normalize("NFC", word), ""]:
        if char.isdecimal():
            number += str(unicodedata.decimal(char))
            continue
        if number:
            letters.append(number.zfill(DIGITS))
            number = ""
        if char:
            letter, tone = _split(char)
            letters.append(RANKS.get(letter, "z"))
            tones.append(tone)
    return "".join(letters) + "." + "".join(tones).rstrip("0")


def _split(char: str) -> tuple[str, str]:
    """Split a letter into the letter of the alphabet and its tone."""
    parts = unicodedata.normalize("NFD", char)
    tone = next((TONES[mark] for mark in parts if mark in TONES), "0")
    shape = "".join(mark for mark in parts[1:] if mark in SHAPES)
    return unicodedata.normalize("NFC", parts[:1] + shape), tone
