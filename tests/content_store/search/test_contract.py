"""The promises of the search port, kept by every engine in the same words."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from content_store.search import Document, SearchIndex, SearchUnavailable
from content_store.search.mending import put_or_rebuild
from tests.content_store.search.corpus import EVERYONE, SCHOOL, document, search, uuids

HOSTILE = [
    "'",
    '"toán học"',
    "toán' & 'học",
    "(toán",
    "toán) | (học",
    "toán:*",
    "*",
    "!toán",
    "toán <-> học",
    "title:toán",
    "toán AND NOT học",
    "\\",
    "\x00",
    "toán\x00học",
    "\ud800",
    "%_",
    "$1 :name %(x)s {0}",
    "'; DROP TABLE cs_search_items; --",
    "toán học " * 1_200,
    "x" * 10_000,
    "\u0301\u0301",
    "[[[[a-z]]]]",
    "🙂",
]


class TestContract:
    def test_what_is_put_is_found(self, index: SearchIndex) -> None:
        assert index.put(SCHOOL[:2]) == 2
        assert index.count() == 2
        assert uuids(search(index, "phương trình")) == ["toan-9"]

    def test_putting_again_replaces(self, index: SearchIndex) -> None:
        index.put([document("a", "Bài cũ"), document("b", "Bài khác")])
        index.put([document("a", "Chuyện mới")])
        assert index.count() == 2
        assert uuids(search(index, "bài cũ")) == []
        assert uuids(search(index, "chuyện mới")) == ["a"]

    def test_the_last_of_a_batch_wins(self, index: SearchIndex) -> None:
        assert index.put([document("a", "Trước"), document("a", "Sau")]) == 1
        assert uuids(search(index, "sau")) == ["a"]

    def test_the_same_uuid_of_two_kinds_are_two_documents(self, index: SearchIndex) -> None:
        index.put([document("a", "Bài học", kind="item"), document("a", "Bài học", kind="course")])
        assert index.count() == 2
        index.remove([("item", "a")])
        assert [hit.kind for hit in search(index, "bài học").hits] == ["course"]

    def test_what_is_removed_is_gone_and_removing_twice_is_no_error(self, index: SearchIndex) -> None:
        index.put(SCHOOL)
        index.remove([("item", "toan-9"), ("item", "never-there")])
        index.remove([("item", "toan-9")])
        assert index.count() == len(SCHOOL) - 1
        assert "toan-9" not in uuids(search(index))

    def test_many_small_batches_lose_nothing(self, index: SearchIndex) -> None:
        for number in range(12):
            index.put([document(f"n{number}", f"Tiết học số {number}")])
        assert search(index, "tiết học").total == index.count() == 12

    def test_a_rebuild_replaces_everything(self, index: SearchIndex) -> None:
        index.put([document("old", "Bài cũ")])
        assert index.rebuild(iter(SCHOOL)) == len(SCHOOL)
        assert index.count() == len(SCHOOL)
        assert uuids(search(index, "bài cũ")) == []

    def test_a_change_made_during_a_rebuild_is_in_the_index_afterwards(self, index: SearchIndex) -> None:
        index.put([document("a", "Bài cũ"), document("b", "Bài khác")])
        change = threading.Thread(target=index.put, args=([document("a", "Chuyện mới", updated=2_000.0)],))

        def read_before_the_change() -> Iterator[Document]:
            yield document("a", "Bài cũ")
            change.start()
            yield document("b", "Bài khác")

        index.rebuild(read_before_the_change())
        change.join()
        assert uuids(search(index, "chuyện mới")) == ["a"]
        assert uuids(search(index, "bài cũ")) == []
        assert index.count() == 2

    def test_a_rebuild_that_fails_leaves_the_old_index(self, index: SearchIndex) -> None:
        index.put(SCHOOL)

        def broken() -> Iterator[Document]:
            yield document("new", "Mới")
            raise RuntimeError("the source broke")

        with pytest.raises(RuntimeError, match="the source broke"):
            index.rebuild(broken())
        assert index.count() == len(SCHOOL)
        assert uuids(search(index, "xác suất")) == ["xac-suat"]

    def test_another_reader_notices_puts_and_rebuilds(
        self, index: SearchIndex, open_named: Callable[[str], SearchIndex]
    ) -> None:
        other = open_named("items")
        assert other.count() == 0
        index.put(SCHOOL[:1])
        assert uuids(search(other, "phương trình")) == ["toan-9"]
        index.rebuild(SCHOOL)
        assert uuids(search(other, "xác suất")) == ["xac-suat"]

    def test_a_question_without_words_is_answered_anew_after_every_change(
        self, index: SearchIndex, open_named: Callable[[str], SearchIndex]
    ) -> None:
        other = open_named("items")
        index.put([document("a", "Một", half=("odd",))])
        for _ in range(2):
            assert (uuids(search(other)), search(other, facets=("half",)).facets) == (
                ["a"],
                {"half": {"odd": 1}},
            )
        index.put([document("b", "Hai", updated=9_000.0, half=("odd",))])
        assert (uuids(search(other)), search(other, facets=("half",)).facets["half"]) == (
            ["b", "a"],
            {"odd": 2},
        )
        index.put([document("a", "Một", audiences=frozenset({"class:6b"}))])
        assert uuids(search(other)) == ["b"]
        index.remove([("item", "b")])
        assert uuids(search(other)) == []
        assert uuids(search(other, audiences=frozenset({"class:6b"}))) == ["a"]
        index.rebuild([document("c", "Ba")])
        assert uuids(search(other)) == ["c"]

    def test_two_names_are_two_indexes(self, open_named: Callable[[str], SearchIndex]) -> None:
        first, second = open_named("first"), open_named("second")
        first.rebuild(SCHOOL)
        second.rebuild([])
        assert (first.count(), second.count()) == (len(SCHOOL), 0)

    def test_a_missing_index_says_how_to_build_it(self, open_named: Callable[[str], SearchIndex]) -> None:
        never = open_named("never_written")
        assert never.count() == 0
        assert "Build it anew" in (never.check() or "")
        with pytest.raises(SearchUnavailable, match="Build it anew"):
            search(never, "toán")

    def test_a_healthy_index_has_nothing_to_say(self, school: SearchIndex) -> None:
        assert school.check() is None

    def test_a_lost_index_is_not_begun_anew_by_a_batch(
        self, open_named: Callable[[str], SearchIndex]
    ) -> None:
        fresh = open_named("lost")
        with pytest.raises(SearchUnavailable, match="Build it anew"):
            fresh.put(SCHOOL[:1])
        with pytest.raises(SearchUnavailable, match="Build it anew"):
            fresh.remove([("item", "a")])
        assert fresh.count() == 0 and fresh.check() is not None

    def test_what_waits_goes_into_the_index_or_the_whole_is_built(
        self, open_named: Callable[[str], SearchIndex]
    ) -> None:
        fresh = open_named("mended")
        assert put_or_rebuild(fresh, SCHOOL[:1], (), lambda: SCHOOL)
        assert (fresh.count(), fresh.check()) == (len(SCHOOL), None)
        assert not put_or_rebuild(fresh, (), [("item", SCHOOL[0].uuid)], lambda: SCHOOL)
        assert fresh.count() == len(SCHOOL) - 1


class TestAudiences:
    @pytest.fixture
    def classes(self, index: SearchIndex) -> SearchIndex:
        shared = frozenset({"class:6a", "staff"})
        index.rebuild(
            [
                document("6a", "Ôn tập hình học", audiences=shared, subject=("toan",)),
                document("6b", "Ôn tập số học", audiences=frozenset({"class:6b"}), subject=("toan",)),
                document("nobody", "Ôn tập kín", audiences=frozenset(), subject=("toan",)),
            ]
        )
        return index

    @pytest.mark.parametrize("text", ["", "ôn tập", "on tap", "on taap"])
    def test_only_what_an_audience_may_see_is_found_counted_and_faceted(
        self, classes: SearchIndex, text: str
    ) -> None:
        results = search(classes, text, audiences=frozenset({"class:6b", "other"}), facets=("subject",))
        assert (uuids(results), results.total) == (["6b"], 1)
        assert results.facets == {"subject": {"toan": 1}}

    def test_any_of_several_tokens_is_enough_and_counts_once(self, classes: SearchIndex) -> None:
        assert search(classes, audiences=frozenset({"class:6a", "staff", "class:6b"})).total == 2

    def test_no_audience_sees_nothing(self, classes: SearchIndex) -> None:
        assert search(classes, audiences=frozenset()).total == 0

    def test_a_correction_never_tells_of_what_is_hidden(self, classes: SearchIndex) -> None:
        results = search(classes, "hinh hocc", audiences=frozenset({"class:6b"}))
        assert (results.hits, results.corrected) == ((), None)
        assert search(classes, "hinh hocc", audiences=frozenset({"staff"})).corrected == "hình học"


class TestFilters:
    def test_values_of_one_facet_are_alternatives(self, school: SearchIndex) -> None:
        results = search(school, filters={"grade": frozenset({"1", "4"})})
        assert uuids(results) == ["toan-1", "su-4"]

    def test_different_facets_must_all_hold(self, school: SearchIndex) -> None:
        filters = {"grade": frozenset({"9", "10"}), "subject": frozenset({"toan"})}
        assert uuids(search(school, filters=filters)) == ["toan-9", "xac-suat"]

    def test_a_facet_counts_beside_its_own_filter(self, school: SearchIndex) -> None:
        filters = {"subject": frozenset({"toan"}), "grade": frozenset({"9"})}
        results = search(school, filters=filters, facets=("subject", "grade", "language"))
        assert results.total == 1
        assert results.facets == {
            "subject": {"toan": 1, "khoa-hoc-tu-nhien": 1},
            "grade": {"9": 1, "1": 1, "10": 1},
            "language": {},
        }

    def test_facets_count_all_pages_of_a_query(self, school: SearchIndex) -> None:
        results = search(school, "toán", facets=("subject",), size=1)
        assert results.facets == {"subject": {"toan": 3, "khoa-hoc-tu-nhien": 1}}

    def test_kinds_filter_and_are_counted_like_a_facet(self, index: SearchIndex) -> None:
        index.rebuild(
            [document(f"{kind}{n}", "Bài", kind=kind) for kind in ("item", "course") for n in (1, 2)]
        )
        results = search(index, "bài", kinds=frozenset({"course"}), facets=("kind",))
        assert {hit.kind for hit in results.hits} == {"course"}
        assert results.facets == {"kind": {"item": 2, "course": 2}}
        assert search(index, kinds=frozenset()).total == 0

    def test_a_filter_that_leaves_nothing_is_no_spelling_mistake(self, school: SearchIndex) -> None:
        results = search(school, "toán học", filters={"grade": frozenset({"12"})})
        assert (results.total, results.corrected) == (0, None)

    @pytest.mark.parametrize("value", ["toan' OR '1'='1", "=", "", "toan\x00", "toan,ly"])
    def test_hostile_filters_match_nothing(self, school: SearchIndex, value: str) -> None:
        assert search(school, filters={"subject": frozenset({value})}, facets=(value,)).total == 0
        assert search(school, filters={value: frozenset({"toan"})}).total == 0
        assert search(school, kinds=frozenset({value}), audiences=EVERYONE | {value}).total == 0


class TestHighlight:
    def test_the_title_and_a_passage_are_marked_as_they_are_written(self, school: SearchIndex) -> None:
        hit = search(school, "XAC SUAT").hits[0]
        assert hit.title.parts == (("Xác suất", True), (" của biến cố", False))
        assert ("xác suất", True) in hit.passages[0].parts
        assert hit.passages[0].text == SCHOOL[-1].body

    def test_there_are_two_passages_at_most_and_each_is_short(self, index: SearchIndex) -> None:
        filler = "Câu này nói chuyện khác hẳn. " * 20
        index.put([document("long", "Dài", f"{filler}con cá vàng bơi. " * 5)])
        passages = search(index, "cá vàng").hits[0].passages
        assert len(passages) == 2
        assert all(("cá vàng", True) in passage.parts and len(passage.text) < 300 for passage in passages)
        assert all(passage.text.startswith("… ") for passage in passages)

    def test_text_that_matches_is_never_changed(self, index: SearchIndex) -> None:
        index.put([document("html", "<b>Toán</b> & lý", "1 < 2 <script>toán</script>")])
        hit = search(index, "toán").hits[0]
        assert hit.title.parts == (("<b>", False), ("Toán", True), ("</b> & lý", False))
        assert hit.passages[0].text == "1 < 2 <script>toán</script>"

    @pytest.mark.parametrize(
        ("title", "text", "marked"),
        [
            ("A\u0301 quân và thìn", "a quan", ["Á quân"]),
            ("q\u0301uả cam", "qua", ["q\u0301uả"]),
            ("Từ to\u00adán dài", "toan dai", ["to\u00adán dài"]),
            ("Chữ 学生 và bài", "学生", ["学生"]),
            ("Bài 学 toán", "学 toán", ["学 toán"]),
            ("toán_học vui", "toán học", ["toán_học"]),
            ("toánhọc, toán học", "toán học", ["toán học"]),
            ("hoan ho, toán", "toan", ["toán"]),
        ],
    )
    def test_marks_fit_the_text_as_it_is_written(
        self, index: SearchIndex, title: str, text: str, marked: list[str]
    ) -> None:
        index.put([document("one", title)])
        parts = search(index, text).hits[0].title.parts
        assert [part for part, is_marked in parts if is_marked] == marked
        assert "".join(part for part, _ in parts) == unicodedata.normalize("NFC", title)

    def test_a_phrase_far_into_a_long_body_is_shown(self, index: SearchIndex) -> None:
        filler = "Câu này nói vàng và nói cá. " * 3_000
        index.put([document("long", "Dài", f"{filler}Con cá vàng bơi.")])
        assert ("cá vàng", True) in search(index, "cá vàng").hits[0].passages[0].parts

    def test_a_passage_names_the_place_its_match_stands_in(self, index: SearchIndex) -> None:
        pages = ["Lời nói đầu của sách. " * 20, "Con cá vàng bơi. " * 20, "Quả cam chín đỏ. " * 20]
        starts = [0, len(pages[0]), len(pages[0]) + len(pages[1])]
        places = tuple((start, f"page {number}") for number, start in enumerate(starts, 1))
        index.put([replace(document("book", "Sách", "".join(pages)), places=places)])
        for text, place in (("lời nói", "page 1"), ("cá vàng", "page 2"), ("qua cam", "page 3")):
            assert {passage.place for passage in search(index, text).hits[0].passages} == {place}

    def test_places_stay_with_their_words_when_a_body_is_cleaned(self, index: SearchIndex) -> None:
        first, second = unicodedata.normalize("NFD", "Tiếng Việt có dấu. " * 30), "Con cá\x00 vàng bơi."
        places = ((0, "page 1"), (len(first), "page 2"))
        index.put([replace(document("book", "Sách", first + second), places=places)])
        assert search(index, "con ca").hits[0].passages[0].place == "page 2"
        assert search(index, "tieng viet").hits[0].passages[0].place == "page 1"

    def test_a_text_without_places_has_none(self, school: SearchIndex) -> None:
        assert search(school, "xác suất").hits[0].passages[0].place == ""

    def test_an_empty_query_marks_nothing(self, school: SearchIndex) -> None:
        hit = search(school).hits[0]
        assert hit.title.parts == (("Phương trình bậc hai", False),)
        assert hit.passages == ()


class TestHostileText:
    @pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
    def test_no_query_text_is_anything_but_words(self, school: SearchIndex, text: str) -> None:
        results = search(school, text, facets=("subject",))
        assert results.total <= len(SCHOOL)
        assert school.count() == len(SCHOOL)

    @pytest.mark.parametrize("text", ['"toán học"', "(toán) *học*", "toán\x00học", "toán' | 'học"])
    def test_signs_only_separate_words(self, school: SearchIndex, text: str) -> None:
        assert uuids(search(school, text)) == uuids(search(school, "toán học"))

    @pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
    def test_any_document_can_be_put_and_shown(self, index: SearchIndex, text: str) -> None:
        index.put([document("hostile", f"Kỳ lạ {text}", text, keywords=text, mark=(text,))])
        results = search(index, "kỳ lạ", facets=("mark",))
        assert uuids(results) == ["hostile"]
        assert results.facets["mark"].values() and index.check() is None

    def test_a_very_long_body_is_searchable(self, index: SearchIndex) -> None:
        index.put([document("book", "Sách", " ".join(f"từ{number % 3000}x" for number in range(300_000)))])
        assert uuids(search(index, "từ2000x từ2001x")) == ["book"]
