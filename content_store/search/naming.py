"""What people call the kinds of material, the levels of school and the subjects: `giáo án`, `ảnh`, `cấp 2`, `math`.

Labels of the taxonomy in both languages and what else is said for them. A question that has such a name also finds what
is of that kind and never says so (`Words.labels`), and prefers it (`Wish`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from content_store.search.terms import Words, facet_token, read_query
from content_store.taxonomy import LEVELS, TYPES, Term

NAMED_FACETS = ("subject", "grade", "level", "type")
"""The facets whose values a question can name; an engine must find documents by them as fast as by a word."""

_OTHER_TYPES = """
document = giáo án = kế hoạch bài dạy = khbd = lesson plan = lesson plans = văn bản = documents
lesson = giáo án = bài giảng = lessons
slides = bài giảng = bài giảng điện tử = giáo án điện tử = trình chiếu = slide = powerpoint = ppt = pptx = presentation
video = bài giảng = video bài giảng = videos = clip = phim
book = ebook = sách điện tử = books
image = ảnh = tranh = tranh ảnh = images = picture = pictures = photo = photos
audio = ghi âm = file nghe = bài nghe = sound = podcast = mp3
captions = subtitles = subtitle
data = bảng tính = spreadsheet = excel
package = scorm = h5p
link = đường dẫn = trang web = website = links
"""
_OTHER_LEVELS = """
primary = cấp 1 = cấp một = elementary school
lower-secondary = thcs = cấp 2 = cấp hai = middle school
upper-secondary = thpt = cấp 3 = cấp ba = high school
adult = giáo dục thường xuyên
"""


class Name(NamedTuple):
    """A name as it is written, word by word, and the facet tokens it stands for."""

    exact: tuple[str, ...]
    tokens: tuple[str, ...]


def says(exact: str, folded: str, name: str) -> bool:
    """Whether a typed syllable is the one of a name: with its accents, or with none at all."""
    return exact in (name, folded)


def find_names(words: Words) -> Iterator[tuple[int, Name]]:
    """Where a kind of material or a level is named, the longest name at each place, no word in two names."""
    place = 0
    while place < len(words.folded):
        name = _name_at(words, place)
        if name:
            yield place, name
        place += len(name.exact) if name else 1


def _name_at(words: Words, place: int) -> Name | None:
    for length in range(min(_longest(), len(words.folded) - place), 0, -1):
        exact, folded = words.exact[place : place + length], words.folded[place : place + length]
        for name in _names().get(folded, ()):
            alike = all(map(says, exact, folded, name.exact))
            if exact == name.exact or (length > 1 and alike):  # `anh` is more than a picture
                return name
    return None


@cache
def _longest() -> int:
    return max(map(len, _names()))


@cache
def _names() -> Mapping[tuple[str, ...], tuple[Name, ...]]:
    """Every name by its words without accents."""
    tokens: dict[Words, list[str]] = {}
    for name, token in (*_read("type", TYPES, _OTHER_TYPES), *_read("level", LEVELS, _OTHER_LEVELS)):
        tokens.setdefault(read_query(name), []).append(token)
    found: dict[tuple[str, ...], tuple[Name, ...]] = {}
    for words, meant in tokens.items():
        found[words.folded] = (*found.get(words.folded, ()), Name(words.exact, tuple(meant)))
    return found


def _read(facet: str, terms: Mapping[str, Term], others: str) -> Iterator[tuple[str, str]]:
    """Yield each name of a facet's values with the facet token."""
    listed: Iterable[list[str]] = (line.split(" = ") for line in others.strip().splitlines())
    more = {value: names for value, *names in listed}
    for value, term in terms.items():
        for name in dict.fromkeys((term.vi, term.en, *more.get(value, ()))):
            yield name, facet_token(facet, value)
