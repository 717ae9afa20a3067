"""What helps to find beside the words themselves: suggestions, likeness and synonyms, on every engine."""

from __future__ import annotations

import pytest

from content_store.search import Query, SearchIndex
from content_store.search.synonyms import _FILE, other_words, read_groups
from content_store.search.telex import read_keystrokes
from content_store.search.terms import read_query
from tests.content_store.search.corpus import EVERYONE, document
from tests.content_store.search.test_contract import HOSTILE, uuids


def ask(index: SearchIndex, text: str, **given: object):
    given.setdefault("audiences", EVERYONE)
    return index.search(Query(text, **given))


def suggest(index: SearchIndex, text: str, **given: object) -> list[str]:
    given.setdefault("audiences", EVERYONE)
    return list(index.suggest(Query(text, **given)))


class TestSuggestions:
    @pytest.fixture
    def titles(self, index: SearchIndex) -> SearchIndex:
        index.rebuild(
            [
                document("a", "Xác suất của biến cố", keywords="tung đồng xu, gieo hạt"),
                document("b", "Ôn tập xác suất", keywords="Cô Lan"),
                document("c", "Xác định toạ độ"),
                document("d", "Xác suất của biến cố"),
                document("e", "Xác suất có điều kiện", audiences=frozenset({"class:6b"}), state=("draft",)),
            ]
        )
        return index

    @pytest.mark.parametrize("text", ["xac su", "xác su", "XAC  SUAT", "xac suất"])
    def test_titles_that_go_on_so_come_first_then_those_that_have_it_inside(
        self, titles: SearchIndex, text: str
    ) -> None:
        assert suggest(titles, text) == ["Xác suất của biến cố", "Ôn tập xác suất"]

    def test_an_unfinished_first_word_is_enough(self, titles: SearchIndex) -> None:
        assert suggest(titles, "xa") == ["Xác định toạ độ", "Xác suất của biến cố", "Ôn tập xác suất"]

    def test_keywords_are_suggested_one_by_one(self, titles: SearchIndex) -> None:
        assert suggest(titles, "dong x") == ["tung đồng xu"]
        assert suggest(titles, "co la") == ["Cô Lan"]

    @pytest.mark.parametrize("text", ["", "x", " ", "suat xac", "biến cốt", "?", *HOSTILE[:10]])
    def test_what_goes_on_nowhere_suggests_nothing(self, titles: SearchIndex, text: str) -> None:
        assert suggest(titles, text) == []

    @pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
    def test_no_text_is_anything_but_words(self, titles: SearchIndex, text: str) -> None:
        assert len(suggest(titles, text)) <= 20

    def test_nothing_hidden_is_suggested(self, titles: SearchIndex) -> None:
        assert suggest(titles, "xác suất có") == []
        mine = frozenset({"class:6b"})
        assert suggest(titles, "xác suất", audiences=mine) == ["Xác suất có điều kiện"]
        published = {"state": frozenset({"published"})}
        assert suggest(titles, "xác suất", audiences=mine, filters=published) == []
        assert suggest(titles, "xác suất", audiences=frozenset()) == []

    def test_there_are_no_more_than_asked_for(self, titles: SearchIndex) -> None:
        assert suggest(titles, "xa", size=1) == ["Xác định toạ độ"]

    def test_suggestions_follow_changes(self, titles: SearchIndex) -> None:
        titles.put([document("c", "Xác nhận kết quả")])
        titles.remove([("item", "b")])
        assert suggest(titles, "xa") == ["Xác nhận kết quả", "Xác suất của biến cố"]


class TestLikeness:
    @pytest.fixture
    def shelf(self, index: SearchIndex) -> SearchIndex:
        index.rebuild(
            [
                document("own", "Xác suất của biến cố", "Gieo con xúc xắc cân đối nhiều lần."),
                document("near", "Bài tập xác suất của biến cố", "Gieo con xúc xắc."),
                document("far", "Trò chơi", "Em gieo con xúc xắc cùng bạn.", updated=3.0),
                document("other", "Vẽ hoa sen", "Bông hoa nở trong hồ."),
                document("hidden", "Xác suất của biến cố", audiences=frozenset({"class:6b"})),
                document("draft", "Xác suất của biến cố", state=("draft",)),
            ]
        )
        return index

    def like(self, index: SearchIndex, uuid: str, **given: object) -> list[str]:
        query = Query("", EVERYONE, filters={"state": frozenset({"published"})} if given else {}, size=3)
        return [hit.uuid for hit in index.similar(("item", uuid), query)]

    def test_what_shares_rare_pairs_is_alike_and_the_closest_comes_first(self, shelf: SearchIndex) -> None:
        found = self.like(shelf, "own")
        assert found == ["near", "draft", "far"]

    def test_only_what_an_audience_may_see_under_its_filters_is_alike(self, shelf: SearchIndex) -> None:
        shelf.put([document("near", "Bài tập xác suất của biến cố", state=("published",))])
        assert self.like(shelf, "own", published=True) == ["near"]
        assert "hidden" not in self.like(shelf, "own")

    def test_titles_are_whole_and_unmarked(self, shelf: SearchIndex) -> None:
        hits = shelf.similar(("item", "own"), Query("", EVERYONE))
        assert {hit.title.parts for hit in hits if hit.uuid == "near"} == {
            (("Bài tập xác suất của biến cố", False),)
        }

    def test_a_document_alone_in_its_kind_or_not_there_is_like_no_other(self, shelf: SearchIndex) -> None:
        assert self.like(shelf, "other") == []
        assert self.like(shelf, "never-there") == []


