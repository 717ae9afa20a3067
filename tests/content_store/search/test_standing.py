"""Of two that match equally well the one of higher standing comes first, and nothing that matches clearly better is passed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from content_store.search import Document, Query, SearchIndex
from content_store.search.standing import GAINS, MOST, STEP
from content_store.search.terms import presence
from tests.content_store.search.corpus import EVERYONE, document


def found(index: SearchIndex, text: str, **given: object) -> list[str]:
    return [hit.uuid for hit in index.search(Query(text, EVERYONE, **given)).hits]


def standing(steps: int, uuid: str, title: str, body: str = "", **given: object) -> Document:
    return replace(document(uuid, title, body, **given), standing=steps)


class TestStanding:
    def test_of_two_equal_matches_the_one_that_stands_higher_comes_first(self, index: SearchIndex) -> None:
        index.rebuild(
            standing(steps, f"s{steps}", "Phân số", "Rút gọn phân số.", updated=9.0 - steps)
            for steps in (0, 2, 6, 1)
        )
        for text in ("phân số", "phan so", "phân", "rút phân số"):
            assert found(index, text) == ["s6", "s2", "s1", "s0"], text

    def test_what_matches_clearly_better_is_not_passed(self, index: SearchIndex) -> None:
        index.rebuild(
            [
                standing(0, "title", "Phân số", updated=1.0),
                standing(MOST, "body", "Toán", "Có phân số ở đây.", updated=2.0),
                standing(MOST, "bare", "phan so", "phan so", updated=3.0),
                standing(MOST, "apart", "Phân nửa", "Đếm số cam.", updated=4.0),
            ]
        )
        assert found(index, "phân số") == ["title", "body", "bare", "apart"]

    def test_a_wished_grade_weighs_more_than_any_standing(self, index: SearchIndex) -> None:
        index.rebuild(
            [
                standing(0, "six", "Phân số", grade=("6",), updated=1.0),
                standing(MOST, "four", "Phân số", grade=("4",), updated=2.0),
            ]
        )
        assert found(index, "phân số lớp 6") == ["six", "four"]

    def test_of_more_matches_than_are_weighed_the_oldest_comes_first_where_it_stands_highest(
        self, index: SearchIndex
    ) -> None:
        index.rebuild(
            standing(MOST * (number == 0), f"n{number:03}", "Phân số", updated=float(number))
            for number in range(600)
        )
        assert found(index, "phân số", size=3) == ["n000", "n599", "n598"]

    def test_pages_follow_the_order_of_standings(self, index: SearchIndex) -> None:
        index.rebuild(
            standing(number % 4, f"n{number:02}", "Phân số", updated=float(number)) for number in range(12)
        )
        whole = found(index, "phân số", size=50)
        assert whole[:3] == ["n11", "n07", "n03"]
        first = index.search(Query("phân số", EVERYONE, size=5))
        assert [hit.uuid for hit in first.hits] == whole[:5]
        assert found(index, "phân số", size=50, after=first.next) == whole[5:]

    def test_a_new_standing_is_taken_in_by_writing_the_document_again(self, index: SearchIndex) -> None:
        index.rebuild([standing(0, "a", "Phân số"), standing(0, "b", "Phân số")])
        assert found(index, "phân số") == ["a", "b"]
        index.put([standing(3, "b", "Phân số")])
        assert found(index, "phân số") == ["b", "a"]
        index.put([standing(0, "b", "Phân số")])
        assert found(index, "phân số") == ["a", "b"]

    def test_lists_by_date_and_title_know_no_standing(self, index: SearchIndex) -> None:
        index.rebuild(
            [standing(0, "new", "B", "phân số", updated=2.0), standing(6, "old", "C", "phân số", updated=1.0)]
        )
        assert found(index, "") == found(index, "phân số", sort="newest") == ["new", "old"]
        assert found(index, "phân số", sort="title") == ["new", "old"]

    def test_more_steps_than_there_are_count_as_the_most(self, index: SearchIndex) -> None:
        index.rebuild([standing(MOST + 9, "a", "Phân số"), standing(-2, "b", "Phân số", updated=9.0)])
        assert found(index, "phân số") == ["a", "b"]


def test_all_steps_are_worth_less_than_a_title() -> None:
    apart = presence(True, False, 1).score - presence(False, False, 1).score
    assert max(GAINS.values()) == pytest.approx(MOST * STEP)
    assert max(GAINS.values()) < apart / 5


def test_no_document_states_its_standing_as_a_facet(index: SearchIndex) -> None:
    with pytest.raises(ValueError, match="standing"):
        index.rebuild([document("a", "Phân số", standing=("3",))])
