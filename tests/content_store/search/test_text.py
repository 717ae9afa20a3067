"""How Vietnamese words are read, by themselves."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content_store.search.highlight import Highlighter
from content_store.search.postgres_tables import vector
from content_store.search.terms import Presence, read_query
from content_store.search.text import exact, fold, pairs, title_order, words
from content_store.search.typo import edits, keystrokes


@pytest.mark.parametrize(
    ("word", "folded"),
    [("Đường", "duong"), ("TOÁN", "toan"), ("quỹ", "qui"), ("Ngữ", "ngu"), ("H2O", "h2o"), ("café", "cafe")],
)
def test_folding_drops_case_tones_accents_and_the_bar_of_đ(word: str, folded: str) -> None:
    assert fold(word) == fold(unicodedata.normalize("NFD", word)) == folded


@pytest.mark.parametrize(("old", "new"), [("hòa", "hoà"), ("thủy", "thuỷ"), ("khỏe", "khoẻ"), ("HÓA", "hoá")])
def test_both_places_of_a_tone_are_one_exact_word(old: str, new: str) -> None:
    assert exact(old) == exact(new) != exact(fold(old))


def test_different_tones_and_letters_stay_apart() -> None:
    assert len({exact(word) for word in ["ma", "mà", "má", "mả", "mã", "mạ", "mâ", "mă"]}) == 8


def test_words_are_split_at_signs_and_not_inside_nfd_letters() -> None:
    assert list(words("toán_học, lớp-6 (tiết 2)")) == ["toán", "học", "lớp", "6", "tiết", "2"]
    assert len(list(words(unicodedata.normalize("NFD", "tiếng Việt")))) == 2


def test_neighbors_are_joined() -> None:
    assert pairs(["toan", "hoc", "vui"]) == ["toan_hoc", "hoc_vui"]


def test_numbers_in_titles_sort_by_value_and_đ_after_d() -> None:
    titles = ["Bài 10", "Bài 9", "Đá", "Dê"]
    assert sorted(titles, key=title_order) == ["Bài 9", "Bài 10", "Dê", "Đá"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("toans", "toan"),
        ("hocj", "hoc"),
        ("ddaij", "dai"),
        ("suaats", "suat"),
        ("truwowngf", "truong"),
        ("hoc5", "hoc"),
    ],
)
def test_keystrokes_of_telex_and_vni_are_read(typed: str, meant: str) -> None:
    assert meant in keystrokes(typed)


def test_one_edit_away_has_every_kind_of_slip() -> None:
    assert {"toa", "tona", "toanh", "toam", "oan"} <= edits("toan")
    assert "toan" not in edits("toan")


def test_marks_fit_text_in_nfd() -> None:
    text = unicodedata.normalize("NFD", "Giờ toán học")
    title, _ = Highlighter(read_query("toan hoc")).show(text, "")
    assert title.parts == (
        (unicodedata.normalize("NFD", "Giờ "), False),
        (unicodedata.normalize("NFD", "toán học"), True),
    )


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=60), st.text(max_size=200))
def test_showing_loses_no_character_of_a_title(query: str, text: str) -> None:
    title, passages = Highlighter(read_query(query)).show(text, text)
    assert "".join(title.text.split()) == "".join(text.split())
    assert len(passages) <= 2


def test_a_title_outranks_keywords_and_these_any_body() -> None:
    title, keywords, body = Presence(True, False, 0), Presence(False, True, 0), Presence(False, False, 6)
    assert title.score > keywords.score > body.score > Presence(False, False, 1).score


def test_a_vector_never_outgrows_postgresql() -> None:
    huge = {f"tu{number}_khac{number}": Presence(True, True, 6) for number in range(80_000)}
    assert len(vector(huge).encode()) < 3_000_000
