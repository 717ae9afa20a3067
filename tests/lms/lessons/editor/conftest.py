"""The editor's people: cô Lan writes; thầy Sơn teaches at the same school and may look; cô Thư is from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from content_store.store import Metadata, NewFile
from lms.core.db import db, write
from lms.lessons.queries import list_lessons
from lms.library.door import open_store
from lms.library.jobs import index_items
from lms.library.services import add_item, prepare_files, publish_item
from tests.lms.lessons.conftest import Classroom, make_user

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301"
    "0100c9fe92ef0000000049454e44ae426082"
)


@pytest.fixture
def room(classroom: Classroom) -> Classroom:
    """The class, with a colleague who may read its course."""
    with write():
        classroom.users["son"] = make_user("Võ Thanh Sơn", "son", classroom.school, "teacher")
    return classroom


@pytest.fixture
def visit(client: FlaskClient) -> Callable[[Classroom, str], FlaskClient]:
    """Sign someone in and return the browser."""

    def enter(room: Classroom, name: str) -> FlaskClient:
        client.post("/sign-out")
        answer = client.post("/sign-in", data={"login": name, "password": room.password})
        assert answer.status_code == 303
        return client

    return enter


@pytest.fixture
def lan(room: Classroom, visit: Callable[[Classroom, str], FlaskClient]) -> FlaskClient:
    """The author's browser."""
    return visit(room, "lan")


@pytest.fixture
def shelve(room: Classroom) -> Callable[..., str]:
    """Put a picture or a text into the library as cô Thư, shared with everyone; return the item's uuid."""

    def put(
        title: str,
        *,
        license_id: str = "CC-BY-4.0",
        scope: str = "public",
        text: bool = False,
        source: str | None = None,
    ) -> str:
        thu = room.actor("thu")
        file = (
            NewFile("phieu.md", BytesIO(f"# {title}\n\nQuy đồng mẫu số.".encode()))
            if text
            else NewFile("tranh.png", BytesIO(PNG))
        )
        prepared = prepare_files(thu, [file])
        with write():
            about = Metadata(title=title, license_id=license_id, authors=("Trần Văn An",), source_url=source)
            version = add_item(thu, prepared, metadata=about)
            uuid = version.item.uuid
        with write():
            publish_item(thu, uuid, scope=scope)
        index_items()
        db.session.rollback()
        assert open_store().get_shown(uuid).title == title
        return str(uuid)

    return put


def titles(room: Classroom) -> list[str]:
    """The course's lesson titles in order, as stored now."""
    db.session.rollback()
    return [state.lesson.title for rows in list_lessons(room.course.id).values() for state in rows]