class TestSentences:
    @pytest.fixture
    def shelf(self, index: SearchIndex) -> SearchIndex:
        others = (document(f"n{number}", f"Bài {number}", "Vì sao cây để ngoài trời?") for number in range(9))
        index.rebuild(
            [
                *others,
                document("iron", "Gỉ sắt", "Sắt để ngoài mưa thì gỉ. Sơn lên là một cách giữ."),
                document("rain", "Mưa axit", "Mưa làm hỏng cây."),
                document("dna", "Tách chiết ADN", "Dùng chuối và muối."),
                document("fruit", "Giữ trái cây", "Phơi khô trái cây."),
            ]
        )
        return index

    def test_who_asks_in_a_sentence_finds_what_is_nearest(self, shelf: SearchIndex) -> None:
        found = ask(shelf, "vì sao cái đinh sắt mua ngoài chợ lại bị gỉ mau quá")
        assert uuids(found)[0] == "iron"
        assert (found.corrected, found.instead) == (None, None)

    def test_a_word_that_nothing_has_hides_nothing_that_has_the_other_name(self, shelf: SearchIndex) -> None:
        assert uuids(ask(shelf, "DNA extraction")) == ["dna"]

    def test_a_slip_among_many_words_is_mended(self, shelf: SearchIndex) -> None:
        found = ask(shelf, "giuw trai cayy tuoi lau")
        assert uuids(found)[0] == "fruit"
        assert found.corrected is not None

    def test_who_may_not_see_the_nearest_is_not_led_there(self, shelf: SearchIndex) -> None:
        shelf.put([document("iron", "Gỉ sắt", "Sắt để ngoài mưa.", audiences=frozenset({"class:6b"}))])
        assert "iron" not in uuids(ask(shelf, "vì sao cái đinh sắt mua ngoài chợ lại bị gỉ mau quá"))

    def test_counts_filters_and_pages_agree(self, shelf: SearchIndex) -> None:
        more = (
            document(f"m{number}", f"Đinh sắt {number}", "Gỉ.", half=("odd" if number % 2 else "even",))
            for number in range(3)
        )
        shelf.put([*more])
        typed = "cái đinh sắt mua ngoài chợ lại bị gỉ mau quá"
        whole = ask(shelf, typed, facets=("half",))
        first = ask(shelf, typed, size=2)
        second = ask(shelf, typed, size=9, after=first.next)
        assert [*uuids(first), *uuids(second)] == uuids(whole)
        assert whole.total == len(whole.hits) == first.total
        odd = ask(shelf, typed, filters={"half": frozenset({"odd"})})
        assert odd.total == whole.facets["half"]["odd"] == 1


class TestSynonyms:
    @pytest.fixture
    def shelf(self, index: SearchIndex) -> SearchIndex:
        index.rebuild(
            [
                document("vi", "Xác suất của biến cố", "Gieo con xúc xắc.", updated=3.0),
                document("en", "Introduction to probability", "Dice and coins.", updated=1.0),
                document("lookalike", "Xạc suât", updated=9.0),
                document("task", "Ôn tập", "Bài tập về nhà: xác suất."),
            ]
        )
        return index

    def test_a_synonym_comes_after_the_word_itself(self, shelf: SearchIndex) -> None:
        results = ask(shelf, "probability")
        assert [(hit.uuid, hit.tier) for hit in results.hits] == [("en", 1), ("vi", 3), ("task", 3)]
        assert results.total == 3

    def test_it_goes_both_ways_and_without_accents(self, shelf: SearchIndex) -> None:
        assert ("en", 3) in [(hit.uuid, hit.tier) for hit in ask(shelf, "xác suất").hits]
        assert ("en", 3) in [(hit.uuid, hit.tier) for hit in ask(shelf, "xac suat").hits]

    def test_a_name_written_with_other_accents_is_another_word(self, shelf: SearchIndex) -> None:
        assert "en" not in uuids(ask(shelf, "xạc suât"))

    def test_the_rest_of_the_query_must_be_there_too(self, shelf: SearchIndex) -> None:
        assert uuids(ask(shelf, "bai tap probability")) == ["task"]

    def test_the_synonym_is_what_is_marked(self, shelf: SearchIndex) -> None:
        title = next(hit.title for hit in ask(shelf, "probability").hits if hit.uuid == "vi")
        assert title.parts == (("Xác suất", True), (" của biến cố", False))

    def test_a_synonym_is_no_spelling_mistake_and_is_counted_and_paged(self, shelf: SearchIndex) -> None:
        shelf.put([document(f"n{number}", f"Xác suất {number}", half=("odd",)) for number in range(5)])
        first = ask(shelf, "probability", size=4, facets=("half",))
        second = ask(shelf, "probability", size=4, after=first.next)
        assert (first.corrected, first.total, first.facets) == (None, 8, {"half": {"odd": 5}})
        assert len({*uuids(first), *uuids(second)}) == 8

    def test_where_enough_is_found_nothing_is_said_otherwise(self, shelf: SearchIndex) -> None:
        shelf.put([document(f"n{number}", f"Probability {number}") for number in range(20)])
        assert ask(shelf, "probability", size=30).total == 21
        shelf.put([document(f"s{number}", f"Game {number}", "Probability.") for number in range(20)])
        found = ask(shelf, "probability game", size=30)
        assert found.total == 20 and {hit.tier for hit in found.hits} == {3}

    def test_nobody_is_shown_a_synonym_that_is_hidden(self, shelf: SearchIndex) -> None:
        shelf.put([document("vi", "Xác suất", audiences=frozenset({"class:6b"}))])
        assert "vi" not in uuids(ask(shelf, "probability"))


