"""What a question says of grade, subject, level and kind: `video phân số lớp 6` wishes for videos of grade 6.

A wish lifts the documents that have it and never hides the others: what is filed under another grade, or under none,
may still be what was meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from content_store.search.naming import find_names, says
from content_store.search.terms import Label, Words, facet_token, read_query
from content_store.search.without import Without, left_out, split
from content_store.taxonomy import GRADES, SUBJECTS, grade_id

GRADE, SUBJECT, NAMED = 0.7, 0.5, 0.25
"""What a document gains by a wished grade, by a wished subject, and by a level or kind of material that was named."""

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
    """What somebody typed: the words to look for, what is wished beside them, and what is left out."""

    words: Words
    wishes: tuple[Wish, ...] = ()
    without: tuple[Without, ...] = ()


def read_question(text: str) -> Question:
    """Read what was typed. A grade is no word to look for, unless it is all there is; all other names stay words.

    A subject is wished for where it comes first, after `môn` or beside a grade: `phản ứng hóa học` is a thing's own name.
    """
    asked, unwanted = split(text)
    whole = read_query(asked)
    graded = dict(_named_grades(whole))
    grades = sorted({grade for grade in graded.values() if grade})
    labels = [*_graded_labels(graded, grades, whole), *_labels(whole, graded, grades)]
    kept = [place for place in range(len(whole.folded)) if place not in graded] or range(len(whole.folded))
    words = Words(
        tuple(whole.exact[place] for place in kept),
        tuple(whole.folded[place] for place in kept),
        tuple(
            replace(label, start=kept.index(label.start))
            for label in sorted(labels, key=lambda one: one.start)
            if label.start in kept
        ),
    )
    return Question(words, tuple(_wishes(grades, labels)), tuple(map(_left_out, unwanted)))


def _labels(whole: Words, graded: Mapping[int, str], grades: list[str]) -> Iterator[Label]:
    """The subjects, levels and kinds that are named, no word in two names."""
    named = [Label(place, len(name.exact), name.tokens) for place, name in find_names(whole)]
    taken = {place for label in named for place in range(label.start, label.start + label.length)}
    yield from named
    for place, length, slugs in _named_subjects(whole):
        is_first = taken >= {*range(place)}
        is_called = place > 0 and whole.folded[place - 1] == _BEFORE_A_SUBJECT
        if (graded or is_first or is_called) and taken.isdisjoint(range(place, place + length)):
            taught = sorted({one for slug in slugs for one in _names_of(slug, grades)})
            tokens = tuple(facet_token("subject", one) for one in taught)
            if tokens:  # none of the grade is taught under the name: `nhân hóa lớp 3` is no chemistry
                yield Label(place - is_called, length + is_called, tokens)


def _graded_labels(graded: Mapping[int, str], grades: list[str], whole: Words) -> Iterator[Label]:
    """A question that names grades and nothing else is about these grades."""
    if grades and len(graded) == len(whole.folded):
        yield Label(0, len(whole.folded), tuple(facet_token("grade", grade) for grade in grades))


def _wishes(grades: list[str], labels: Iterable[Label]) -> Iterator[Wish]:
    """One wish for each facet that was named."""
    if grades:
        yield Wish(tuple(facet_token("grade", grade) for grade in grades), GRADE)
    tokens = sorted({token for label in labels for token in label.tokens})
    for facet, worth in (("subject", SUBJECT), ("level", NAMED), ("type", NAMED)):
        if named := tuple(token for token in tokens if token.startswith(facet_token(facet, ""))):
            yield Wish(named, worth)


def _left_out(words: Words) -> Without:
    """What is left out: who has the words, and who is of the grade, subject, level or kind that they name."""
    graded = dict(_named_grades(words))
    grades = sorted({grade for grade in graded.values() if grade})
    labels = [*_graded_labels(graded, grades, words), *_labels(words, {}, [])]
    whole = (label for label in labels if label.length == len(words.folded))
    return left_out(words, tuple(dict.fromkeys(token for label in whole for token in label.tokens)))


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


def _named_subjects(words: Words) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Place, length and meaning of the subjects that are named; a short name counts only where a grade follows."""
    for place, name in _subject_names(words):
        ends = place + len(name)
        follows = words.folded[ends : ends + 2]
        graded = follows[:1] and (
            follows[0] in _GRADES or (follows[0] in _BEFORE_A_GRADE and follows[-1] in _GRADES)
        )
        if graded or " ".join(name) not in _AMBIGUOUS:
            slugs = [
                slug
                for exact, slug in _subjects()[name]
                if all(map(says, words.exact[place:ends], words.folded[place:ends], exact))
            ]
            if slugs:
                yield place, len(name), tuple(slugs)


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
def _subjects() -> Mapping[tuple[str, ...], tuple[tuple[tuple[str, ...], str], ...]]:
    """Every name of a subject, folded, with how it is written and the subject, for each it may mean."""
    found: dict[tuple[str, ...], tuple[tuple[tuple[str, ...], str], ...]] = {}
    for slug, term in SUBJECTS.items():
        for name in (term.vi, term.en, *_SHORT_NAMES.get(slug, ())):
            if slug != "khac":
                written = read_query(name)
                found[written.folded] = (*found.get(written.folded, ()), (written.exact, slug))
    return found
