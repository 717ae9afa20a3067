"""Pages and orders of what is found, and many matches: promises of the search port, kept by every engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from content_store.search import Query, SearchIndex
from content_store.search.port import Sort
from tests.content_store.search.corpus import EVERYONE, document, search, uuids


def pages(index: SearchIndex, query: Query) -> Iterator[list[str]]:
    """Every page of a query, by its cursors."""
    while True:
        results = index.search(query)
        yield uuids(results)
        if results.next is None:
            return
        query = Query(query.text, query.audiences, sort=query.sort, size=query.size, after=results.next)


class TestPaging:
    @pytest.fixture
    def many(self, open_named: Callable[[str], SearchIndex]) -> SearchIndex:
        index = open_named("many")
        if not index.count():
            index.rebuild(
                document(
                    f"u{number:03}",
                    f"Bài {number % 7} toán học" if number % 2 else f"Chuyện học và toán {number % 5}",
                    "toán học " * (number % 4),
                    updated=float(number % 9),
                )
                for number in range(60)
            )
        return index

    @pytest.mark.parametrize("sort", ["relevance", "newest", "title"])
    @pytest.mark.parametrize("text", ["", "toán học", "toan hoc", "toán", "toasn hocj"])
    @pytest.mark.parametrize("size", [1, 7, 60])
    def test_pages_have_no_gaps_and_no_repeats(
        self, many: SearchIndex, text: str, sort: Sort, size: int
    ) -> None:
        query = Query(text, EVERYONE, sort=sort, size=size)
        whole = many.search(Query(text, EVERYONE, sort=sort, size=1000))
        found = [uuid for page in pages(many, query) for uuid in page]
        assert found == uuids(whole)
        assert len(set(found)) == len(found) == whole.total > 0

    def test_a_document_added_before_the_cursor_moves_nothing(self, index: SearchIndex) -> None:
        index.rebuild([document(f"d{number}", "Bài", updated=float(number)) for number in range(6)])
        first = search(index, sort="newest", size=3)
        index.put([document("late", "Bài", updated=99.0)])
        second = search(index, sort="newest", size=3, after=first.next)
        assert uuids(first) + uuids(second) == ["d5", "d4", "d3", "d2", "d1", "d0"]

    @pytest.mark.parametrize(
        "cursor",
        [
            "nonsense",
            "%00",
            "WzFd",
            "e30",
            "W10",
            "ñ",
            "A" * 20_000,
            "WyJyZWxldmFuY2UiLDEsMCwwLCIiLCIiXQ",
            "WyJyZWxldmFuY2UiLDEsTmFOLDAuMCwiIiwiIl0",
        ],
    )
    @pytest.mark.parametrize("sort", ["relevance", "newest", "title"])
    def test_a_damaged_cursor_means_the_first_page(
        self, school: SearchIndex, cursor: str, sort: Sort
    ) -> None:
        assert uuids(search(school, after=cursor, sort=sort)) == uuids(search(school, sort=sort))


class TestManyMatches:
    """More matches than are ranked one by one."""

    @pytest.fixture
    def crowd(self, open_named: Callable[[str], SearchIndex]) -> SearchIndex:
        index = open_named("crowd")
        if not index.count():
            index.rebuild(
                document(
                    f"n{number:04}",
                    "Vẽ phản ứng" if number == 7 else f"Bài {number}",
                    "Số phần và phản ứng." if number % 2 else "Phần ba số lẻ, phân số tối giản.",
                    updated=float(number),
                    half=("odd" if number % 2 else "even",),
                )
                for number in range(1_300)
            )
        return index

    def test_a_phrase_always_comes_before_its_words_apart(self, crowd: SearchIndex) -> None:
        results = search(crowd, "phan so", size=700, facets=("half",))
        assert {hit.tier for hit in results.hits[:650]} == {2}
        assert results.facets == {"half": {"even": 650}}
        assert results.total == 650

    def test_a_title_is_first_even_when_it_is_old(self, crowd: SearchIndex) -> None:
        assert uuids(search(crowd, "phản ứng", size=3))[0] == "n0007"

    @pytest.mark.parametrize("sort", ["relevance", "newest"])
    def test_every_match_is_on_one_page_only(self, crowd: SearchIndex, sort: Sort) -> None:
        found = [
            uuid for page in pages(crowd, Query("phan ung", EVERYONE, sort=sort, size=100)) for uuid in page
        ]
        assert len(found) == len(set(found)) == 650


class TestSorts:
    def test_newest_first(self, school: SearchIndex) -> None:
        assert uuids(search(school, "toán", sort="newest")) == ["toan-9", "toan-1", "dien", "xac-suat"]

    def test_titles_by_the_vietnamese_alphabet(self, index: SearchIndex) -> None:
        ordered = [
            "Ao",
            "Ăn",
            "Âm",
            "Bài 9",
            "Bài 10",
            "Cá",
            "Dê",
            "Đá",
            "Ma",
            "Mà",
            "Mả",
            "Mã",
            "Má",
            "Mạ",
            "Ô",
            "Ơ",
        ]
        index.rebuild([document(f"u{hash(title) % 97}-{title}", title) for title in reversed(ordered)])
        found = search(index, sort="title")
        assert [hit.title.text for hit in found.hits] == ordered
