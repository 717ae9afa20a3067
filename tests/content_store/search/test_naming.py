"""Names of subjects, grades, levels and kinds draw what has them, and a minus leaves out, the same on every engine."""

from __future__ import annotations

import pytest

from content_store.search import Query, Results, SearchIndex
from content_store.search.naming import find_names
from content_store.search.terms import ENOUGH, read_query
from content_store.search.wishes import NAMED, read_question
from content_store.search.without import split
from tests.content_store.search.corpus import EVERYONE, document
from tests.content_store.search.test_contract import HOSTILE


def ask(index: SearchIndex, text: str, **given: object) -> Results:
    given.setdefault("audiences", EVERYONE)
    return index.search(Query(text, **given))


def found(index: SearchIndex, text: str, **given: object) -> list[str]:
    return [hit.uuid for hit in ask(index, text, **given).hits]


@pytest.fixture
def shelf(index: SearchIndex) -> SearchIndex:
    """Fractions of four kinds, and some that are near."""
    toan = {"subject": ("toan",)}
    index.rebuild(
        [
            document("film", "Phân số", "Xem và nghe.", type=("video",), grade=("6",), updated=1.0, **toan),
            document(
                "paper", "Phân số", "Đọc và viết.", type=("document",), grade=("4",), updated=5.0, **toan
            ),
            document("plan", "Phân số", "Hoạt động.", type=("lesson",), level=("primary",), updated=4.0),
            document("says", "Video phân số", "Một bài viết.", type=("page",), updated=2.0),
            document("drawing", "Cầu vồng", type=("image",), grade=("6",), updated=3.0),
            document("hidden", "Phân số", type=("video",), audiences=frozenset({"class:6b"}), **toan),
        ]
    )
    return index


class TestNames:
    def test_a_name_of_what_the_grade_does_not_learn_is_a_plain_word(self, shelf: SearchIndex) -> None:
        assert read_question("so sánh nhân hóa lớp 3").words.labels == ()
        assert found(shelf, "cầu vồng nhân hóa lớp 3") == ["drawing"]
        assert found(shelf, "cầu vồng lớp 3") == ["drawing"]

    @pytest.mark.parametrize("text", ["toán", "toan", "math", "Mathematics", "môn toán"])
    def test_the_name_of_a_subject_finds_all_of_it_in_both_languages(
        self, shelf: SearchIndex, text: str
    ) -> None:
        results = ask(shelf, text, facets=("subject",))
        assert [hit.uuid for hit in results.hits] == ["paper", "film"]
        assert (results.total, results.facets) == (2, {"subject": {"toan": 2}})

    @pytest.mark.parametrize(
        ("text", "uuids"),
        [
            ("lớp 6", ["drawing", "film"]),
            ("grade 6", ["drawing", "film"]),
            ("ảnh", ["drawing"]),
            ("picture", ["drawing"]),
            ("giáo án", ["paper", "plan"]),
            ("giao an", ["paper", "plan"]),
            ("bài giảng", ["plan", "film"]),
            ("tiểu học", ["plan"]),
            ("cấp 1", ["plan"]),
            ("video", ["says", "film"]),
            ("video toán", ["film", "paper"]),
        ],
    )
    def test_a_name_alone_finds_what_has_it(self, shelf: SearchIndex, text: str, uuids: list[str]) -> None:
        results = ask(shelf, text)
        assert ([hit.uuid for hit in results.hits], results.corrected) == (uuids, None)

    def test_the_words_themselves_come_first_then_what_is_of_the_kind_and_nothing_is_hidden(
        self, shelf: SearchIndex
    ) -> None:
        for text in ("video phân số", "phân số video", "video phan so"):
            assert found(shelf, text) == ["says", "film", "paper", "plan"]
        assert found(shelf, "giáo án phân số")[:2] == ["paper", "plan"]

    def test_a_kind_that_nothing_is_of_hides_nothing(self, shelf: SearchIndex) -> None:
        results = ask(shelf, "audio phân số")
        assert (results.total, results.corrected) == (4, None)

    def test_where_nothing_is_of_both_what_is_of_one_is_found(self, shelf: SearchIndex) -> None:
        assert found(shelf, "ảnh toán") == ["paper", "film", "drawing"]

    def test_a_single_syllable_without_its_accents_is_no_kind(self, shelf: SearchIndex) -> None:
        assert found(shelf, "anh") == []

    def test_a_name_draws_nothing_that_is_hidden(self, shelf: SearchIndex) -> None:
        assert found(shelf, "toán", audiences=frozenset({"class:6b"})) == ["hidden"]
        assert found(shelf, "video toán", audiences=frozenset()) == []

    def test_a_slip_beside_a_name_is_corrected(self, shelf: SearchIndex) -> None:
        results = ask(shelf, "audio cầu vòngg")
        assert (results.hits[0].uuid, results.hits[0].tier) == ("drawing", 4)

    def test_many_of_a_subject_are_counted_and_paged_whatever_has_the_word(self, index: SearchIndex) -> None:
        rows = [document(f"w{number}", f"Toán {number}", subject=("toan",)) for number in range(25)]
        index.rebuild([*rows, *(document(f"s{n}", f"Hình {n}", subject=("toan",)) for n in range(5))])
        first = ask(index, "math", size=20)
        second = ask(index, "math", size=20, after=first.next)
        assert first.total == 30
        assert len({hit.uuid for hit in (*first.hits, *second.hits)}) == 30
        assert [hit.tier for hit in ask(index, "toán", size=30).hits] == [1] * 25 + [3] * 5

    def test_a_changed_document_is_drawn_by_its_new_kind(self, shelf: SearchIndex) -> None:
        shelf.put([document("drawing", "Cầu vồng", type=("video",))])
        assert found(shelf, "ảnh") == []
        assert "drawing" in found(shelf, "video")
        shelf.remove([("item", "drawing")])
        assert "drawing" not in found(shelf, "video")

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("video bài giảng phân số", [(0, 3)]),
            ("bai giang dien tu", [(0, 4)]),
            ("ảnh và anh", [(0, 1)]),
            ("cấp số nhân", []),
            ("cấp 2 và thpt", [(0, 2), (3, 1)]),
            ("bái giảng", []),
            ("lesson plan photosynthesis", [(0, 2)]),
        ],
    )
    def test_names_are_read_at_their_accents_the_longest_first(
        self, text: str, names: list[tuple[int, int]]
    ) -> None:
        assert [(place, len(name.exact)) for place, name in find_names(read_query(text))] == names

    @pytest.mark.parametrize(
        ("text", "worths"),
        [
            ("video phân số", {"type=video": NAMED}),
            ("thpt", {"level=upper-secondary": NAMED}),
            ("toàn cầu hóa", {}),
        ],
    )
    def test_a_name_is_wished_for_gently(self, text: str, worths: dict[str, float]) -> None:
        wishes = read_question(text).wishes
        assert {token: wish.worth for wish in wishes for token in wish.tokens} == worths


