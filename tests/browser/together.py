"""A material of cô Lan's that colleagues improve, with the learners it has reached, for the site that `cast` makes.

Run as `python -m tests.browser.together` with the site's environment; the last line printed is JSON.
"""

from __future__ import annotations

import json
import os
from io import BytesIO

from sqlalchemy import select

from lms.app import create_app
from lms.core.config import Settings
from lms.core.db import db, write
from lms.library import services as library
from lms.library.usage import keep_usage, list_marked, mark_items
from lms.orgs.models import Org
from lms.people.models import User
from lms.people.queries import build_actor

TITLE = "Đổi đơn vị diện tích"
TEXT = f"# {TITLE}\n\nMột mét vuông bằng một trăm đề-xi-mét vuông.\n\n## Héc-ta\n\nMột héc-ta bằng mười nghìn mét vuông.\n"
REACHED = {"THCS Bến Sông": (41, 30), "Sở Giáo dục": (17, 9), "THCS Rạch Dừa": (3, 1)}


def make() -> str:
    """Share it with everyone; pupils of three places have met it, three of them in one."""
    lan = build_actor(db.session.scalars(select(User).where(User.login == "lan")).one())
    places = {org.name: org for org in db.session.scalars(select(Org).where(Org.name.in_(REACHED)))}
    files = library.prepare_files(lan, [library.NewFile("dien-tich.md", BytesIO(TEXT.encode()))])
    said = library.Metadata(
        title=TITLE, subject="toan", grades=(6,), license_id="CC-BY-SA-4.0", authors=("Nguyễn Thị Lan",)
    )
    with write():
        item = library.add_item(lan, files, home=places["THCS Bến Sông"], metadata=said).item.uuid
        library.publish_item(lan, item, scope="public")
        mark_items([item])
        for marked in list_marked(1):
            keep_usage(marked, 3, [(places[name].id, *numbers) for name, numbers in REACHED.items()])
    return str(item)


def main() -> None:
    """Make it in the installation of this environment and print its uuid."""
    app = create_app(Settings.from_env(os.environ))
    with app.app_context():
        print(json.dumps(make()))


if __name__ == "__main__":
    main()
