"""Guess from the first and last lines of a text who made it and under which license. Pure.

Only what is labelled counts: a name elsewhere may be anyone's, and a license beside a picture is the picture's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from content_store.formats.licenses import recognize_license
from content_store.rights import LICENSES

LONGEST_LINE = 300
LONGEST_NAME = 80
MOST_AUTHORS = 8
_LABEL = re.compile(
    r"(?:^|[|;\t]|\s{2})[\s\-–•*#>]*"
    r"(?:(?:ho (?:va )?ten )?giao vien(?: (?:soan|bien soan|thuc hien|giang day|day))?|gv|gvbm"
    r"|(?:nhom )?tac gia|nhom (?:bien soan|thuc hien|soan)|(?:nguoi )?(?:bien soan|soan|thuc hien)(?: boi)?"
    r"|authors?|teacher|(?:written|created|prepared|compiled|made) by)\s*:\s*"
)
_BY = re.compile(r"^[\s\-–•*#>]*(?:by|written by|created by|prepared by|compiled by)\s+(?=\S)")
_END_OF_NAMES = re.compile(
    r"\s[-–—|]\s|[|(\[\t.…]{2,}|[|(\[\t]|\s{3,}|(?<=\s)(?:trường|lớp|đơn vị|năm học)\b", re.IGNORECASE
)
_NEXT_LABEL = re.compile(
    r"\s(?:giay phep|licen[sc]e|ban quyen|quyen su dung|rights|nguon|sources?|mon(?: hoc)?|subject|lop|khoi|grade|truong"
    r"|school|don vi|to(?: chuyen mon)?|e-?mail|dien thoai|ngay(?: soan| day)?|date|nam hoc|tiet|bai|chu de|topic|tu khoa"
    r"|keywords?|tom tat|abstract|mo ta|description|ngon ngu|language|phien ban|version|ten bai|tieu de|title)\s*:"
)
"""A label that begins another line: where lines of a paragraph are joined, the names end before it."""
_BETWEEN_NAMES = re.compile(r"\s*[,;/&]\s*|\s+(?:và|va|and|cùng)\s+", re.IGNORECASE)
_TITLES = re.compile(r"^(?:(?:thầy|cô|ths|ts|gs|pgs|gv|mr|mrs|ms|dr|prof)\b[.:]?\s*)+", re.IGNORECASE)
_WORD_OF_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.\-])*\Z")
_GROUP = re.compile(r"(?:nhóm|nhom|tổ|to|group|team)\s", re.IGNORECASE)
_NO_NAME = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "way",
        "in",
        "on",
        "at",
        "hand",
        "name",
        "ten",
        "ho",
        "lop",
        "truong",
        "mon",
        "ngay",
        "giao",
        "vien",
        "chu",
        "nhiem",
        "hoc",
        "sinh",
        "bo",
        "day",
    ]
)
_LICENSE_LABEL = re.compile(
    r"(?:giay phep|licen[sc]e|ban quyen|quyen su dung|rights)\s*(?::|(?=\s(?:la\s|is\s)?(?:cc\b|creative|gnu)))"
    r"|licen[sc]ed under|(?:theo|duoi) giay phep|(?:cap phep|phat hanh|chia se)\b.{0,40}\b(?:theo|duoi)\b"
    r"|creativecommons\.org"
)
_SEVERAL = re.compile(r"[,;·|]")
_OF_ANOTHER = re.compile(
    r"^[\s\-–•*#>(]*(?:hinh|anh|tranh|photos?|images?|pictures?|icons?|nguon|sources?|nhac|music|fonts?|videos?)\b"
)
_BARE_LICENSE = re.compile(r"^\W*(?:CC0|CC[ -]BY\b[\w .-]{0,24})\W*$", re.IGNORECASE)
_SIGN = re.compile(r"©|\(c\)\s*(?:19|20)\d\d|^\W*copyright\b|ban quyen (?:thuoc|cua)")


def guess_authors(text: str) -> tuple[str, ...]:
    """Return the names that labels such as `Tác giả:` or `by` introduce."""
    found: dict[str, None] = {}
    for line, plain in _lines(text):
        start = _LABEL.search(plain) or _BY.match(plain)
        if start is None:
            continue
        next_label = _NEXT_LABEL.search(plain, start.end())
        words = line[start.end() : next_label.start() if next_label else None]
        names = _names(words)
        if start.re is _BY and (not names or not _is_all_names(words)):
            continue
        found |= dict.fromkeys(names)
    return tuple(found)[:MOST_AUTHORS]


def guess_license(text: str) -> str | None:
    """Return the one license that a labelled line names; a bare © says that all rights are kept."""
    named: set[str] = set()
    is_kept = False
    for line, plain in _lines(text):
        if _OF_ANOTHER.match(plain):
            continue
        if _LICENSE_LABEL.search(plain) or _BARE_LICENSE.match(line) or _SIGN.search(plain):
            known = {found for part in _SEVERAL.split(line) if (found := recognize_license(part))}
            named |= known
            is_kept = is_kept or (not known and bool(_SIGN.search(plain)))
    if len(named) == 1:
        return named.pop()
    return "all-rights-reserved" if is_kept and not named and "all-rights-reserved" in LICENSES else None


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Each line as it stands, and letter by letter without marks and case."""
    for raw in text.splitlines():
        line = unicodedata.normalize("NFC", raw[:LONGEST_LINE]).rstrip()
        if line:
            yield line, "".join(map(_plain, line))


@lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    """One letter for one letter, so that places stay where they are."""
    base = unicodedata.normalize("NFD", letter.lower())[:1]
    return "d" if base == "đ" else base or letter


def _names(words: str) -> list[str]:
    cut = _END_OF_NAMES.split(words, maxsplit=1)[0]
    return [name for part in _BETWEEN_NAMES.split(cut)[:MOST_AUTHORS] if (name := _name(part))]


def _is_all_names(words: str) -> bool:
    parts = [part for part in _BETWEEN_NAMES.split(words.strip(" .")) if part]
    return all(_name(part) for part in parts)


def _name(part: str) -> str | None:
    """A name as it may be shown, or None for words that are none."""
    name = _TITLES.sub("", " ".join(part.split())).strip(" .,:;-–")
    words = name.split()
    if not name or len(name) > LONGEST_NAME:
        return None
    if _GROUP.match(name):
        return name if len(words) <= 10 and not re.search(r"[.…_]{2,}", name) else None
    if not 2 <= len(words) <= 6 or not all(_WORD_OF_NAME.match(word) for word in words):
        return None
    if not all(word[0].isupper() for word in words) or _NO_NAME & {
        "".join(map(_plain, w)) for w in words[:2]
    }:
        return None
    return name.title() if name.isupper() else name
