"""The lexicon an application puts in the place of the open list, and the open list itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from content_store.search import synonyms
from content_store.search.highlight import marking_of
from content_store.search.synonyms import base_lexicon, base_lines, make_lexicon, other_words, read_groups
from content_store.search.terms import read_query


@pytest.fixture(autouse=True)
def base() -> Iterator[None]:
    """Leave the list as it was found."""
    kept = synonyms._source
    yield
    synonyms.follow(kept)


def said(query: str) -> list[str]:
    """Return the other ways to say a query, without accents."""
    return [" ".join(other.whole.folded) for other in other_words(read_query(query))]


def test_lines_are_bare_and_each_stands_once() -> None:
    lines = base_lines()
    assert "xác suất = probability" in lines
    assert not [line for line in lines if "#" in line or line != line.strip()]
    assert len(set(lines)) == len(lines) == len(list(read_groups("\n".join(lines))))


def test_a_lexicon_of_ones_own_takes_the_place_of_the_list_at_once() -> None:
    assert said("gvcn") == []
    synonyms.follow(lambda: make_lexicon(read_groups("gvcn = giáo viên chủ nhiệm")))
    assert said("gvcn") == ["giao vien chu nhiem"]
    assert said("probability") == []
    synonyms.follow(base_lexicon)
    assert said("probability") == ["xac suat"]


def test_an_english_plural_is_the_name_of_one() -> None:
    assert said("fractions") == said("fraction") == ["phan so"]
    assert said("refractions") == said("refraction") != []
    assert said("fractionss") == []


def test_a_name_may_stand_in_two_groups() -> None:
    synonyms.follow(lambda: make_lexicon(read_groups("kt = kiểm tra\nkt = kĩ thuật")))
    assert said("kt") == ["kiem tra", "ki thuat"]


def test_marking_needs_no_lexicon() -> None:
    synonyms.follow(lambda: make_lexicon(()))
    title, _passages = marking_of(read_query("probability")).show("Probability", "")
    assert title.parts == (("Probability", True),)


def test_one_query_is_told_the_same_however_often_it_asks() -> None:
    query = read_query("probability")
    before = other_words(query)
    synonyms.follow(lambda: make_lexicon(()))
    assert other_words(query) == before and len(before) == 1
    assert other_words(read_query("probability")) == ()
