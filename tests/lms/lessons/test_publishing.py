import pytest
from sqlalchemy import func, select

from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.courses.services import CourseDraft, RunDraft, create_course, create_run
from lms.lessons import services
from lms.lessons.models import Revision, RunLesson
from lms.lessons.queries import find_lesson_progress, get_preview, list_lessons
from lms.lessons.seats import take_seat
from lms.lessons.snapshots import digest_of
from lms.questions.grading import Response
from lms.questions.models import Question, QuestionVersion


def publish(room, *runs, name="lan"):
    with write():
        return services.publish_lesson(room.actor(name), room.lesson, runs=list(runs))


def edit(room, activity, **change):
    with write():
        return services.update_activity(room.actor("lan"), activity, version=activity.version, **change)


def seat_of(room, name):
    with write():
        return take_seat(room.actor(name), room.run.uuid, room.text.uuid)


def test_a_revision_holds_what_was_published_and_its_digest(published):
    revision = db.session.scalars(select(Revision)).one()
    assert revision.number == 1 and revision.size == 3 and revision.points == 3.0
    assert digest_of(revision.snapshot) == revision.digest
    text, question, _number = revision.snapshot["activities"]
    assert "<math" in text["body"]["html"]
    assert question["body"]["choices_html"]["c"].count("<math") == 1
    assert question["body"]["question"].endswith("@1")


def test_publishing_an_unchanged_draft_makes_no_new_revision(published):
    again = publish(published, published.run)
    assert again.number == 1
    assert db.session.scalar(select(func.count(QuestionVersion.id))) == 2


def test_a_changed_question_is_a_new_version_of_the_same_question(published):
    edit(published, published.question, data={**published.question.data, "prompt": "Phân số nào?"})
    revision = publish(published, published.run)
    assert revision.number == 2
    assert db.session.scalar(select(func.count(Question.id))) == 2
    assert revision.snapshot["activities"][1]["body"]["question"].endswith("@2")


def test_an_edit_reaches_no_learner_before_it_is_published(published):
    edit(published, published.text, data={"markdown": "bản nháp"})
    seat = seat_of(published, "minh")
    assert "bản nháp" not in seat.snapshot.find(published.text.uuid).body["html"]


def test_a_learner_inside_finishes_on_the_revision_he_began(published):
    with write():
        services.view_activity(published.actor("minh"), published.run.uuid, published.text.uuid)
    edit(published, published.text, data={"markdown": "bản mới"})
    publish(published, published.run)
    old = seat_of(published, "minh").snapshot
    new = seat_of(published, "mai").snapshot
    assert "bản mới" not in old.find(published.text.uuid).body["html"]
    assert "bản mới" in new.find(published.text.uuid).body["html"]
    with write():
        minh_actor = published.actor("minh")
        services.complete_activity(minh_actor, published.run.uuid, published.text.uuid)
        services.answer_question(
            minh_actor, published.run.uuid, published.question.uuid, Response(("c",)), key="a"
        )
        services.answer_question(
            minh_actor, published.run.uuid, published.number.uuid, Response(text="8,5"), key="b"
        )
    minh = published.users["minh"].id
    assert find_lesson_progress(published.run.id, minh, published.lesson.id).completed_at is not None
    after = seat_of(published, "minh").snapshot
    assert "bản mới" in after.find(published.text.uuid).body["html"]


def test_only_the_runs_named_take_the_revision(published):
    with write():
        other = create_run(
            published.actor("lan"), published.course, org=published.school, draft=RunDraft(title="6A2")
        )
    edit(published, published.text, data={"markdown": "bản hai"})
    second = publish(published, other)
    taught = {row.run_id: row.revision_id for row in db.session.scalars(select(RunLesson))}
    assert taught[other.id] == second.id
    assert taught[published.run.id] != second.id


def test_a_new_run_teaches_what_is_published(published):
    with write():
        other = create_run(
            published.actor("lan"), published.course, org=published.school, draft=RunDraft(title="6A3")
        )
    assert db.session.get(RunLesson, (other.id, published.lesson.id)) is not None


def test_a_run_of_another_course_cannot_take_the_lesson(classroom):
    with write():
        lan = classroom.actor("lan")
        course = create_course(lan, org=classroom.school, draft=CourseDraft(title="Ngữ văn 6"))
        foreign = create_run(lan, course, org=classroom.school, draft=RunDraft(title="6A1"))
    with pytest.raises(NotFound):
        publish(classroom, foreign)


def test_an_unfinished_activity_stops_publishing_and_is_named(classroom):
    edit(classroom, classroom.question, data={"kind": "single", "prompt": "", "choices": []})
    with pytest.raises(Invalid) as refused:
        publish(classroom, classroom.run)
    assert set(refused.value.fields) == {str(classroom.question.uuid)}
    assert db.session.scalar(select(func.count(Revision.id))) == 0


@pytest.mark.parametrize("name", ["minh", "thu"])
def test_only_who_edits_the_course_writes_and_publishes(classroom, name):
    with pytest.raises(NotAllowed):
        publish(classroom, classroom.run, name=name)
    with pytest.raises(NotAllowed), write():
        services.add_activity(classroom.actor(name), classroom.lesson, kind="text", data={"markdown": "x"})
    with pytest.raises(NotAllowed), write():
        services.trash_lesson(classroom.actor(name), classroom.lesson)


def test_a_save_from_an_old_page_is_told_so(classroom):
    edit(classroom, classroom.text, data={"markdown": "một"})
    with pytest.raises(Conflict), write():
        services.update_activity(classroom.actor("lan"), classroom.text, data={"markdown": "hai"}, version=1)


def test_activities_move_go_to_the_trash_and_come_back(classroom):
    lan = classroom.actor("lan")
    with write():
        services.move_activity(lan, classroom.number, place=0)
        services.trash_activity(lan, classroom.text)
    order = [a["uuid"] for a in publish(classroom, classroom.run).snapshot["activities"]]
    assert order == [str(classroom.number.uuid), str(classroom.question.uuid)]
    with write():
        services.restore_activity(lan, classroom.text)
        between = services.add_activity(
            lan, classroom.lesson, kind="text", data={"markdown": "giữa"}, after=classroom.number
        )
    order = [a["uuid"] for a in publish(classroom, classroom.run).snapshot["activities"]]
    assert order[:2] == [str(classroom.number.uuid), str(between.uuid)]
    assert len(order) == 4


def test_hostile_markup_is_cleaned_before_it_is_frozen(classroom):
    edit(classroom, classroom.text, data={"markdown": "<script>alert(1)</script><img src=x onerror=y> chữ"})
    html = publish(classroom, classroom.run).snapshot["activities"][0]["body"]["html"]
    assert "script" not in html and "onerror" not in html and "chữ" in html


def test_authors_see_which_lessons_changed_since_they_were_published(published):
    [state] = list_lessons(published.course.id)[published.unit.id]
    assert not state.has_changes and state.activities == 3
    edit(published, published.text, data={"markdown": "khác"})
    [state] = list_lessons(published.course.id)[published.unit.id]
    assert state.has_changes


def test_only_a_free_lesson_of_an_open_run_is_shown_to_strangers(published):
    with pytest.raises(NotFound):
        get_preview(published.lesson.uuid)
    with write():
        lan = published.actor("lan")
        services.update_lesson(lan, published.lesson, free_preview=True)
        create_run(lan, published.course, org=published.school, draft=RunDraft(title="Mở", kind="open"))
    revision, snapshot = get_preview(published.lesson.uuid)
    assert snapshot.title == "Quy đồng mẫu số" and revision.number == 1
