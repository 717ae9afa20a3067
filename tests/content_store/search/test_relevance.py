"""What people type finds what they mean, on both engines."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from content_store.search import Document, Query, Results, SearchIndex
from tests.content_store.search.corpus import EVERYONE, document


def ask(index: SearchIndex, text: str) -> Results:
    return index.search(Query(text=text, audiences=EVERYONE))


def found(index: SearchIndex, text: str) -> list[str]:
    return [hit.uuid for hit in ask(index, text).hits]


class TestRelevance:
    def test_an_accented_phrase_finds_the_title_before_the_body(self, school: SearchIndex) -> None:
        results = ask(school, "toán học")
        assert [hit.uuid for hit in results.hits][:2] == ["toan-1", "toan-9"]
        assert [hit.tier for hit in results.hits][:2] == [1, 1]

    def test_a_phrase_comes_before_what_is_of_the_subject_and_the_same_words_apart(
        self, school: SearchIndex
    ) -> None:
        results = ask(school, "toán học")
        assert [(hit.uuid, hit.tier) for hit in results.hits][2:] == [("xac-suat", 3), ("dien", 3)]

    def test_text_without_accents_finds_accented_text(self, school: SearchIndex) -> None:
        results = ask(school, "phuong trinh bac hai")
        assert [(hit.uuid, hit.tier) for hit in results.hits] == [("toan-9", 2)]

    def test_a_query_in_nfd_is_the_same_query(self, school: SearchIndex) -> None:
        nfd = unicodedata.normalize("NFD", "Xác suất")
        assert nfd != "Xác suất"
        assert ask(school, nfd) == ask(school, "Xác suất")
        assert found(school, nfd) == ["xac-suat"]

    @pytest.mark.parametrize("text", ["đường", "duong", "Đường", "DUONG"])
    def test_the_letter_đ_is_found_with_and_without_its_bar(self, school: SearchIndex, text: str) -> None:
        assert set(found(school, text)) == {"su-4", "hoa-8"}

    @pytest.mark.parametrize("text", ["hóa học", "hoá học"])
    def test_both_places_of_a_tone_mark_are_one_word(self, school: SearchIndex, text: str) -> None:
        results = ask(school, text)
        assert [(hit.uuid, hit.tier) for hit in results.hits] == [("hoa-8", 1)]

    def test_an_exact_word_ranks_before_its_lookalikes(self, school: SearchIndex) -> None:
        assert [(hit.uuid, hit.tier) for hit in ask(school, "hoa").hits] == [("ve-hoa", 1), ("hoa-8", 2)]
        assert [(hit.uuid, hit.tier) for hit in ask(school, "hóa").hits] == [("hoa-8", 1), ("ve-hoa", 2)]

    def test_keywords_count_more_than_the_body(self, index: SearchIndex) -> None:
        index.rebuild(
            [
                document("body", "Một", "nghiệm " * 50, updated=3.0),
                document("keywords", "Hai", keywords="nghiệm", updated=2.0),
                document("title", "Nghiệm", updated=1.0),
            ]
        )
        assert found(index, "nghiệm") == ["title", "keywords", "body"]

    def test_english_words_are_found_even_the_common_ones(self, school: SearchIndex) -> None:
        assert found(school, "for loop") == ["python"]
        assert found(school, "the") == ["python"]

    @pytest.mark.parametrize(
        ("typed", "meant", "uuid"),
        [
            ("xac suatt", "xác suất", "xac-suat"),
            ("xác xuất", "xác suất", "xac-suat"),
            ("phuong trinhh", "phương trình", "toan-9"),
            ("pyhton", "python", "python"),
            ("toans hocj", "toán học", "toan-1"),
            ("ddieenj bieen", "điện biên", "su-4"),
            ("xa1c sua6t1", "xác suất", "xac-suat"),
        ],
    )
    def test_a_slip_is_corrected_and_told(
        self, school: SearchIndex, typed: str, meant: str, uuid: str
    ) -> None:
        results = ask(school, typed)
        assert results.corrected == meant
        assert (results.hits[0].uuid, results.hits[0].tier) == (uuid, 4)

    def test_a_query_that_finds_something_is_never_corrected(self, school: SearchIndex) -> None:
        assert ask(school, "toan hoc").corrected is None

    def test_nothing_like_it_finds_nothing(self, school: SearchIndex) -> None:
        results = ask(school, "qwzzvbk")
        assert (results.hits, results.total, results.corrected) == ((), 0, None)

    def test_an_empty_query_lists_everything_newest_first(self, school: SearchIndex) -> None:
        results = ask(school, "  ")
        assert [hit.uuid for hit in results.hits][:3] == ["toan-9", "toan-1", "hoa-8"]
        assert results.total == 8
        assert {hit.tier for hit in results.hits} == {0}


class TestSamples:
    """Real chapters, where the sample material is at hand."""

    @pytest.fixture
    def chapters(self, open_named: Callable[[str], SearchIndex], samples: Path) -> SearchIndex:
        index = open_named("chapters")
        if not index.count():
            index.rebuild(
                chapter(path) for path in sorted([*samples.glob("vi/*.md"), *samples.glob("en/*.md")])
            )
        return index

    @pytest.mark.parametrize(
        ("text", "first"),
        [
            ("hoi quy softmax", "linear-networks-softmax-regression"),
            ("xac suat", "preliminaries-probability"),
            ("đại số tuyến tính", "preliminaries-linear-algebra"),
            ("hoi qui softmax", "linear-networks-softmax-regression"),
        ],
    )
    def test_the_right_chapter_comes_first(self, chapters: SearchIndex, text: str, first: str) -> None:
        assert found(chapters, text)[0] == first


def chapter(path: Path) -> Document:
    heading, _, body = path.read_text(encoding="utf-8").partition("\n")
    return document(path.stem, heading.strip("# "), body)
