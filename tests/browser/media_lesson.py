"""A lesson of what is heavy: a large photo, a PDF of five pages, a sound, and a film where the machine can make one."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from pathlib import Path
from uuid import UUID

from PIL import Image, ImageDraw
from sqlalchemy import select

from lms.core.db import db, write
from lms.courses.models import Run, Unit
from lms.lessons import services as lessons
from lms.lessons.models import Lesson
from lms.library import services as library
from tests.cast import Cast
from tests.content_store.test_deriving import photo, write_sound

FILM = (
    "-f",
    "lavfi",
    "-i",
    "testsrc2=s=1280x720:d=3:r=25",
    "-f",
    "lavfi",
    "-i",
    "sine=frequency=440:duration=3",
)
CODEC = ("-c:v", "libx264", "-preset", "ultrafast", "-b:v", "4M", "-pix_fmt", "yuv420p", "-c:a", "aac")


def make_media_lesson(cast: Cast, run_uuid: str, lesson_uuid: str) -> dict[str, str]:
    """Publish it beside the lesson named; return the lesson, then kind → activity."""
    files = {
        "image": ("anh.jpg", photo(1800, 1200, quality=92)),
        "document": ("sach.pdf", _book(5)),
        "audio": ("tieng.wav", write_sound()),
    }
    if shutil.which("ffmpeg") is not None:
        files["video"] = ("phim.mp4", _film())
    lan = cast.lan.actor
    prepared = {
        kind: library.prepare_files(lan, [library.NewFile(name, io.BytesIO(data))])
        for kind, (name, data) in files.items()
    }
    with write():
        first = db.session.scalars(select(Lesson).where(Lesson.uuid == UUID(lesson_uuid))).one()
        run = db.session.scalars(select(Run).where(Run.uuid == UUID(run_uuid))).one()
        lesson = lessons.create_lesson(
            lan, db.session.get_one(Unit, first.unit_id), "Nhìn và nghe", minutes=5
        )
        made = {"lesson": str(lesson.uuid)}
        for kind, kept in prepared.items():
            said = library.Metadata(title=f"Học liệu nặng: {kind}", license_id="CC0-1.0")
            version = library.add_item(lan, kept, home=cast.school, metadata=said)
            library.publish_item(lan, version.item.uuid, scope="school")
            pin = library.pin_item(lan, version.item.uuid).pin
            made[kind] = str(lessons.add_activity(lan, lesson, kind=kind, data={}, pin=pin).uuid)
        lessons.publish_lesson(lan, lesson, runs=[run])
    return made


def _book(count: int) -> bytes:
    pages = []
    for number in range(1, count + 1):
        page = Image.new("RGB", (600, 800), "white")
        pen = ImageDraw.Draw(page)
        pen.text((60, 60), f"Trang {number}", fill="black", font_size=40)
        for line in range(12):
            pen.line((60, 160 + 45 * line, 540 - 37 * (line * number % 5), 160 + 45 * line), "gray", 6)
        pages.append(page)
    target = io.BytesIO()
    pages[0].save(target, "PDF", save_all=True, append_images=pages[1:])
    return target.getvalue()


def _film() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "phim.mp4"
        subprocess.run(["ffmpeg", "-v", "error", "-y", *FILM, *CODEC, str(path)], check=True)
        return path.read_bytes()
