"""What a live site holds before it starts, made through the services; and what tests ask of its database.

Run as `python -m tests.browser.seed <what>` with the site's environment; the last line printed is JSON.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, select

from lms.app import create_app
from lms.core.actor import SYSTEM
from lms.core.clock import now, today
from lms.core.config import Settings
from lms.core.db import db, write
from lms.courses.models import Course, Run
from lms.courses.services import CourseDraft, RunDraft, add_unit, create_course, create_run, enroll_class
from lms.demo.content.library import generate_items
from lms.interop.oai_pmh import services as sources
from lms.lessons import services as lessons
from lms.lessons.models import Activity, Lesson, LessonProgress, Progress
from lms.library import services as library
from lms.library.derived import make_derived
from lms.library.forms import Search
from lms.library.jobs import index_items
from lms.library.recall import recall_version
from lms.library.review import policies as review_policies
from lms.library.review import services as reviews
from lms.library.review.rules import Rules
from lms.library.saved_searches.services import keep_search
from lms.library.synonyms import add_line, switch_base_line
from lms.mooc.services import PublicFace, list_course, open_course
from lms.notices.letters import make_stop_token
from lms.orgs.year_names import school_year_of
from lms.people.rollover_plan import draft_rollover
from lms.people.services import grant_role
from tests.browser.improving import make_improving
from tests.browser.media_lesson import make_media_lesson
from tests.browser.underway import make_underway
from tests.browser.voices import make_voices
from tests.cast import Cast, Person, build_cast

SINGLE: dict[str, Any] = {
    "kind": "single",
    "prompt": "Phân số nào bằng $\\frac{2}{3}$?",
    "choices": [
        {"id": "a", "text": "$\\frac{3}{4}$", "correct": False, "feedback": "Hãy nhân chéo mà xem."},
        {"id": "b", "text": "$\\frac{8}{12}$", "correct": True, "feedback": "Nhân cả tử và mẫu với 4."},
    ],
    "tries": 2,
    "points": 2,
    "explanation": "Nhân cả tử và mẫu với **4**.",
}
MULTIPLE: dict[str, Any] = {
    "kind": "multiple",
    "prompt": "Số nào là số chẵn?",
    "choices": [
        {"id": "a", "text": "2", "correct": True},
        {"id": "b", "text": "3", "correct": False},
        {"id": "c", "text": "4", "correct": True},
    ],
    "tries": 1,
    "explanation": "Số chẵn chia hết cho **2**.",
}
NUMBER: dict[str, Any] = {"kind": "numeric", "prompt": "8 + 0,5 = ?", "answer": "8.5", "tries": 3}
SHORT: dict[str, Any] = {
    "kind": "short_text",
    "prompt": "Thủ đô của Việt Nam?",
    "accepted": ["Hà Nội"],
    "tries": 0,
}
TEXT = "Hai phân số $\\frac{1}{2}$ và $\\frac{2}{4}$ bằng nhau.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- một\n- hai\n"


def make_cast() -> dict[str, Any]:
    """The cast, with an open course that anyone may take; teachers of both schools."""
    cast = build_cast()
    make_open_course(cast)
    return {"class": str(cast.class_6a1.uuid), "school": str(cast.school.uuid)}


def make_open_course(cast: Cast) -> None:
    """A course in the catalogue whose first lesson is free to look at."""
    with write():
        grant_role(SYSTEM, cast.tuan.user, "org_admin", cast.department)
        keeper = Person(cast.tuan.user).actor
        draft = CourseDraft(title="Kĩ năng số căn bản", summary="Dùng máy tính và mạng an toàn.")
        course = create_course(keeper, org=cast.department, draft=draft)
        unit = add_unit(keeper, course, "Bắt đầu")
        preview: UUID | None = None
        for number, title in enumerate(("Làm quen", "Gõ tiếng Việt")):
            lesson = lessons.create_lesson(
                keeper, unit, title, goal="Biết mở máy", minutes=10, free_preview=not number
            )
            lessons.add_activity(keeper, lesson, kind="text", title="Đọc", data={"markdown": TEXT})
            lessons.add_activity(keeper, lesson, kind="question", title="Thử xem", data=SINGLE)
            preview = preview or lesson.uuid
            lessons.publish_lesson(keeper, lesson, runs=[])
        face = PublicFace(
            "Dùng mạng an toàn", ("Bài đọc", "Bài tập"), ("Võ Anh Tuấn",), preview_lesson=preview
        )
        list_course(keeper, open_course(keeper, course, face))


def make_small_school() -> dict[str, Any]:
    """The cast, a library of one item of each format, a class course that Minh has begun."""
    cast = build_cast()
    make_open_course(cast)
    with tempfile.TemporaryDirectory() as folder:
        items = make_library(cast, Path(folder))
    made = make_class_course(cast, items["png"])
    media = make_media_lesson(cast, made["run"], made["lesson"])
    waiting = make_review(cast, "Sổ tay thí nghiệm")
    to_decide = [make_review(cast, title) for title in ("Sổ tay thực hành", "Sổ tay quan sát")]
    with write():
        grant_role(SYSTEM, cast.tuan.user, "sysadmin", cast.department)
        plan = draft_rollover(SYSTEM, cast.school, year=school_year_of(today()))
        cast.tuan.user.email, cast.tuan.user.email_verified_at = "tuan@example.test", now()
    underway = make_underway(cast)
    index_items()
    make_derived()
    return {
        "stop": make_stop_token(cast.tuan.user.uuid, ["due_soon", "lesson_published"]),
        **made,
        **underway,
        "items": items,
        "versions": make_versions(cast),
        "media": media,
        "review": waiting,
        "source": make_source(),
        "to_decide": to_decide,
        **make_improving(cast, made["lesson"]),
        **make_voices(cast, items),
        "search": make_searches(cast, items["pdf"]),
        "class": str(cast.class_6a1.uuid),
        "school": str(cast.school.uuid),
        "minh": str(cast.minh.user.uuid),
        "an": str(cast.an.user.uuid),
        "rollover": str(plan.uuid),
        "slug": db.session.scalar(select(Course.slug).where(Course.title == "Kĩ năng số căn bản")),
    }


def make_source() -> str:
    """Another library that is harvested no more."""
    with write():
        source = sources.add_source(SYSTEM, name="Kho bạn", url="https://library.example.org/oai")
        return str(sources.pause_source(SYSTEM, source.uuid).uuid)


def make_searches(cast: Cast, told: str) -> str:
    """Searches that cô Lan keeps, one with news; words that a librarian changed."""
    with write():
        kept = keep_search(
            cast.lan.actor,
            Search(q="phân số", chosen={"subject": ("toan",), "grade": ("6", "7")}),
            name="Phân số cho khối 6 và 7",
            alerts="daily",
        )
        kept.told, kept.fresh = [f"{told}@1"], 1
        keep_search(cast.lan.actor, Search(q="bản đồ"), alerts="weekly")
        keep_search(cast.lan.actor, Search(chosen={"type": ("video",)}))
        add_line(SYSTEM, "gvcn = giáo viên chủ nhiệm = homeroom teacher")
        switch_base_line(SYSTEM, "xác suất = probability", is_on=False)
    return str(kept.uuid)


def make_versions(cast: Cast) -> str:
    """An item with three versions: what changed is worth a look, and the last one was recalled."""
    said = library.Metadata(title="Bảng đơn vị đo", license_id="CC-BY-4.0", authors=("Nguyễn Thị Lan",))
    texts = [
        f"# Đơn vị đo\n\nMột mét bằng {words}.\n\nMột cân bằng mười lạng.\n".encode()
        for words in ("mười đề-xi-mét", "một trăm xen-ti-mét", "một nghìn xen-ti-mét")
    ]
    files = [
        library.prepare_files(cast.lan.actor, [library.NewFile("don-vi.md", BytesIO(text))]) for text in texts
    ]
    with write():
        uuid = library.add_item(cast.lan.actor, files[0], home=cast.school, metadata=said).item.uuid
        library.publish_item(cast.lan.actor, uuid, scope="school")
        library.add_version(cast.lan.actor, uuid, files[1], note="Đổi đơn vị")
        library.add_version(cast.lan.actor, uuid, files[2], note="Đổi lần nữa")
        recall_version(cast.tuan.actor, uuid, 3, reason="Sai: một mét là một trăm xen-ti-mét.")
    return str(uuid)


def make_library(cast: Cast, folder: Path) -> dict[str, str]:
    """Publish the first file of each format of the demo library; return suffix → item."""
    found: dict[str, str] = {}
    for item in generate_items(folder):
        suffix = item.filename.rpartition(".")[2]
        if suffix in found:
            continue
        with (folder / item.filename).open("rb") as stream:
            files = library.prepare_files(cast.lan.actor, [library.NewFile(item.filename, stream)])
        with write():
            metadata = library.Metadata(
                title=item.title, description=item.description, license_id=item.license_id, subject=item.subject,
                grades=item.grades, language=item.language, authors=item.authors,
            )  # fmt: skip
            version = library.add_item(cast.lan.actor, files, home=cast.school, metadata=metadata)
            scope = "public" if item.license_id.startswith("CC") else "sector"
            library.publish_item(cast.lan.actor, version.item.uuid, scope=scope)
        found[suffix] = str(version.item.uuid)
    return found


def make_review(cast: Cast, title: str) -> str:
    """A new version of thầy Phúc's that waits for its review beside the published one; the rules then go again."""
    phuc = cast.phuc.actor
    said = library.Metadata(title=title, description="Ba thí nghiệm.", license_id="CC-BY-4.0")
    texts = [
        BytesIO(f"# Thí nghiệm\n\n{words}\n".encode()) for words in ("Đong nước.", "Đong nước bằng ống.")
    ]
    old, new = (library.prepare_files(phuc, [library.NewFile("so-tay.md", text)]) for text in texts)
    with write():
        uuid = library.add_item(phuc, old, home=cast.other_school, metadata=said).item.uuid
        library.publish_item(phuc, uuid, scope="school")
        review_policies.save_policy(SYSTEM, cast.other_school, Rules())
        library.add_version(phuc, uuid, new, note="Thêm ống đong")
        submission = reviews.share_item(phuc, uuid, scope="sector", note="Nhờ xem giúp.").submission
        assert submission is not None
        reviews.comment_on(phuc, submission.uuid, text="Phần ống đong là mới.", place="mục 1")
        review_policies.drop_policy(SYSTEM, cast.other_school)
    return str(submission.uuid)


