"""What a question says of grade and subject: `phân số lớp 6` wishes for grade 6, and is about `phân số`.

A wish lifts the documents that have it and never hides the others: what is filed under another grade, or under none,
may still be what was meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from content_store.search.terms import Words, facet_token, read_query
from content_store.taxonomy import GRADES, SUBJECTS, grade_id

GRADE, SUBJECT = 0.7, 0.5
"""What a document gains by a wished grade, and by a wished subject."""

_BEFORE_A_SUBJECT = "mon"

_GRADES = frozenset(grade_id(grade) for grade in GRADES if grade)
_BEFORE_A_GRADE = ("lop", "khoi", "grade", "class")
_LONGEST_NAME = 5
_SHORT_NAMES: Mapping[str, tuple[str, ...]] = {
    "hoa-hoc": ("hóa",),
    "vat-li": ("lí",),
    "sinh-hoc": ("sinh",),
    "ngu-van": ("văn",),
    "lich-su": ("sử",),
    "dia-li": ("địa",),
    "tin-hoc": ("tin", "computer science", "ict"),
    "ngoai-ngu-1": ("anh", "tiếng anh", "anh văn", "english"),
    "toan": ("toán học", "math", "maths"),
    "khoa-hoc-tu-nhien": ("khtn",),
    "lich-su-dia-li": ("lịch sử địa lí", "sử địa"),
    "giao-duc-cong-dan": ("gdcd",),
    "kinh-te-phap-luat": ("ktpl", "gdktpl"),
    "giao-duc-the-chat": ("thể dục", "gdtc"),
    "tu-nhien-xa-hoi": ("tự nhiên xã hội", "tnxh"),
    "quoc-phong-an-ninh": ("quốc phòng", "gdqp", "gdqpan"),
    "trai-nghiem": ("hoạt động trải nghiệm", "hđtn"),
}
_AMBIGUOUS = frozenset({"hoa", "li", "sinh", "van", "su", "dia", "tin", "anh"})
"""Single syllables that name a subject only where a grade follows: `sử 9`, but not `sử dụng`."""

_TAUGHT_WITHIN: Mapping[str, tuple[str, ...]] = {
    "vat-li": ("khoa-hoc", "khoa-hoc-tu-nhien"),
    "hoa-hoc": ("khoa-hoc", "khoa-hoc-tu-nhien"),
    "sinh-hoc": ("khoa-hoc", "khoa-hoc-tu-nhien"),
    "lich-su": ("lich-su-dia-li",),
    "dia-li": ("lich-su-dia-li",),
    "ngu-van": ("tieng-viet",),
}
"""In lower grades some subjects are parts of another."""


@dataclass(frozen=True)
class Wish:
    """Facet tokens of which a document better has one, and what it gains by it."""

    tokens: tuple[str, ...]
    worth: float


@dataclass(frozen=True)
class Question:
    """What somebody typed: the words to look for, and what is wished beside them."""

    words: Words
    wishes: tuple[Wish, ...] = ()


def read_question(text: str) -> Question:
    """Read what was typed. A grade is no word to look for, unless it is all there is; a subject's name stays one.

    A subject is wished for where it comes first, after `môn` or beside a grade: `phản ứng hóa học` is a thing's own name.
    """
    whole = read_query(text)
    graded = dict(_named_grades(whole))
    subjects = {
        place: slugs
        for place, slugs in _named_subjects(whole)
        if graded or not place or whole.folded[place - 1] == _BEFORE_A_SUBJECT
    }
    kept = [place for place in range(len(whole.folded)) if place not in graded] or range(len(whole.folded))
    words = Words(tuple(whole.exact[place] for place in kept), tuple(whole.folded[place] for place in kept))
    grades = sorted({grade for grade in graded.values() if grade})
    taught = sorted({one for slugs in subjects.values() for slug in slugs for one in _names_of(slug, grades)})
    wishes = []
    if grades:
        wishes.append(Wish(tuple(facet_token("grade", grade) for grade in grades), GRADE))
    if taught:
        wishes.append(Wish(tuple(facet_token("subject", slug) for slug in taught), SUBJECT))
    return Question(words, tuple(wishes))


def _named_grades(words: Words) -> Iterator[tuple[int, str]]:
    """The places that name a grade: `lớp` with its number, or the number straight after a subject."""
    after = {place + len(name) for place, name in _subject_names(words)}
    for place in range(1, len(words.folded)):
        number = words.folded[place]
        if number not in _GRADES:
            continue
        if words.folded[place - 1] in _BEFORE_A_GRADE:
            yield place - 1, ""
            yield place, number
        elif place in after:
            yield place, number


def _named_subjects(words: Words) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The subjects that are named, by place; a short name counts only where a grade follows."""
    for place, name in _subject_names(words):
        ends = place + len(name)
        follows = words.folded[ends : ends + 2]
        graded = follows[:1] and (
            follows[0] in _GRADES or (follows[0] in _BEFORE_A_GRADE and follows[-1] in _GRADES)
        )
        if graded or " ".join(name) not in _AMBIGUOUS:
            yield place, _subjects()[name]


def _subject_names(words: Words) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Where a name of a subject stands, the longest at each place, no word in two names."""
    place = 0
    while place < len(words.folded):
        lengths = range(min(_LONGEST_NAME, len(words.folded) - place), 0, -1)
        names = (words.folded[place : place + length] for length in lengths)
        name = next((one for one in names if one in _subjects()), None)
        if name:
            yield place, name
        place += len(name) if name else 1


def _names_of(slug: str, grades: list[str]) -> tuple[str, ...]:
    """The subject, and where no grade of it was named, those it is a part of."""
    taught = SUBJECTS[slug].grades
    if grades and not any(int(grade) in taught for grade in grades if taught):
        within = _TAUGHT_WITHIN.get(slug, ())
        return tuple(one for one in within if any(int(grade) in SUBJECTS[one].grades for grade in grades))
    return (slug,)


@cache
def _subjects() -> Mapping[tuple[str, ...], tuple[str, ...]]:
    """Every name of a subject, folded, with the subjects it may mean."""
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for slug, term in SUBJECTS.items():
        for name in (term.vi, term.en, *_SHORT_NAMES.get(slug, ())):
            if slug != "khac":
                folded = read_query(name).folded
                found[folded] = (*found.get(folded, ()), slug)
    return found
