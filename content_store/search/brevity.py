"""How briefly a title names what a document is about: `Slide Phân số (Toán 6)` is two words, `Phân số`.

A short title speaks of the whole of a thing, a long one of a part of it, and whoever types the name of a thing most often
wants the whole. What only says what kind of material it is, or for whom, is no part of the name. Like a standing, it is
written as a value of a facet, so no engine needs a place for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from content_store.search.text import fold, words
from content_store.taxonomy import GRADES, SUBJECTS, grade_id

BREVITY_FACET = "brief"
"""A facet that is written for documents with a short title, and that no document states itself."""

MOST = 4
STEP = 0.01
"""What a document gains by each step."""

_SHORTEST = 2
_LONGEST = _SHORTEST + MOST
_READ = 30
_FRAMES = """
bài = bài giảng = bài giảng điện tử = bài học = bài tập = bài tập về nhà = bài kiểm tra = bài soạn = bài thực hành
video = video bài giảng = video bài học = clip = phim = slide = slides = bài trình chiếu = trình chiếu = powerpoint = ppt
giáo án = giáo án điện tử = kế hoạch bài dạy = khbd = chủ đề = chuyên đề = chương trình = bộ đề
đề = đề thi = đề kiểm tra = đề ôn tập = đề cương = đề cương ôn tập = kiểm tra = kiểm tra 15 phút = kiểm tra một tiết = kt
học kì = học kì 1 = học kì 2 = học kì một = học kì hai = giữa kì = cuối kì = giữa học kì = cuối học kì = hk = cuối năm
trắc nghiệm = câu hỏi = câu hỏi trắc nghiệm = câu trắc nghiệm = quiz = test = ngân hàng câu hỏi = câu đố = tự luận
phiếu = phiếu học tập = phiếu bài tập = pht = phiếu ôn tập = ôn tập = luyện tập = củng cố = worksheet = sơ đồ tư duy
trò chơi = trò chơi ô chữ = game = hoạt động = thực hành = thí nghiệm = hướng dẫn = stem = dự án
bồi dưỡng = bồi dưỡng học sinh giỏi = học sinh giỏi = hsg = nâng cao = cơ bản = tổng hợp = tóm tắt = hệ thống kiến thức
lý thuyết = tóm tắt lý thuyết = lời giải = có lời giải = đáp án = có đáp án = có ma trận = kèm ma trận = file nghe
tài liệu = tài liệu tham khảo = sách giáo khoa = sgk = sách giáo viên = sách bài tập = chi tiết = đầy đủ = phút
lesson = lesson plan = lecture = exercise = exercises = exam = review = handout = notes = introduction to
"""
_SHORT_NAMES = ("toán", "lí", "hóa", "sinh", "văn", "sử", "địa", "anh", "tin", "khtn", "gdcd")
_BEFORE_A_GRADE = ("lớp", "khối", "grade", "class")
_BEFORE_A_NUMBER = frozenset({"tiet", "tuan", "chuong", "phan", "buoi", "unit"})
"""These say where in a course it stands, but only where a number follows: `Tiết 5`, not `Tiết kiệm`."""


def brief_token(title: str) -> str | None:
    """The facet token of a title; none where it is long, or names nothing at all."""
    length = name_length([fold(word) for word in words(title)][:_READ])
    steps = min(MOST, _LONGEST - length) if length else 0
    return f"{BREVITY_FACET}={steps}" if steps > 0 else None


def name_length(folded: Sequence[str]) -> int:
    """How many words a title is without numbers, grades and the kind of material."""
    count = place = 0
    while place < len(folded):
        length = _frame_at(folded, place)
        count += not length
        place += length or 1
    return count


def _frame_at(folded: Sequence[str], place: int) -> int:
    """How many words from here on are no part of the name; the longest that is known."""
    if folded[place].isdecimal():
        return 1
    if folded[place] in _BEFORE_A_NUMBER and "".join(folded[place + 1 : place + 2]).isdecimal():
        return 2
    for length in range(min(_longest(), len(folded) - place), 0, -1):
        ends = place + length
        one, is_graded = tuple(folded[place:ends]), ends < len(folded) and folded[ends] in _grades()
        if is_graded and one in _for_a_grade():
            return length + 1
        if one in _frames():
            return length
    return 0


@cache
def _frames() -> frozenset[tuple[str, ...]]:
    """The names of kinds of material, folded."""
    return frozenset(_folded(name) for name in _FRAMES.replace("\n", "=").split("=") if name.strip())


@cache
def _for_a_grade() -> frozenset[tuple[str, ...]]:
    """What says for whom it is where a grade follows: `lớp`, and the names of subjects, folded."""
    names = [name for term in SUBJECTS.values() for name in (term.vi, term.en)]
    return frozenset(map(_folded, [*names, *_SHORT_NAMES, *_BEFORE_A_GRADE]))


@cache
def _longest() -> int:
    return max(map(len, _frames() | _for_a_grade()))


@cache
def _grades() -> frozenset[str]:
    return frozenset(grade_id(grade) for grade in GRADES if grade)


def _folded(name: str) -> tuple[str, ...]:
    return tuple(map(fold, words(name)))


GAINS: Mapping[str, float] = {
    f"{BREVITY_FACET}={steps}": round(steps * STEP, 4) for steps in range(1, MOST + 1)
}
"""What a document gains by its title, by facet token; it has one at most."""
