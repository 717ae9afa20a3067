"""What changed between two texts, told in words and within bounds."""

from __future__ import annotations

import time

from content_store.differences import MOST_PARAGRAPHS, TextDifference, compare_text


def told(difference: TextDifference) -> list[tuple[str, str]]:
    return [(p.kind, "".join(f"[{r.kind[0]}:{r.text}]" for r in p.runs)) for p in difference.paragraphs]


def test_a_changed_word_is_told_inside_its_paragraph():
    difference = compare_text("Một.\n\nHai ba bốn năm.", "Một.\nHai ba sáu năm.")
    assert told(difference) == [
        ("same", "[s:Một.]"),
        ("changed", "[s:Hai ba ][r:bốn ][a:sáu ][s:năm.]"),
    ]
    assert (difference.added, difference.removed, difference.is_same) == (1, 1, False)


def test_spaces_and_unicode_forms_are_no_difference():
    assert compare_text("Phân  số\n\n\nMẫu", "Phân số\nMẫu").is_same


def test_paragraphs_far_from_a_change_are_only_counted():
    lines = [f"Đoạn {n}." for n in range(20)]
    difference = compare_text("\n".join(lines), "\n".join([*lines, "Thêm."]))
    assert [(p.kind, p.count) for p in difference.paragraphs] == [("skipped", 19), ("same", 0), ("added", 0)]


def test_nothing_of_either_text_is_lost_where_all_is_compared():
    old, new = "a b c\nd e f\ng", "a x c\nz\ng h"
    runs = [
        run for p in compare_text(old, new).paragraphs for run in (*p.runs, *(() if p.kind == "same" else ()))
    ]
    assert "".join(r.text for r in runs if r.kind != "added").replace(" ", "") == "abcdefg"
    assert "".join(r.text for r in runs if r.kind != "removed").replace(" ", "") == "axczgh"


def test_one_word_repeated_over_and_over_costs_no_minute():
    began = time.process_time()
    compare_text("\n".join(["a " * 990 + "x"] * 50), "\n".join(["b a " * 490 + "y"] * 50))
    compare_text("\n".join(["a b", "c"] * 700), "\n".join(["c", "a b"] * 700))
    assert time.process_time() - began < 6


def test_a_book_is_compared_in_its_first_part():
    old = "\n".join(f"Câu {n}." for n in range(MOST_PARAGRAPHS + 10))
    assert compare_text(old, old + "\nThêm.").is_cut
