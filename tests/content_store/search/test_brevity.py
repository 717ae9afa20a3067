"""A short title speaks of the whole: what it names is counted, not the kind of material or for whom it is."""

from __future__ import annotations

import pytest

from content_store.search import Query, SearchIndex
from content_store.search.brevity import GAINS, MOST, STEP, brief_token, name_length
from content_store.search.standing import STEP as STANDING_STEP
from content_store.search.text import fold, words
from tests.content_store.search.corpus import EVERYONE, document


@pytest.mark.parametrize(
    ("title", "length"),
    [
        ("Phân số", 2),
        ("Slide Phân số (Toán 6)", 2),
        ("Đề kiểm tra 15 phút Phân số lớp 6", 2),
        ("phieu hoc tap phan so", 2),
        ("Giáo án Hóa học 8 tiết 12: Phản ứng hóa học", 4),
        ("Rút gọn phân số", 4),
        ("Lesson plan: Photosynthesis", 1),
        ("Bài 12", 0),
        ("", 0),
    ],
)
def test_kind_number_and_grade_are_no_part_of_the_name(title: str, length: int) -> None:
    assert name_length([fold(word) for word in words(title)]) == length


@pytest.mark.parametrize(
    ("title", "token"),
    [
        ("Phân số", f"brief={MOST}"),
        ("Quang hợp ở cây xanh", "brief=1"),
        ("Quang hợp ở cây xanh trong rừng", None),
        ("Bài 12", None),
        ("Sóng", f"brief={MOST}"),
        ("x " * 5_000, None),
    ],
)
def test_a_title_that_names_nothing_is_not_short_but_empty(title: str, token: str | None) -> None:
    assert brief_token(title) == token


def test_the_whole_comes_before_its_parts(index: SearchIndex) -> None:
    index.rebuild(
        [
            document("whole", "Bài giảng Phân số lớp 6", updated=1.0),
            document("part", "So sánh hai phân số khác mẫu", updated=2.0),
            document("body", "Toán", "Có phân số ở đây.", updated=3.0),
        ]
    )
    hits = index.search(Query("phân số", EVERYONE)).hits
    assert [hit.uuid for hit in hits] == ["whole", "part", "body"]


def test_a_title_gains_no_more_than_a_standing_does() -> None:
    assert (STEP, max(GAINS.values())) == (STANDING_STEP, pytest.approx(MOST * STEP))


def test_no_document_states_its_brevity_as_a_facet(index: SearchIndex) -> None:
    with pytest.raises(ValueError, match="brief"):
        index.rebuild([document("a", "Phân số", brief=("3",))])