def make_class_course(cast: Cast, picture: str) -> dict[str, Any]:
    """A lesson of every kind of activity, begun by Minh."""
    lan, minh = cast.lan.actor, cast.minh.actor
    with write():
        course = create_course(lan, org=cast.school, draft=CourseDraft(title="Toán 6", grades=(6,)))
        unit = add_unit(lan, course, "Phân số")
        lesson = lessons.create_lesson(lan, unit, "Quy đồng mẫu số", goal="Biết quy đồng", minutes=15)
        text = lessons.add_activity(lan, lesson, kind="text", title="Vì sao?", data={"markdown": TEXT})
        pin = library.pin_item(lan, UUID(picture)).pin
        image = lessons.add_activity(
            lan, lesson, kind="image", title="Hình", data={"alt": "Hình vẽ"}, pin=pin
        )
        asked = [
            lessons.add_activity(lan, lesson, kind="question", title=f"Câu {number}", data=data)
            for number, data in enumerate((SINGLE, MULTIPLE, NUMBER, SHORT), start=1)
        ]
        run = create_run(lan, course, org=cast.school, draft=RunDraft(title="Toán 6A1"))
        lessons.publish_lesson(lan, lesson, runs=[run])
        enroll_class(lan, run, cast.class_6a1)
    with write():
        lessons.view_activity(minh, run.uuid, text.uuid)
    return {
        "course": str(course.uuid),
        "lesson": str(lesson.uuid),
        "text": str(text.uuid),
        "image": str(image.uuid),
        "questions": [str(activity.uuid) for activity in asked],
        "run": str(run.uuid),
    }


