"""The school the pages are measured on: 20 courses of 10 lessons, 1,000 learners in the first run, 50 in the others.

Run as `python -m bench._corpus build` in an installation's environment; made by the services, except accounts' places
in runs, which are rows. Built once and kept outside git; a measurement works on a copy.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import insert, select

from lms.app import create_app_from_env
from lms.core.actor import SYSTEM
from lms.core.clock import new_uuid, now, today
from lms.core.db import db, write
from lms.core.jobs import run_due_jobs
from lms.courses.models import Course, Enrollment
from lms.courses.services import CourseDraft, add_unit, create_course, enroll_teacher
from lms.lessons.services import add_activity, create_lesson, publish_lesson
from lms.mooc.models import OpenCourse
from lms.mooc.services import PublicFace, list_course, open_course
from lms.orgs.models import Org
from lms.orgs.services import create_org
from lms.people.models import User
from lms.people.passwords import hash_password
from lms.people.queries import build_actor
from lms.people.services import create_user, grant_role
from tests.factories.library import make_item

COURSES, LEARNERS, CLASS_SIZE, IN_OTHERS = 20, 1000, 50, 50
ITEMS, ITEM_TEXTS = 240, 6
UNITS, LESSONS_IN_UNIT, PARAGRAPHS = 5, 2, 12
PASSWORD = "ben-hoc-do-tai-2026"
TEACHER, CONTRIBUTOR = "giao-vien", "nguoi-gop"
RARE = ("sinh học", "hóa học", "pháp luật", "mạng máy tính")
WORDS = [
    "nước",
    "chảy",
    "qua",
    "bến",
    "sông",
    "mang",
    "phù",
    "sa",
    "về",
    "ruộng",
    "người",
    "học",
    "chèo",
    "thuyền",
    "nhìn",
    "con",
    "đường",
    "dài",
    "hai",
    "bên",
    "bờ",
    "cây",
    "xanh",
    "số",
    "nguyên",
    "tố",
    "chia",
    "hết",
    "ước",
    "chung",
    "bội",
    "chung",
    "phân",
    "số",
    "tỉ",
    "lệ",
    "góc",
    "vuông",
    "đường",
    "tròn",
    "bán",
    "kính",
    "chu",
    "vi",
    "diện",
    "tích",
    "tế",
    "bào",
    "lá",
    "quang",
    "hợp",
    "năng",
    "lượng",
    "ánh",
    "sáng",
    "chuyển",
    "động",
    "vận",
    "tốc",
    "lực",
    "ma",
    "sát",
    "nhiệt",
    "độ",
    "áp",
    "suất",
    "thể",
    "tích",
    "khối",
    "lượng",
    "đọc",
    "hiểu",
    "văn",
    "bản",
    "nhân",
    "vật",
    "lời",
    "kể",
    "chi",
    "tiết",
    "ý",
    "nghĩa",
    "câu",
    "chuyện",
    "mở",
    "bài",
    "thân",
    "bài",
    "kết",
    "bài",
    "dẫn",
    "chứng",
    "lập",
    "luận",
]


def build() -> None:
    """Make the school, its people and its courses in the installation of this environment."""
    chance = random.Random(2026)
    with write():
        school = _make_school()
        teacher = _make_teacher(school, "Giáo viên Đo Tải", TEACHER)
        contributor = _make_teacher(school, "Giáo viên Góp Bài", CONTRIBUTOR)
        learners = _make_learners(school)
    for number in range(COURSES):
        with write():
            _make_course(number, chance, teacher, learners)
    _make_items(chance, contributor)
    run_due_jobs()


def learner_login(number: int) -> str:
    """Return the user name of a learner."""
    return f"hoc-sinh-{number:04}"


def _make_school() -> Org:
    root = create_org(SYSTEM, parent=None, kind="department", name="Sở Đo Tải", code="so-do-tai")
    ward = create_org(SYSTEM, parent=root, kind="ward", name="Phường Đo Tải", code="phuong-do-tai")
    return create_org(SYSTEM, parent=ward, kind="school", name="THCS Đo Tải", code="thcs-do-tai")


def _make_teacher(school: Org, name: str, login: str) -> User:
    user, _word = create_user(
        SYSTEM, full_name=name, login=login, home_org=school, password_hash=hash_password(PASSWORD)
    )
    user.must_change_password = False
    grant_role(SYSTEM, user, "teacher", school, valid_from=today() - timedelta(days=9))
    return user


def _make_items(chance: random.Random, contributor: User) -> None:
    """Make open reading texts of a few different bodies, for grades 6 and 7."""
    author, texts = build_actor(contributor), [_text(chance) for _ in range(ITEM_TEXTS)]
    for number in range(ITEMS):
        title = f"Học liệu {number:03}: {_words(chance, 5)}"
        make_item(author, title, texts[number % ITEM_TEXTS], subject="toan", grades=(6, 7),
                  authors=(contributor.full_name,), keywords=(_words(chance, 2),))  # fmt: skip


def _make_learners(school: Org) -> list[int]:
    """Make the learners with one password, hashed once, each in a class of fifty."""
    kept, found = hash_password(PASSWORD), []
    for number in range(LEARNERS):
        if number % CLASS_SIZE == 0:
            name = f"{6 + number // 300}A{1 + number // CLASS_SIZE}"
            room = create_org(SYSTEM, parent=school, kind="class", name=name, code=f"lop-{number // CLASS_SIZE}",
                              opened_on=today() - timedelta(days=9))  # fmt: skip
        user, _word = create_user(SYSTEM, full_name=f"Nguyễn Thị Mẫu {number:04}", login=learner_login(number),
                                  home_org=room, password_hash=kept)  # fmt: skip
        user.must_change_password = False
        grant_role(SYSTEM, user, "learner", room, valid_from=today() - timedelta(days=9))
        found.append(user.id)
    return found


def _make_course(number: int, chance: random.Random, teacher: User, learners: list[int]) -> None:
    school = db.session.scalars(select(Org).where(Org.code == "thcs-do-tai")).one()
    subject = RARE[number] if number < len(RARE) else f"chuyên đề {number}"
    draft = CourseDraft(title=f"Nhập môn {subject} cho người mới", summary=_sentence(chance), grades=(6, 7))
    author = build_actor(teacher)
    course = create_course(author, org=school, draft=draft, slug=f"khoa-hoc-{number}")
    for unit_number in range(UNITS):
        unit = add_unit(author, course, f"Chương {unit_number + 1}: {_words(chance, 4)}")
        for lesson_number in range(LESSONS_IN_UNIT):
            title = f"Bài {unit_number * LESSONS_IN_UNIT + lesson_number + 1}: {_words(chance, 5)}"
            lesson = create_lesson(author, unit, title, goal=_sentence(chance), minutes=12)
            add_activity(author, lesson, kind="text", title="Đọc", data={"markdown": _text(chance)})
            add_activity(author, lesson, kind="question", title="Trả lời", data=_question(chance))
            publish_lesson(author, lesson, runs=())
    _open(course, chance, teacher, learners if number == 0 else learners[:IN_OTHERS])


def _open(course: Course, chance: random.Random, teacher: User, learners: list[int]) -> OpenCourse:
    face = PublicFace(promise=_sentence(chance), teachers=(teacher.full_name,), effort_hours=8)
    opened = open_course(SYSTEM, course, face)
    list_course(SYSTEM, opened)
    enroll_teacher(SYSTEM, opened.run, teacher)
    rows = [
        {
            "uuid": new_uuid(),
            "created_at": now(),
            "run_id": opened.run_id,
            "user_id": user_id,
            "source": "class",
        }
        for user_id in learners
    ]
    db.session.execute(insert(Enrollment), rows)
    return opened


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(WORDS, k=count))


def _sentence(chance: random.Random) -> str:
    return f"{_words(chance, 14).capitalize()}."


def _text(chance: random.Random) -> str:
    """About 3 KB: a heading and twelve paragraphs."""
    return "\n\n".join(_paragraphs(chance))


def _paragraphs(chance: random.Random) -> Iterator[str]:
    yield f"## {_words(chance, 5).capitalize()}"
    for _number in range(PARAGRAPHS):
        yield " ".join(_sentence(chance) for _ in range(3))


def _question(chance: random.Random) -> dict[str, object]:
    choices = [{"id": mark, "text": _words(chance, 4), "correct": mark == "b"} for mark in "abcd"]
    return {"kind": "single", "prompt": f"{_words(chance, 9).capitalize()}?", "choices": choices, "tries": 2,
            "points": 1, "explanation": _sentence(chance)}  # fmt: skip


def main() -> None:
    """Build the corpus in the installation that the environment names."""
    os.environ.setdefault("FLASK_SKIP_DOTENV", "1")
    app = create_app_from_env()
    with app.app_context():
        build()
        for name in ("item_index", "page_index"):
            app.extensions[name].close()
        db.session.remove()
        db.engine.dispose()


if __name__ == "__main__":
    if sys.argv[1:] != ["build"]:
        raise SystemExit("usage: python -m bench._corpus build")
    main()
