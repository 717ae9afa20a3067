from uuid import UUID

import pytest
from sqlalchemy import func, inspect, select, text

from content_store import curriculum
from lms.core.actor import ANONYMOUS
from lms.core.db import db, write
from lms.courses.models import Course, Enrollment
from lms.courses.queries import list_learning, list_runs
from lms.demo.accounts import ACCOUNTS
from lms.demo.build import build_demo
from lms.demo.cli import cli
from lms.demo.content.courses import all_courses
from lms.demo.content.people import ORGS, everyone, pupils
from lms.demo.content.together import REMIXED_TITLE, RETURNED, SEARCH_NAME, SHEET, SHELF_TITLE, WAITING
from lms.demo.content.topics import topics_by_slug
from lms.demo.curriculum import build_curriculum
from lms.demo.places import PASSWORD, actor_of, get_person, get_place
from lms.demo.shelves import COLLECTIONS, shelved
from lms.lessons.models import Activity, Lesson, LessonProgress, Progress, Revision, RunLesson
from lms.lessons.queries import list_stops
from lms.lessons.sharing_models import LessonShare
from lms.library.curriculum import browse
from lms.library.queries import get_item, list_collections, search_items
from lms.library.remixes.family import find_family
from lms.library.reports.queries import list_cases
from lms.library.review.queries import list_queue
from lms.library.saved_searches.services import list_searches
from lms.library.shelves.queries import get_shelf, list_on_shelf, list_shelves
from lms.library.short_links import find_code
from lms.library.suggested_changes.services import list_suggestions
from lms.library.voices.ratings import find_voices
from lms.mooc.queries import browse_catalog, get_open_course
from lms.orgs.models import Org
from lms.people.models import User
from lms.people.queries import count_members
from lms.questions.models import Question
from lms.records.models import Statement
from lms.records.services import replay_statements

pytestmark = pytest.mark.slow


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def row_counts() -> dict[str, int]:
    names = inspect(db.engine).get_table_names()
    return {name: db.session.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0 for name in sorted(names)}


def standing(model: type) -> list[tuple[object, ...]]:
    columns = [column for column in model.__table__.columns if column.name != "id"]
    return sorted((tuple(row) for row in db.session.execute(select(*columns))), key=str)


def test_everything_stands_once_though_the_power_went_five_times(demo, made):
    lessons = [lesson for course in all_courses() for lesson in course.lessons]
    blocks = [block for lesson in lessons for block in lesson.activities]
    questions = [block for block in blocks if hasattr(block, "question")]
    assert count(Org) == len(ORGS)
    assert count(User) == len(everyone())
    assert count(Course) == len(all_courses())
    assert count(Lesson) == count(Revision) == len(lessons)
    assert count(Activity) == len(blocks)
    assert count(Question) == len(questions)
    assert {item.slug for item in made[1]} <= set(shelved())
    assert len(made[1]) >= 80
    assert [len(list_collections(actor_of(row[0])).rows) for row in COLLECTIONS] == [1] * len(COLLECTIONS)


def test_a_hundred_pupils_have_a_place_in_every_run_of_their_class(demo):
    assert count_members(get_place("ben-song-6a1").id) == 18
    learners = select(func.count(func.distinct(Enrollment.user_id))).where(
        Enrollment.role == "learner", Enrollment.source == "class"
    )
    assert db.session.scalar(learners) == len(pupils()) == 100


def test_every_account_of_the_table_signs_in_with_the_one_password(demo):
    demo.extensions["rates"].storage.reset()
    for username, *_about in ACCOUNTS:
        answer = demo.test_client().post("/sign-in", data={"login": username, "password": PASSWORD})
        assert answer.status_code in {302, 303}, username
        assert not get_person(username).must_change_password


def test_minh_stands_in_the_middle_of_a_lesson(demo):
    minh = actor_of("minh")
    run = list_learning(minh)[0]
    stops = list_stops([run.id], minh.user_id)[run.id]
    assert [stop.is_complete for stop in stops[:2]] == [True, True]
    assert stops[2].is_begun
    assert 0 < stops[2].done < stops[2].total
    assert not any(stop.is_begun or stop.is_complete for stop in stops[3:])


def test_some_learners_have_begun_and_no_lesson_is_due_all_at_once(demo):
    assert db.session.scalar(select(func.count(func.distinct(LessonProgress.user_id)))) >= 20
    due = select(func.count(func.distinct(RunLesson.due_at)))
    assert db.session.scalar(due) >= 10
    assert count(Statement) > 500


def test_teachers_find_their_runs(demo):
    assert len(list_runs(actor_of("lan"))) == 2  # her own, and the one that Rạch Dừa teaches of her course
    assert {run.course.slug for run in list_runs(actor_of("yen"))} == {
        "toan-6-phan-so",
        "tin-hoc-7-bang-tinh",
    }
    assert {run.course.slug for run in list_runs(actor_of("son"))} == {"ki-nang-so"}


