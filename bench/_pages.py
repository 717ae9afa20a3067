"""The measured pages as requests: which address, whose session, what the right reply holds."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from bench._load import Request

SEARCHES = ("sinh học", "hóa học", "pháp luật", "mạng máy tính", "người mới")


@dataclass(frozen=True)
class Seats:
    """Signed-in browsers and the addresses of course 1, as `bench._seats` made them."""

    learners: list[dict[str, str]]
    teacher: dict[str, str]
    strangers: list[dict[str, str]]
    logins: list[str]
    password: str
    run: str
    course_title: str
    lessons: list[dict[str, str]]
    items: list[dict[str, str]]


def _get(path: str, contains: str, cookie: str = "") -> Request:
    return Request(_head("GET", path, cookie) + b"\r\n", 200, contains.encode())


def _post(path: str, fields: dict[str, str], cookie: str, contains: str) -> Request:
    body = urlencode(fields).encode()
    head = _head("POST", path, cookie) + (
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % len(body)
    )
    return Request(head + body, 303, contains.encode())


def _head(method: str, path: str, cookie: str) -> bytes:
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Accept: text/html",
        "Accept-Encoding: gzip",
        "User-Agent: benhoc-bench",
    ]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    return ("\r\n".join(lines) + "\r\n").encode()


def catalog(_seats: Seats, _connection: int, _number: int) -> Request:
    """The catalog, not signed in."""
    return _get("/catalog", "cho người mới")


def search(_seats: Seats, _connection: int, number: int) -> Request:
    """The catalog searched: four words with one hit each, one with twenty, in turn."""
    words = SEARCHES[number % len(SEARCHES)]
    return _get(f"/catalog?q={quote(words)}", words.split()[-1])


def sign_in(seats: Seats, _connection: int, number: int) -> Request:
    """The sign-in form of another user each time."""
    place = number % len(seats.logins)
    stranger = seats.strangers[place]
    fields = {"login": seats.logins[place], "password": seats.password, "csrf_token": stranger["csrf"]}
    return _post("/sign-in", fields, stranger["cookie"], "/learn")


def learn(seats: Seats, connection: int, _number: int) -> Request:
    """The learner's home; each of the first fifty learners is in all twenty courses."""
    return _get("/learn", seats.course_title, seats.learners[connection % 50]["cookie"])


def course(seats: Seats, connection: int, _number: int) -> Request:
    """The outline of course 1 with the learner's progress."""
    cookie = seats.learners[connection % len(seats.learners)]["cookie"]
    return _get(f"/learn/runs/{seats.run}", seats.lessons[-1]["title"], cookie)


def same_user(seats: Seats, _connection: int, number: int) -> Request:
    """The same page, always with one and the same session."""
    return course(seats, 0, number)


def lesson(seats: Seats, _connection: int, number: int) -> Request:
    """A lesson's text, always by a learner who has not seen it today, so that every view is recorded."""
    turn, place = divmod(number, len(seats.learners))
    row = seats.lessons[turn % len(seats.lessons)]
    path = f"/learn/runs/{seats.run}/{row['lesson']}/{row['text']}"
    return _get(path, row["title"], seats.learners[place]["cookie"])


def answer(seats: Seats, _connection: int, number: int) -> Request:
    """A first answer to a question of course 1, right for half of the learners."""
    turn, place = divmod(number, len(seats.learners))
    row, who = seats.lessons[turn % len(seats.lessons)], seats.learners[place]
    path = f"/learn/runs/{seats.run}/{row['lesson']}/{row['question']}/answer"
    fields = {"choice": "ab"[number % 2], "key": secrets.token_urlsafe(16), "csrf_token": who["csrf"]}
    return _post(path, fields, who["cookie"], "#result")


def participants(seats: Seats, _connection: int, _number: int) -> Request:
    """The teacher's list of the thousand learners of course 1, first page."""
    return _get(f"/teach/runs/{seats.run}/people", "Nguyễn Thị Mẫu 0001", seats.teacher["cookie"])


def item(seats: Seats, _connection: int, number: int) -> Request:
    """An item of the library as a teacher sees it who may use it in a lesson; another one each time."""
    row = seats.items[number % len(seats.items)]
    return _get(f"/library/{row['uuid']}", row["title"], seats.teacher["cookie"])


def library(seats: Seats, _connection: int, number: int) -> Request:
    """The library searched by a teacher: two neighboring words of a title, another one each time."""
    words = seats.items[number % len(seats.items)]["title"].split()[3:5]
    return _get(f"/library?q={quote(' '.join(words))}&grade=6", "Học liệu", seats.teacher["cookie"])


PAGES: dict[str, Callable[[Seats, int, int], Request]] = {
    "catalog": catalog,
    "catalog_cached": catalog,
    "search": search,
    "sign_in": sign_in,
    "learn": learn,
    "course": course,
    "participants": participants,
    "lesson": lesson,
    "answer": answer,
    "item": item,
    "library": library,
}


def request_of(name: str, seats: Seats, connection: int, number: int) -> Request:
    """Return the request with this number of the page `name`."""
    return PAGES[name](seats, connection, number)
