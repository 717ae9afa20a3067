from threading import Barrier, Thread

from sqlalchemy import func, select

from lms.core.db import db
from lms.lessons.queries import find_lesson_progress, find_progress
from lms.records.models import Statement

AT_ONCE = 4


def race(app, room, keys):
    """Send one wrong answer per key, all at the same moment, from browsers signed in as the same pupil."""
    return race_deeds(app, room, [(room.question, "answer", {"choice": "a", "key": key}) for key in keys])


def race_deeds(app, room, deeds):
    """Send deeds (an activity, what is done, the form) at the same moment, each from a browser of the same pupil."""
    lesson = f"/learn/runs/{room.run.uuid}/{room.lesson.uuid}"
    posts = [(f"{lesson}/{activity.uuid}/{deed}", form) for activity, deed, form in deeds]
    gate, codes = Barrier(len(posts)), []
    password = room.password

    def send(address, form):
        browser = app.test_client()
        browser.post("/sign-in", data={"login": "minh", "password": password})
        gate.wait()
        codes.append(browser.post(address, data=form).status_code)

    threads = [Thread(target=send, args=post) for post in posts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return codes


def told(room):
    db.session.rollback()
    count = db.session.scalar(select(func.count(Statement.id)).where(Statement.verb == "answered"))
    row = find_progress(room.run.id, room.users["minh"].id, room.question.uuid)
    return count, row.tries


def test_the_same_form_sent_at_once_from_four_windows_counts_once(published, app):
    assert race(app, published, ["same"] * AT_ONCE) == [303] * AT_ONCE
    assert told(published) == (1, 1)


def test_answers_sent_at_once_cannot_exceed_the_tries(published, app):
    codes = race(app, published, [f"key{number}" for number in range(AT_ONCE)])
    assert codes == [303] * AT_ONCE
    assert told(published) == (2, 2)


def test_deeds_in_different_activities_at_once_are_all_counted_for_the_lesson(published, app):
    deeds = [
        (published.text, "next", {}),
        (published.question, "answer", {"choice": "c", "key": "1"}),
        (published.number, "answer", {"answer": "8,5", "key": "2"}),
    ]
    assert race_deeds(app, published, deeds) == [303] * 3
    db.session.rollback()
    own = find_lesson_progress(published.run.id, published.users["minh"].id, published.lesson.id)
    assert (own.done, own.score) == (3, 3.0) and own.completed_at is not None
    said = select(func.count(Statement.id)).where(Statement.object_kind == "lesson")
    assert db.session.scalar(said) == 1
