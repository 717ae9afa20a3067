"""The demo courses are well formed, complete and answerable."""

from __future__ import annotations

import unicodedata
from importlib.resources import files
from importlib.resources.abc import Traversable

import pytest

from content_store.markup import render_markdown
from content_store.taxonomy import SUBJECTS
from lms.demo.content.course_text import CourseTextError, parse_units
from lms.demo.content.courses import all_courses, open_courses, school_courses
from lms.demo.content.document_text import all_documents
from lms.demo.content.library import FILM_CARDS, SOUND_CARDS, TABLES
from lms.demo.content.library_pictures_life import PICTURES
from lms.demo.content.model import COVER_INKS, DemoCourse, DemoQuestion, ItemBlock, QuestionBlock, TextBlock
from lms.demo.content.people import ORGS, RUNS, everyone

CHOICE_KINDS = ("single", "multiple", "true_false")
COURSES = pytest.mark.parametrize("course", all_courses(), ids=lambda course: course.slug)


def questions(course: DemoCourse) -> list[DemoQuestion]:
    return [
        activity.question
        for lesson in course.lessons
        for activity in lesson.activities
        if isinstance(activity, QuestionBlock)
    ]


def licenses_by_slug() -> dict[str, str]:
    cards = {**SOUND_CARDS, **FILM_CARDS, **{slug: card for slug, (_, card) in TABLES.items()}}
    described = [*PICTURES, *all_documents()]
    return {slug: card.license_id for slug, card in cards.items()} | {
        one.slug: one.license_id for one in described
    }


def data_files(folder: Traversable) -> list[Traversable]:
    out: list[Traversable] = []
    for entry in folder.iterdir():
        out += data_files(entry) if entry.is_dir() else [entry]
    return out


def test_there_are_three_school_courses_and_two_open_ones() -> None:
    assert len(school_courses()) == 3
    assert {course.language for course in open_courses()} == {"vi", "en"}
    assert len({course.slug for course in all_courses()}) == 5


@COURSES
def test_a_course_has_every_field_its_page_shows(course: DemoCourse) -> None:
    assert course.title and course.summary and course.promise and course.level
    assert course.effort_hours > 0 and course.what_you_receive
    assert course.cover_ink in COVER_INKS
    assert course.subject in SUBJECTS
    assert course.provider in {org.slug for org in ORGS}
    assert set(course.teachers) <= {person.username for person in everyone()}
    assert any(run.course == course.slug for run in RUNS)


@COURSES
def test_lessons_have_a_goal_and_four_to_eight_activities(course: DemoCourse) -> None:
    slugs = [lesson.slug for lesson in course.lessons]
    assert len(slugs) == len(set(slugs)) and len(slugs) >= 6
    assert course.lessons[0].free_preview
    for lesson in course.lessons:
        assert lesson.title and lesson.goal.endswith(".") and 10 <= lesson.minutes <= 45
        assert 4 <= len(lesson.activities) <= 8, lesson.slug
        assert all(activity.title for activity in lesson.activities), lesson.slug


@COURSES
def test_every_lesson_really_teaches_and_then_asks(course: DemoCourse) -> None:
    for lesson in course.lessons:
        texts = [a.markdown for a in lesson.activities if isinstance(a, TextBlock)]
        asked = [a for a in lesson.activities if isinstance(a, QuestionBlock)]
        assert sum(len(text.split()) for text in texts) >= 130, lesson.slug
        assert 2 <= len(asked) <= 4, lesson.slug


@COURSES
def test_every_question_has_a_right_answer_feedback_and_an_explanation(course: DemoCourse) -> None:
    for question in questions(course):
        prompt = question.prompt_markdown
        assert prompt and question.explanation_markdown, prompt
        assert question.tries >= 1 and question.points >= 1
        if question.kind in CHOICE_KINDS:
            right = [choice for choice in question.choices if choice.correct]
            assert all(choice.text and choice.feedback for choice in question.choices), prompt
            assert len({choice.text for choice in question.choices}) == len(question.choices), prompt
            assert right and (question.kind == "multiple" or len(right) == 1), prompt
            assert len(question.choices) == 2 if question.kind == "true_false" else 3, prompt
        elif question.kind == "short_text":
            assert question.accepted and not question.choices, prompt
        else:
            assert question.answer is not None and question.tolerance >= 0, prompt


@COURSES
def test_the_right_choice_is_not_always_in_one_place(course: DemoCourse) -> None:
    places = {
        [choice.correct for choice in question.choices].index(True)
        for question in questions(course)
        if question.kind == "single"
    }
    assert len(places) >= 2


@COURSES
def test_items_inside_lessons_exist_and_may_be_shown_to_all_learners(course: DemoCourse) -> None:
    licenses = licenses_by_slug()
    closed = {"link-only", "all-rights-reserved", "sector-only"}
    used = [a for lesson in course.lessons for a in lesson.activities if isinstance(a, ItemBlock)]
    assert used
    for block in used:
        assert block.note and licenses[block.item_slug] not in closed, block.item_slug


@COURSES
def test_every_formula_becomes_mathml(course: DemoCourse) -> None:
    for lesson in course.lessons:
        for activity in lesson.activities:
            if isinstance(activity, TextBlock):
                html = render_markdown(activity.markdown)
                assert "$" not in html and "\\frac" not in html.split("<annotation")[0], activity.title


def test_all_text_is_composed_unicode() -> None:
    for entry in data_files(files("lms.demo.content") / "data"):
        text = entry.read_text(encoding="utf-8")
        assert text == unicodedata.normalize("NFC", text), entry.name


def test_an_unknown_block_is_refused_with_its_line() -> None:
    with pytest.raises(CourseTextError, match="@poem Sông"):
        parse_units("@unit A\n@lesson a | A\ngoal: x.\nminutes: 10\n@poem Sông\n")


def test_a_numeric_answer_that_is_not_a_number_is_refused() -> None:
    with pytest.raises(CourseTextError, match="not a number"):
        parse_units(
            "@unit A\n@lesson a | A\ngoal: x.\nminutes: 10\n@question numeric | Q\nMấy?\n= ba\n> Ba.\n"
        )


def test_a_numeric_answer_reads_value_tolerance_and_unit() -> None:
    text = "@unit A\n@lesson a | A\ngoal: x.\nminutes: 10\n@question numeric | Q | tries 3\nMấy?\n= -2.5 ± 0.1 kg\n> Đó."
    (activity,) = parse_units(text)[0].lessons[0].activities
    assert isinstance(activity, QuestionBlock)
    question = activity.question
    assert (question.answer, question.tolerance, question.unit, question.tries) == (-2.5, 0.1, "kg", 3)