def tell_progress() -> dict[str, Any]:
    """Every row of the projections, without the ids that a rebuild may number anew."""
    return {
        model.__tablename__: sorted(
            json.dumps({key: str(value) for key, value in _plain(row).items()}, sort_keys=True)
            for row in db.session.scalars(select(model))
        )
        for model in (Progress, LessonProgress)
    }


def _plain(row: object) -> dict[str, Any]:
    return {
        column.key: getattr(row, column.key)
        for column in inspect(row).mapper.column_attrs
        if column.key != "id"
    }


def tell_lessons() -> list[dict[str, Any]]:
    """The lessons with their activities and pins, as the database has them."""
    return [
        {
            "title": lesson.title,
            "activities": [
                [activity.kind, activity.pin, activity.data]
                for activity in db.session.scalars(
                    select(Activity)
                    .where(Activity.lesson_id == lesson.id, Activity.trashed_at.is_(None))
                    .order_by(Activity.position)
                )
            ],
        }
        for lesson in db.session.scalars(select(Lesson).where(Lesson.trashed_at.is_(None)))
    ]


def tell_runs() -> dict[str, str]:
    """Title → uuid of every run."""
    return {run.title: str(run.uuid) for run in db.session.scalars(select(Run))}


DEEDS: dict[str, Callable[[], Any]] = {
    "cast": make_cast,
    "small-school": make_small_school,
    "progress": tell_progress,
    "lessons": tell_lessons,
    "runs": tell_runs,
}


def main(what: str) -> None:
    """Do one deed in the installation of this environment and print its answer."""
    app = create_app(Settings.from_env(os.environ))
    with app.app_context():
        print(json.dumps(DEEDS[what](), default=str))


if __name__ == "__main__":
    main(*sys.argv[1:2])
