"""The practice questions can be used: each is read, asks for something, and something answers it."""

from __future__ import annotations

import os
from pathlib import Path

from tests.content_store.search.relevance.judging import Question, by_rules, practice, read_rule
from tests.content_store.search.relevance.records import Record, bare, chapters, records

SAMPLES = Path(os.environ.get("BENHOC_SAMPLES", Path(__file__).parents[4] / "shared" / "samples"))


def corpus() -> list[Record]:
    """Return every record there is here: the made ones, and the sample chapters where they stand."""
    return [*records(), *chapters(SAMPLES / "vi")]


def has_chapters(every: list[Record]) -> bool:
    """Tell whether the sample chapters are here; the few questions that only they answer need them."""
    return any(one.kind == "chuong" for one in every)


def wanted(question: Question) -> list[str]:
    """Return the topics, subjects and records that the rules of a question name."""
    return [read_rule(rule.split()[-1]).name for rule in question.rules]


def test_there_are_enough_practice_questions_and_none_is_there_twice() -> None:
    typed = [bare(question.text).casefold() for question in practice()]
    assert len(typed) >= 110
    assert len(set(typed)) == len(typed)


def test_each_practice_question_says_what_is_needed_and_is_a_line_one_types() -> None:
    for question in practice():
        assert question.need.endswith("."), question.text
        assert 1 <= len(question.text.split()) <= 9, question.text


def named(every: list[Record]) -> set[str]:
    """Return every name a rule can speak of."""
    return {name for one in every for name in (one.topic, one.subject, f"={one.key}")}


def test_the_rules_of_the_practice_questions_name_what_is_in_the_corpus() -> None:
    every = corpus()
    known = named(every)
    missing = {name for question in practice() for name in wanted(question)} - known
    assert not missing if has_chapters(every) else all(name.startswith("mau-") for name in missing)


def test_each_practice_question_has_an_answer() -> None:
    every = corpus()
    known = named(every)
    for question in practice():
        if has_chapters(every) or known.intersection(wanted(question)):
            assert max(by_rules(question, record) for record in every) >= 2, question.text
