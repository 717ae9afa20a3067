"""Materials under licenses that do not go together, and a lesson to put them into, for the site that `cast` makes.

Run as `python -m tests.browser.licensed` with the site's environment; the last line printed is JSON.
"""

from __future__ import annotations

import json
import os
from io import BytesIO
from typing import Any

from PIL import Image
from sqlalchemy import select

from lms.app import create_app
from lms.core.config import Settings
from lms.core.db import db, write
from lms.courses.services import CourseDraft, RunDraft, add_unit, create_course, create_run, enroll_class
from lms.lessons import services as lessons
from lms.library import services as library
from lms.orgs.models import Org
from lms.people.models import User
from lms.people.queries import build_actor

SHELF = {
    "alike": ("Ghe bầu trên sông Hậu", "CC-BY-SA-4.0", ("Trần Văn An",)),
    "unsold": ("Ghe chài chở lúa", "CC-BY-NC-4.0", ("Lê Bình", "Nhóm Sông Quê")),
    "free": ("Ghe tam bản buổi sớm", "CC-BY-4.0", ("Phạm Thị Hoa",)),
    "fixed": ("Ghe ngo ngày hội", "CC-BY-ND-4.0", ("Sơn Sa Rây",)),
}


def make() -> dict[str, Any]:
    """Share four pictures with everyone; a course of cô Lan whose lesson holds the first, a run for 6A1."""
    lan = build_actor(db.session.scalars(select(User).where(User.login == "lan")).one())
    group = db.session.scalars(select(Org).where(Org.kind == "class").order_by(Org.id)).first()
    assert group is not None
    school = db.session.scalars(select(Org).where(Org.id == group.parent_id)).one()
    items = {name: share(lan, *what, ink=place) for place, (name, what) in enumerate(SHELF.items())}
    with write():
        course = create_course(lan, org=school, draft=CourseDraft(title="Sông nước quê em"))
        lesson = lessons.create_lesson(lan, add_unit(lan, course, "Ghe xuồng"), "Các loại ghe", minutes=10)
        lessons.add_activity(
            lan, lesson, kind="text", title="Mở đầu", data={"markdown": "Em đã đi ghe chưa?"}
        )
        pin = library.pin_item(lan, items["alike"]).pin
        lessons.add_activity(lan, lesson, kind="image", data={"alt": "Ghe bầu"}, pin=pin)
        run = create_run(lan, course, org=school, draft=RunDraft(title="Sông nước 6A1"))
        enroll_class(lan, run, group)
    return {"lesson": str(lesson.uuid), "course": str(course.uuid), "run": str(run.uuid)}


def share(actor: Any, title: str, license_id: str, authors: tuple[str, ...], *, ink: int) -> Any:
    """Put a picture into the library, shared with everyone; return the item's uuid."""
    picture = BytesIO()
    Image.new("RGB", (640, 400), (60 + 40 * ink, 110, 140)).save(picture, "PNG")
    picture.seek(0)
    files = library.prepare_files(actor, [library.NewFile(f"ghe-{ink}.png", picture)])
    with write():
        metadata = library.Metadata(title=title, license_id=license_id, authors=authors, language="vi")
        version = library.add_item(actor, files, metadata=metadata)
        return library.publish_item(actor, version.item.uuid, scope="public").item.uuid


def main() -> None:
    """Make everything in the installation of this environment and print its ids."""
    app = create_app(Settings.from_env(os.environ))
    with app.app_context():
        print(json.dumps(make()))


if __name__ == "__main__":
    main()
