"""Signed-in browsers for a measurement, made inside an installation: `python -m bench._seats ...` prints JSON.

`seats` signs learners and the teacher in (rows of sessions, cookies sealed with the site's key) and names the addresses
of course 1; `queries` counts the statements of each page in a test client; `engine` times the search engine within a
page; `answered` counts recorded answers.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from datetime import timedelta
from time import process_time
from typing import Any

from flask import Flask, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import event, func, insert, select

from bench import _corpus as corpus
from bench._pages import Seats, request_of
from content_store.models import Item, Version
from content_store.search import Query, Results
from lms.app import create_app_from_env
from lms.core.clock import new_token, new_uuid, now, today
from lms.core.db import db, write
from lms.courses.models import Course, Run
from lms.lessons.queries import list_stops, load_snapshot
from lms.people.models import User, UserSession
from lms.people.queries import hash_token
from lms.people.sign_in_sessions import KEY
from lms.records.models import Statement


def seats(app: Flask) -> dict[str, Any]:
    """Sign everyone in and return cookies, form tokens and addresses."""
    with app.app_context():
        users = dict(db.session.execute(select(User.login, User.id)).all())
        logins = [corpus.learner_login(number) for number in range(corpus.LEARNERS)]
        tokens = {login: new_token() for login in (*logins, corpus.TEACHER)}
        moment = now()
        rows = [
            {"uuid": new_uuid(), "created_at": moment, "user_id": users[login], "token_hash": hash_token(token),
             "seen_at": moment, "expires_at": moment + timedelta(days=30), "factor_checked_on": today()}
            for login, token in tokens.items()
        ]  # fmt: skip
        with write():
            db.session.execute(insert(UserSession), rows)
        course = db.session.scalars(select(Course).where(Course.slug == "khoa-hoc-0")).one()
        run = db.session.scalars(select(Run).where(Run.course_id == course.id)).one()
        found = {"run": str(run.uuid), "course_title": course.title, "lessons": lessons_of(run),
                 "items": public_items()}  # fmt: skip
    return {
        "learners": [seal(app, {KEY: tokens[login]}) for login in logins],
        "teacher": seal(app, {KEY: tokens[corpus.TEACHER]}),
        "strangers": [seal(app, {}) for _ in logins],
        "logins": logins,
        "password": corpus.PASSWORD,
        **found,
    }


def lessons_of(run: Run) -> list[dict[str, str]]:
    """Return each lesson of a run with its text and its question."""
    found = []
    for stop in list_stops([run.id], None)[run.id]:
        text, question = load_snapshot(stop.revision_id, stop.digest).activities
        found.append({"lesson": str(stop.lesson_uuid), "title": stop.title, "text": str(text.uuid),
                      "question": str(question.uuid)})  # fmt: skip
    return found


def public_items() -> list[dict[str, str]]:
    """Return the items of the library, address and title."""
    rows = db.session.execute(select(Item.uuid, Version.title).join(Version, Version.item_id == Item.id))
    return [{"uuid": str(uuid), "title": title} for uuid, title in rows.all()]


def seal(app: Flask, content: Mapping[str, str]) -> dict[str, str]:
    """Return a session cookie and the form token that fits it."""
    with app.test_request_context():
        csrf = generate_csrf()
        kept = {**content, "csrf_token": session["csrf_token"], "_permanent": True}
        serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        return {"cookie": f"{app.config['SESSION_COOKIE_NAME']}={serializer.dumps(kept)}", "csrf": csrf}


def count_queries(app: Flask, found: Seats, names: list[str]) -> dict[str, int]:
    """Count the SQL statements of pages, the second time each is asked for (another learner the first time).

    The numbers are of a lesson that no run of two thousand requests comes to.
    """
    counts: dict[str, int] = {}
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    for name in names:
        for number in (10 * corpus.LEARNERS - 1, 10 * corpus.LEARNERS - 2):
            sent.clear()
            send(app, request_of(name, found, number, number).data)
        counts[name] = sum(not line.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")) for line in sent)
        if os.environ.get("BENCH_SQL"):
            print(name, *sent, sep="\n  ", file=sys.stderr)
    event.remove(engine, "before_cursor_execute", note)
    return counts


def engine_cpu(app: Flask, found: Seats, name: str, count: int) -> float:
    """Return how many milliseconds of CPU the search engine itself takes of a page, in the process that asks it."""
    index, spent = app.extensions["item_index"], 0.0
    search = index.search

    def timed(query: Query) -> Results:
        nonlocal spent
        began = process_time()
        try:
            return search(query)
        finally:
            spent += process_time() - began

    index.search = timed
    for number in range(count):
        if number == count // 2:  # the first half warms up
            spent = 0.0
        send(app, request_of(name, found, number, number).data)
    return 1000 * spent / (count - count // 2)


def send(app: Flask, data: bytes) -> None:
    """Put raw request bytes through the application, without a server."""
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _version = first.split(" ")
    headers = [line.split(": ", 1) for line in lines]
    client = app.test_client(use_cookies=False)
    answer = client.open(path, method=method, headers=[(key, value) for key, value in headers], data=body)
    if answer.status_code not in {200, 303}:
        raise RuntimeError(f"{first}: {answer.status_code}\n{answer.text[:800]}")


def count_answered() -> int:
    """Count the answers on record."""
    return db.session.scalar(select(func.count(Statement.id)).where(Statement.verb == "answered")) or 0


def main(what: str) -> None:
    """Print what was asked for."""
    app = create_app_from_env()
    if what == "seats":
        print(json.dumps(seats(app)))
    elif what == "queries":
        given = json.loads(sys.stdin.read())
        print(json.dumps(count_queries(app, Seats(**given["seats"]), given["names"])))
    elif what == "engine":
        given = json.loads(sys.stdin.read())
        print(json.dumps(engine_cpu(app, Seats(**given["seats"]), given["name"], given["count"])))
    elif what == "answered":
        with app.app_context():
            print(json.dumps(count_answered()))


if __name__ == "__main__":
    main(*sys.argv[1:2])
