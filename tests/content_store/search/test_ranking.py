"""The rule of `docs/search.md`, kept by every engine: most of the words, rare words, wishes, one letter for i and y."""

from __future__ import annotations

import pytest

from content_store.search import Query, Results, SearchIndex
from content_store.search.light import LIGHTNESS
from content_store.search.ranking import Most, Rarity, has_most, ways
from content_store.search.terms import read_query
from content_store.search.wishes import GRADE, SUBJECT, read_question
from tests.content_store.search.corpus import EVERYONE, document


def ask(index: SearchIndex, text: str, **given: object) -> Results:
    given.setdefault("audiences", EVERYONE)
    return index.search(Query(text, **given))


def found(index: SearchIndex, text: str, **given: object) -> list[str]:
    return [hit.uuid for hit in ask(index, text, **given).hits]


class TestMostOfTheWords:
    @pytest.fixture
    def shelf(self, index: SearchIndex) -> SearchIndex:
        index.rebuild(
            [
                document("all", "Mật khẩu", "Em đặt mật khẩu mạnh để an toàn khi lên mạng.", updated=1.0),
                document("most", "Đặt mật khẩu mạnh", "Giữ an toàn cho máy tính.", updated=2.0),
                document("title", "Giới thiệu mật khẩu", "Nhiều người quên an toàn.", updated=3.0),
                document("few", "Mật ong rừng", "Bánh có vị mật.", updated=9.0),
                document("hidden", "Mật khẩu an toàn", audiences=frozenset({"class:6b"})),
                *(document(f"n{number}", f"Bài {number}", "Trên mạng có an toàn.") for number in range(3)),
            ]
        )
        return index

    def test_a_question_in_plain_words_finds_what_has_most_of_them(self, shelf: SearchIndex) -> None:
        results = ask(shelf, "an toàn mạng mật khẩu")
        assert [(hit.uuid, hit.tier) for hit in results.hits][:3] == [("all", 3), ("title", 3), ("most", 3)]
        assert "few" not in [hit.uuid for hit in results.hits]
        assert results.corrected is None

    @pytest.mark.parametrize("text", ["mật khẩu", "an toàn mạng mật khẩu", "probability game", "toán lớp 6"])
    def test_an_empty_index_has_nothing(self, index: SearchIndex, text: str) -> None:
        assert (found(index, text), ask(index, text).total) == ([], 0)

    def test_two_words_must_both_be_there(self, shelf: SearchIndex) -> None:
        assert found(shelf, "ong khẩu") == []

    def test_nothing_hidden_is_found_by_most_of_the_words(self, shelf: SearchIndex) -> None:
        assert "hidden" not in found(shelf, "an toàn mạng mật khẩu", size=50)
        assert found(shelf, "an toàn mạng mật khẩu", audiences=frozenset({"class:6b"})) == ["hidden"]

    def test_totals_facets_filters_and_pages_hold_them_too(self, index: SearchIndex) -> None:
        index.rebuild(
            document(
                f"n{number}",
                "Mật khẩu",
                "Giữ an toàn." if number % 2 else "Giữ an toàn trên mạng.",
                updated=float(number),
                half=("odd" if number % 2 else "even",),
            )
            for number in range(18)
        )
        text, odd = "an toàn mạng mật khẩu", {"half": frozenset({"odd"})}
        whole = ask(index, text, facets=("half",), size=50)
        assert (whole.total, whole.facets) == (18, {"half": {"even": 9, "odd": 9}})
        assert {hit.uuid for hit in whole.hits[:9]} == {f"n{number}" for number in range(0, 18, 2)}
        filtered = ask(index, text, facets=("half",), filters=odd, size=50)
        assert (filtered.total, filtered.facets) == (9, {"half": {"even": 9, "odd": 9}})
        for sort in ("relevance", "newest", "title"):
            first = ask(index, text, size=10, sort=sort)
            second = ask(index, text, size=10, sort=sort, after=first.next)
            paged = [hit.uuid for hit in (*first.hits, *second.hits)]
            assert paged == found(index, text, size=50, sort=sort)
            assert len(set(paged)) == 18

    def test_where_enough_has_all_the_words_most_of_them_is_not_enough(self, index: SearchIndex) -> None:
        rows = [document(f"n{number}", "Mạng", "Mật khẩu giữ an toàn.") for number in range(20)]
        index.rebuild([*rows, document("most", "Mật khẩu", "Giữ an toàn.")])
        assert ask(index, "an toàn mạng mật khẩu").total == 20

    def test_a_known_word_is_not_taken_for_a_slip_where_most_of_the_words_are_found(
        self, index: SearchIndex
    ) -> None:
        index.rebuild(
            [
                document("meant", "Phương pháp thế", "Giải hệ phương trình."),
                document("lookalike", "Phương pháp", "Một đề phương trình có thế."),
                document("other", "Hệ mặt trời"),
            ]
        )
        results = ask(index, "hệ phương trình bằng phương pháp thế")
        assert (results.corrected, results.hits[0].uuid) == (None, "meant")

    def test_a_rare_word_says_more_than_a_common_one(self, index: SearchIndex) -> None:
        crowd = [document(f"n{number}", f"Bài học {number}", "Ôn tập.") for number in range(30)]
        index.rebuild(
            [
                *crowd,
                document("rare", "Quang hợp của bài", updated=1.0),
                document("common", "Học ôn bài tập", "Có quang, không hợp.", updated=9.0),
                document("both", "Bài", "Học. Quang hợp.", updated=5.0),
            ]
        )
        assert found(index, "bài học quang hợp")[:2] == ["rare", "both"]

    def test_what_a_text_begins_with_counts_more_than_what_it_mentions_in_passing(
        self, index: SearchIndex
    ) -> None:
        filler = "Câu này nói chuyện khác hẳn. " * 20
        index.rebuild(
            [
                document("begins", "Bài 1", f"Sóng cơ truyền trong nước. {filler}", updated=1.0),
                document("passing", "Bài 2", f"{filler} Nên xem lại sóng cơ.", updated=9.0),
            ]
        )
        assert found(index, "sóng cơ") == ["begins", "passing"]