class TestTheListOfSynonyms:
    def test_every_line_names_one_thing_at_least_twice(self) -> None:
        lines = [line.partition("#")[0].strip() for line in _FILE.read_text(encoding="utf-8").splitlines()]
        written = [line for line in lines if line]
        assert len(written) >= 150
        assert len(list(read_groups("\n".join(written)))) == len(written)

    def test_a_query_is_said_otherwise_by_its_longest_names(self) -> None:
        others = other_words(read_query("giải phương trình bậc hai"))
        assert others[0].whole.folded == ("giai", "quadratic", "equation")
        assert len(others) <= 3

    def test_a_single_syllable_is_taken_at_its_accents(self) -> None:
        assert other_words(read_query("luc")) == ()
        assert other_words(read_query("lực"))[0].phrase.folded == ("force",)

    def test_remarks_and_lonely_names_say_nothing(self) -> None:
        assert list(read_groups("# a = b\nmột\n\na = a\nhai = two # số")) == [
            (read_query("hai"), read_query("two"))
        ]


class TestKeystrokes:
    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("xacs suaats", "xác suất"),
            ("phuwowng trinhf", "phương trình"),
            ("dduwowngf", "đường"),
            ("dduongwf", "đường"),
            ("ddaoj dduwcs", "đạo đức"),
            ("suats", "suát"),
            ("suatas", "suất"),
            ("hoaf binhf", "hòa bình"),
            ("toans hocj", "toán học"),
            ("trawng", "trăng"),
            ("muaw", "mưa"),
            ("tieengs vieetj", "tiếng việt"),
        ],
    )
    def test_telex_is_read_as_the_input_method_would(self, typed: str, meant: str) -> None:
        read = read_keystrokes(read_query(typed))
        assert read is not None and read.exact == read_query(meant).exact

    @pytest.mark.parametrize("text", ["xác suất", "toan hoc", "python", "2024", "", "学生"])
    def test_words_that_are_no_keystrokes_stay(self, text: str) -> None:
        assert read_keystrokes(read_query(text)) is None

    def test_what_was_meant_is_found_with_its_accents_first(self, index: SearchIndex) -> None:
        index.rebuild(
            [
                document("lookalike", "Xạc suât", updated=9.0),
                document("meant", "Xác suất", updated=1.0),
            ]
        )
        results = ask(index, "xacs suaats")
        assert uuids(results) == ["meant", "lookalike"]
        assert results.corrected == "xác suất"


class TestSlips:
    @pytest.mark.parametrize("text", ["tam giác", "tam giac", "ân giác"])
    def test_two_right_syllables_are_no_slip_of_two_others(self, index: SearchIndex, text: str) -> None:
        index.rebuild(
            [document("scale", "Âm giai"), document("a", "Tam ca ân nhân"), document("b", "Giác quan")]
        )
        results = ask(index, text)
        assert (results.total, results.corrected) == (0, None)

    def test_nor_where_the_index_knows_neither(self, index: SearchIndex) -> None:
        index.rebuild([document("scale", "Âm giai")])
        assert ask(index, "tam giac").total == 0

    @pytest.mark.parametrize("text", ["âm giaii", "amm giai", "aam giai", "am giac", "âmm giaii"])
    def test_a_slip_of_one_or_of_what_is_no_syllable_is_corrected(
        self, index: SearchIndex, text: str
    ) -> None:
        index.rebuild([document("scale", "Âm giai"), document("b", "Giác quan")])
        results = ask(index, text)
        assert (results.corrected, uuids(results)) == ("âm giai", ["scale"])

    def test_a_spelling_further_off_is_told_and_not_taken(self, index: SearchIndex) -> None:
        index.rebuild([document("scale", "Âm giai"), document("a", "Tam ca"), document("b", "Giác quan")])
        results = ask(index, "tam giác")
        assert (results.hits, results.corrected, results.instead) == ((), None, "am giai")
        assert ask(index, "tam giác", audiences=frozenset({"class:6b"})).instead is None
        assert ask(index, "âm giai").instead is None
        assert ask(index, "qwzzvbk").instead is None