class TestMinus:
    @pytest.mark.parametrize(
        ("text", "uuids"),
        [
            ('"phân số" -video', ["paper", "plan"]),
            ("phân số -Video", ["paper", "plan"]),
            ('phân số -"đọc và viết"', ["plan", "says", "film"]),
            ("phân số -“đọc và viết”", ["plan", "says", "film"]),
            ('phân số -"doc va viet"', ["plan", "says", "film"]),
            ("phân số -viết", ["plan", "film"]),
            ("phân số -viêt", ["paper", "plan", "says", "film"]),
            ('phân số -"lớp 6" -video', ["paper", "plan"]),
            ("phân số -toán -video", ["plan"]),
            ("-phân -video", ["drawing"]),
            ("phân số -phân", []),
        ],
    )
    def test_what_has_it_or_is_of_that_kind_is_left_out(
        self, shelf: SearchIndex, text: str, uuids: list[str]
    ) -> None:
        results = ask(shelf, text)
        assert ([hit.uuid for hit in results.hits], results.total) == (uuids, len(uuids))

    def test_counts_filters_and_orders_leave_it_out_too(self, shelf: SearchIndex) -> None:
        kinds = {"type": frozenset({"document", "video"})}
        results = ask(shelf, "phân số -video", facets=("type",), filters=kinds)
        assert (results.total, results.facets) == (1, {"type": {"document": 1, "lesson": 1}})
        for sort in ("relevance", "newest", "title"):
            assert set(found(shelf, "phân số -video", sort=sort)) == {"paper", "plan"}

    @pytest.mark.parametrize("text", ["phân số", '"phan so"'])
    def test_a_minus_brings_nothing_in(self, index: SearchIndex, text: str) -> None:
        """Just enough have the phrase: left out one, too few are left, and yet no others come in."""
        papers = [document(f"p{number}", f"Phân số {number}") for number in range(ENOUGH - 1)]
        apart = [document(f"a{number}", f"Số bị chia, phân ra {number}") for number in range(3)]
        index.rebuild([*papers, document("film", "Phân số: video"), *apart])
        whole = ask(index, text, size=60)
        assert (whole.total, {hit.tier for hit in whole.hits}) == (ENOUGH, {1 if "â" in text else 2})
        left = ask(index, f"{text} -video", size=60)
        assert ({hit.uuid for hit in left.hits}, left.total) == ({one.uuid for one in papers}, ENOUGH - 1)

    def test_a_minus_leaves_words_as_loose_as_they_were(self, index: SearchIndex) -> None:
        index.rebuild(
            [document("a", "Phân ra số"), document("film", "Phân số: video"), document("b", "Hoa sen")]
        )
        assert found(index, "phân số") == ["film", "a"]
        assert found(index, "phân số -video") == ["a"]
        assert found(index, "phan soo -video") == found(index, "phân số -video")
        assert found(index, "phân số -phân") == []

    def test_the_list_of_everything_is_not_taken_for_it(self, shelf: SearchIndex) -> None:
        whole = found(shelf, "")
        assert "film" not in found(shelf, "-video")
        assert found(shelf, "") == whole and "film" in whole

    @pytest.mark.parametrize("text", ["phân-số", "phân - số", "phân số -", "phân số – video", "phân số -5"])
    def test_a_hyphen_inside_words_or_before_a_number_leaves_nothing_out(self, text: str) -> None:
        assert read_question(text).without == ()

    def test_a_hyphen_inside_a_word_stays_a_word(self, index: SearchIndex) -> None:
        index.rebuild([document("one", "E-learning ở trường"), document("two", "Learning")])
        assert found(index, "e-learning") == ["one"]

    @pytest.mark.parametrize("text", [f'-"{one}" -{one}' for one in HOSTILE], ids=range(len(HOSTILE)))
    def test_no_text_after_a_minus_is_anything_but_words(self, shelf: SearchIndex, text: str) -> None:
        assert ask(shelf, text).total <= 5
        assert ask(shelf, f"phân {text}").total <= 4

    def test_there_is_an_end_to_what_is_left_out(self) -> None:
        asked, unwanted = split("một " + " ".join(f"-a{number}" for number in range(5_000)))
        assert (asked.split(), len(unwanted)) == (["một"], 8)
