import unicodedata
from decimal import Decimal

import pytest

from lms.core.errors import Invalid
from lms.questions.grading import Response, check_response, grade, numbers_in
from lms.questions.specs import parse_spec

CHOICES = [
    {"id": "a", "text": "3/4", "correct": False},
    {"id": "b", "text": "4/9", "correct": False, "feedback": "Mẫu nhân 3."},
    {"id": "c", "text": "8/12", "correct": True},
    {"id": "d", "text": "10/15", "correct": False},
]


def single():
    return parse_spec({"kind": "single", "prompt": "Phân số nào bằng 2/3?", "choices": CHOICES})


def multiple():
    rows = [{**row, "correct": row["id"] in {"c", "d"}} for row in CHOICES]
    return parse_spec({"kind": "multiple", "prompt": "Những phân số nào bằng 2/3?", "choices": rows})


def numeric(answer="8.5", tolerance="0", unit=""):
    return parse_spec(
        {"kind": "numeric", "prompt": "Bao nhiêu?", "answer": answer, "tolerance": tolerance, "unit": unit}
    )


def short_text(*accepted, unaccented=False):
    return parse_spec(
        {"kind": "short_text", "prompt": "Tên gì?", "accepted": list(accepted), "unaccented": unaccented}
    )


def score(spec, *choices, text=""):
    return grade(spec, check_response(spec, Response(tuple(choices), text)))


def test_a_single_choice_is_all_or_nothing():
    assert score(single(), "c").correct
    assert score(single(), "c").score == 1.0
    wrong = score(single(), "b")
    assert not wrong.correct and wrong.score == 0.0 and wrong.wrong == ("b",)


@pytest.mark.parametrize(
    ("chosen", "expected", "correct"),
    [
        (("c", "d"), 1.0, True),
        (("c",), 0.5, False),
        (("c", "a"), 0.0, False),
        (("c", "d", "a"), 0.5, False),
        (("a", "b"), 0.0, False),
        (("a", "b", "c", "d"), 0.0, False),
    ],
)
def test_multiple_choice_counts_right_minus_wrong_over_all_right(chosen, expected, correct):
    mark = score(multiple(), *chosen)
    assert (mark.score, mark.correct) == (expected, correct)


def test_true_false_needs_only_the_answer():
    spec = parse_spec({"kind": "true_false", "prompt": "2/3 = 8/12", "answer": True})
    assert score(spec, "true").correct
    assert not score(spec, "false").correct


@pytest.mark.parametrize("text", ["8,5", "8.5", " 8,50 ", "+8.5", "17/2", "8,5\u00a0", "８,５", "8.500"])
def test_a_decimal_comma_and_a_decimal_point_are_the_same_number(text):
    assert score(numeric(), text=text).correct


@pytest.mark.parametrize("text", ["85", "-8,5", "8,6", "8 5 5", "8,5,5", "8/0", "1/2/3"])
def test_another_number_is_wrong(text):
    assert not score(numeric(), text=text).correct


def test_a_minus_sign_of_any_shape_counts():
    for text in ("-2", "−2", "–2", "- 2"):
        assert score(numeric("-2"), text=text).correct


def test_thousands_may_be_grouped_in_either_way():
    for text in ("1234567", "1.234.567", "1,234,567", "1 234 567"):
        assert score(numeric("1234567"), text=text).correct
    assert Decimal("1234.5") in numbers_in("1.234,5")
    assert Decimal("1234.5") in numbers_in("1,234.5")
    assert set(numbers_in("1.234")) == {Decimal("1.234"), Decimal("1234")}


def test_tolerance_includes_its_edges():
    spec = numeric("3.14", "0.01")
    assert score(spec, text="3,13").correct
    assert score(spec, text="3,15").correct
    assert not score(spec, text="3,151").correct


def test_a_unit_may_be_left_out_but_not_be_wrong():
    spec = numeric("12", unit="cm²")
    assert score(spec, text="12").correct
    assert score(spec, text="12 cm²").correct
    assert score(spec, text="12cm2").correct
    assert not score(spec, text="12 m").correct


def test_a_number_question_asks_for_a_number():
    with pytest.raises(Invalid):
        check_response(numeric(), Response(text="tám rưỡi"))


@pytest.mark.parametrize("text", ["Hà Nội", "hà nội", "  HÀ   NỘI. ", unicodedata.normalize("NFD", "Hà Nội")])
def test_short_text_forgives_case_spaces_and_composition(text):
    assert score(short_text("Hà Nội"), text=text).correct


def test_both_ways_of_placing_a_tone_mark_are_the_same_word():
    assert score(short_text("hòa bình"), text="hoà bình").correct
    assert score(short_text("thuỷ triều"), text="thủy triều").correct
    assert not score(short_text("hòa"), text="hỏa").correct


def test_missing_tone_marks_count_only_where_the_question_allows_it():
    assert not score(short_text("Đà Nẵng"), text="da nang").correct
    assert score(short_text("Đà Nẵng", unaccented=True), text="da nang").correct
    assert not score(short_text("Đà Nẵng", unaccented=True), text="da lat").correct


def test_an_empty_or_overlong_or_forged_answer_is_refused():
    for spec, response in (
        (single(), Response()),
        (single(), Response(("z",))),
        (single(), Response(("a", "c"))),
        (short_text("x"), Response(text="  ")),
        (short_text("x"), Response(text="x" * 501)),
    ):
        with pytest.raises(Invalid):
            check_response(spec, response)