class TestWishes:
    @pytest.fixture
    def shelf(self, index: SearchIndex) -> SearchIndex:
        index.rebuild(
            [
                document(
                    "four", "Phân số", "Phân số ở lớp bốn.", grade=("4",), subject=("toan",), updated=9.0
                ),
                document("six", "Phân số", grade=("6",), subject=("toan",), updated=1.0),
                document("none", "Phân số", updated=5.0),
                document("other", "Lớp 6 đi dã ngoại", grade=("6",), updated=7.0),
            ]
        )
        return index

    @pytest.mark.parametrize("text", ["phân số lớp 6", "phan so lop 6", "lớp 6 phân số", "phân số khối 6"])
    def test_a_grade_lifts_and_never_hides(self, shelf: SearchIndex, text: str) -> None:
        results = ask(shelf, text)
        assert [hit.uuid for hit in results.hits] == ["six", "four", "none"]
        assert results.total == 3

    def test_a_grade_alone_is_looked_for_like_any_words_and_finds_what_is_for_it(
        self, shelf: SearchIndex
    ) -> None:
        assert found(shelf, "lớp 6") == ["other", "six"]

    def test_marks_are_of_the_words_without_the_grade(self, shelf: SearchIndex) -> None:
        assert ask(shelf, "phân số lớp 6").hits[0].title.parts == (("Phân số", True),)

    @pytest.mark.parametrize(
        ("text", "folded", "tokens"),
        [
            ("phân số lớp 6", ("phan", "so"), {"grade=6"}),
            ("toán 6 phân số", ("toan", "phan", "so"), {"grade=6", "subject=toan"}),
            ("sử 9", ("su",), {"grade=9", "subject=lich-su-dia-li"}),
            ("Lịch sử 11", ("lich", "su"), {"grade=11", "subject=lich-su"}),
            ("sử dụng 9 hàm", ("su", "dung", "9", "ham"), set()),
            ("hóa lớp 8 axit", ("hoa", "axit"), {"grade=8", "subject=khoa-hoc-tu-nhien"}),
            ("vật lý 10", ("vat", "li"), {"grade=10", "subject=vat-li"}),
            ("math grade 7", ("math",), {"grade=7", "subject=toan"}),
            ("toán 13", ("toan", "13"), {"subject=toan"}),
            ("hóa học hữu cơ", ("hoa", "hoc", "huu", "co"), {"subject=hoa-hoc"}),
            ("đề môn toán", ("de", "mon", "toan"), {"subject=toan"}),
            ("phản ứng hóa học", ("phan", "ung", "hoa", "hoc"), set()),
            (
                "phản ứng hóa học lớp 8",
                ("phan", "ung", "hoa", "hoc"),
                {"grade=8", "subject=khoa-hoc-tu-nhien"},
            ),
            ("lớp 6", ("lop", "6"), {"grade=6"}),
            ("phân số 6", ("phan", "so", "6"), set()),
            ("lớp sáu", ("lop", "sau"), set()),
            ("", (), set()),
        ],
    )
    def test_questions_are_read(self, text: str, folded: tuple[str, ...], tokens: set[str]) -> None:
        question = read_question(text)
        assert question.words.folded == folded
        assert {token for wish in question.wishes for token in wish.tokens} == tokens
        assert {wish.worth for wish in question.wishes} <= {GRADE, SUBJECT}


