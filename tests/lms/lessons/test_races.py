from threading import Barrier, Thread

from sqlalchemy import func, select

from lms.core.db import db
from lms.lessons.queries import find_progress
from lms.records.models import Statement

AT_ONCE = 4


def race(app, room, keys):
    """Send one wrong answer per key, all at the same moment, from browsers signed in as the same pupil."""
    address = f"/learn/runs/{room.run.uuid}/{room.lesson.uuid}/{room.question.uuid}/answer"
    gate, codes = Barrier(len(keys)), []
    password = room.password

    def send(key):
        browser = app.test_client()
        browser.post("/sign-in", data={"login": "minh", "password": password})
        gate.wait()
        codes.append(browser.post(address, data={"choice": "a", "key": key}).status_code)

    threads = [Thread(target=send, args=(key,)) for key in keys]
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
