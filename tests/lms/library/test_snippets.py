"""Passages of a search: without file names and leaders, still marked where the words were found."""

from __future__ import annotations

import pytest

from content_store.search import Fragment
from lms.library.snippets import clean_passage, clean_passages


def marked(text: str) -> Fragment:
    """A fragment from text in which [brackets] stand around what was found."""
    parts = []
    for piece in text.replace("]", "[").split("["):
        parts.append((piece, len(parts) % 2 == 1))
    return Fragment(tuple(part for part in parts if part[0]))


def shown(fragment: Fragment) -> str:
    return "".join(f"[{text}]" if is_match else text for text, is_match in fragment.parts)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Các [phân số] GHI-CONG.txt thanh-ba-[phan]-tu.png ... hết", "Các [phân số] ... hết"),
        ("Họ và tên: ............ Lớp: ……………… điểm [phân số]", "Họ và tên: Lớp: điểm [phân số]"),
        ("Bài _ _ _ _ _ một\n\n\thai   [ba]", "Bài một hai [ba]"),
        ("a) 12/18 = 2/3; lúc 7:30, giá 12.500 [đồng]", "a) 12/18 = 2/3; lúc 7:30, giá 12.500 [đồng]"),
        ("---- Mục [tiêu] ----- cuối", " Mục [tiêu] cuối"),
    ],
)
def test_noise_goes_and_the_marks_stay(raw: str, clean: str):
    assert shown(clean_passage(marked(raw))).strip() == clean.strip()


def test_a_passage_of_nothing_but_noise_is_not_shown():
    passages = [marked("anh-[phan]-so.png bia.jpg .........."), marked("Hai [phân số] bằng nhau")]
    assert [shown(one) for one in clean_passages(passages)] == ["Hai [phân số] bằng nhau"]


def test_only_as_many_passages_are_cleaned_as_are_shown():
    passages = (marked(text) for text in ("ba.png [a]", "Hai [phân số] bằng nhau", "Ba [phân số] khác nhau"))
    assert [shown(one) for one in clean_passages(passages, most=1)] == ["Hai [phân số] bằng nhau"]
    assert [shown(one) for one in passages] == ["Ba [phân số] khác nhau"]