class TestSpellings:
    @pytest.mark.parametrize(
        ("text", "title"),
        [("kỹ năng", "Kĩ năng sống"), ("học kì", "Đề thi học kỳ"), ("quí hiếm", "Động vật quý hiếm")],
    )
    def test_i_and_y_at_the_end_are_one_letter(self, index: SearchIndex, text: str, title: str) -> None:
        index.rebuild([document("one", title), document("two", "Khác")])
        hit = ask(index, text).hits[0]
        assert (hit.uuid, hit.tier) == ("one", 1)
        assert any(marked for _, marked in hit.title.parts)

    def test_a_short_form_finds_the_long_one(self, index: SearchIndex) -> None:
        index.rebuild(
            [
                document("two", "Đề thi học kì 2 môn Toán lớp 9"),
                document("one", "Đề thi học kì 1 môn Toán lớp 9"),
            ]
        )
        assert found(index, "de thi hk2 toan 9")[0] == "two"


class TestTheRule:
    RARITY = Rarity(1_000, {"an": 500, "toan": 400, "mang": 100, "mat": 20, "khau": 10})

    def test_most_is_two_words_or_more_beside_a_pair_or_much_of_the_weight(self) -> None:
        most = Most({"mat": 4.0, "khau": 4.0, "an": 1.0, "toan": 1.0}, ("an_toan", "mat_khau"))
        assert most.alone == (("mat", "khau"),)
        assert most.beside == (
            ("mat", "khau"),
            ("mat", "an"),
            ("mat", "toan"),
            ("khau", "an"),
            ("khau", "toan"),
        )

    def test_the_words_of_a_way_share_one_and_the_rarer_has_more(self) -> None:
        way = ways(read_query("an toàn mạng mật khẩu"), self.RARITY, most=True)[0]
        assert sum(way.words.values()) == pytest.approx(1)
        assert sum(way.pairs.values()) == pytest.approx(1)
        assert sorted(way.words, key=way.words.__getitem__) == ["an", "toan", "mang", "mat", "khau"]

    def test_long_questions_are_judged_by_their_six_rarest_words(self) -> None:
        way = ways(read_query("a b c d e g h i k"), Rarity(9, {}), most=True)[0]
        assert way.most is not None and list(way.most.heaviest) == ["a", "b", "c", "d", "e", "g"]

    def test_words_that_no_document_has_are_none_of_the_heaviest(self) -> None:
        way = ways(read_query("an toàn zz mật khẩu yy"), self.RARITY, most=True)[0]
        assert way.most is not None and list(way.most.heaviest) == ["khau", "mat", "toan", "an"]

    def test_a_part_of_the_words_asks_for_less_of_their_weight(self) -> None:
        heaviest, pairs = {"mat": 4.0, "khau": 4.0, "an": 4.0, "toan": 4.0}, ("mat_khau",)
        assert all(len(words) == 3 for words in Most(heaviest, pairs).alone)
        assert all(len(words) == 2 for words in Most(heaviest, pairs, part=True).alone)

    def test_words_of_asking_weigh_little_where_they_are_written_with_accents(self) -> None:
        rarity = Rarity(1_000, {"vi": 9, "sao": 9, "la": 9, "cay": 9})
        spoken = ways(read_query("vì sao lá cây"), rarity, most=True)[0].words
        bare = ways(read_query("vi sao la cay"), rarity, most=True)[0].words
        assert spoken["vi"] == spoken["sao"] == pytest.approx(LIGHTNESS * spoken["la"])
        assert len(set(bare.values())) == 1

    def test_two_words_are_all_or_nothing(self) -> None:
        assert not has_most(read_query("khẩu mật"))
        way = ways(read_query("khẩu mật"), self.RARITY, most=True)[0]
        assert way.most is None and way.pairs == {}