def test_strangers_find_the_open_courses_with_a_free_lesson(demo):
    slugs = {entry.course.slug for entry in browse_catalog("", {}).entries}
    assert slugs == {"ki-nang-so", "english-at-the-quay"}
    browser = demo.test_client()
    for slug in slugs:
        assert get_open_course(slug).preview_lesson is not None
        assert browser.get(f"/catalog/{slug}").status_code == 200


def test_the_library_is_searched_without_tone_marks_and_each_sees_one_s_own_circle(demo):
    found = search_items(ANONYMOUS, "phan so")
    assert found.total is not None and found.total >= 10
    everybody, teachers = search_items(ANONYMOUS, "").total, search_items(actor_of("lan"), "").total
    assert everybody is not None and teachers is not None
    assert 60 <= everybody < teachers


def test_a_video_of_the_library_has_captions_in_two_languages(demo):
    filmed = [row for row in search_items(ANONYMOUS, "phim chia bốn").rows if "chia bốn" in row.version.title]
    captions = {file.language for file in filmed[0].version.files if file.role == "captions"}
    assert captions == {"vi", "en"}


def test_teachers_improve_materials_together(demo):
    items = {slug: UUID(uuid) for slug, uuid in shelved().items()}
    lan, khoa, bao, phuc = (actor_of(name) for name in ("lan", "khoa", "bao", "phuc"))
    sheet = get_item(ANONYMOUS, items[SHEET])
    voices = find_voices(lan, sheet.item.uuid)
    assert (voices.count, voices.comments) == (3, 2) and voices.mean is not None
    family = find_family(ANONYMOUS, sheet)
    assert [one.version.title for one in family.below] == [REMIXED_TITLE]
    remixed = family.below[0].version
    assert remixed.authors == ["Nguyễn Thị Lan", "Lê Hoàng Yến"]
    assert list_suggestions(lan, box="in").rows[0].suggestion.author == f"user:{khoa.uuid}"
    assert list_cases(bao, queue="mine").rows[0].count == 2
    card = list_shelves(ANONYMOUS).rows[0]
    assert card.title == SHELF_TITLE and card.cover is not None
    _shelf, collection, _place = get_shelf(ANONYMOUS, card.shelf.uuid)
    assert len(list_on_shelf(ANONYMOUS, collection)) == 4
    assert [row.version.title for row in list_queue(phuc).rows] == [WAITING.title]
    back = list_queue(phuc, queue="closed").rows
    assert [(row.version.title, row.submission.state) for row in back] == [(RETURNED.title, "changes")]
    assert [row.name for row in list_searches(lan)] == [SEARCH_NAME]
    assert find_code(sheet.item.uuid)
    shared = db.session.scalars(select(LessonShare)).one()
    assert get_item(ANONYMOUS, shared.item_uuid).type == "lesson"


def test_browsing_by_topic_finds_materials(demo):
    build_curriculum()  # once more: places are found, not doubled
    for grade, subject in ((6, "toan"), (8, "khoa-hoc-tu-nhien"), (7, "tin-hoc"), (6, "lich-su-dia-li")):
        node = next(one for one in browse(ANONYMOUS, grade).subjects if one.key == subject)
        assert node.count > 0
        assert any(strand.count for strand in node.below), subject
    fractions = search_items(ANONYMOUS, "", filters={"topic": frozenset({"toan.phan-so"})})
    titles = {row.version.title for row in fractions.rows}
    assert fractions.total is not None and fractions.total >= 15, titles


def test_every_item_stands_on_topics_of_its_subject_and_grades(made):
    wanted, items = topics_by_slug(), {item.slug: item for item in made[1]}
    assert set(wanted) <= set(items)
    for slug, chosen in wanted.items():
        item = items[slug]
        for topic in (curriculum.topics()[one] for one in chosen):
            assert topic.subject == item.subject, slug
            assert not item.grades or set(topic.grades) & set(item.grades), slug
    taught = {item.slug for item in items.values() if curriculum.strands_of(item.subject, item.grades)}
    assert taught - set(wanted) <= {"dan-sach-tham-khao"}  # a list of books for every topic


def test_building_again_changes_nothing(demo, made):
    before = row_counts()
    assert not build_demo(lambda _step: None, made)
    assert row_counts() == before


def test_the_command_shows_the_accounts_and_leaves_all_as_it_is(demo):
    before = row_counts()
    told = demo.test_cli_runner().invoke(cli)
    assert told.exit_code == 0
    assert "nothing was changed" in told.output
    assert all(username in told.output for username, *_about in ACCOUNTS)
    assert PASSWORD in demo.test_cli_runner().invoke(cli, ["--accounts"]).output
    assert row_counts() == before


def test_replaying_all_statements_gives_the_same_progress(demo):
    before = standing(Progress), standing(LessonProgress)
    assert all(before)
    with write():
        replay_statements()
    assert (standing(Progress), standing(LessonProgress)) == before
