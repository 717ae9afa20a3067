"""The library's side of the measured import: `python -m bench._import_site <what>` in an installation's environment.

`put ZIP` reads and confirms the import as the page does; `look` reads words from standard input and says which of them
find nothing. The last line printed is JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from content_store.search import Query
from lms.app import create_app_from_env
from lms.core.actor import SYSTEM
from lms.core.clock import today
from lms.core.db import write
from lms.library.bulk import services as bulk
from lms.library.door import open_store
from lms.library.permissions import owner_token
from lms.orgs.services import create_org
from lms.people.queries import build_actor, find_user
from lms.people.services import create_user, grant_role

LOGIN = "nguoi-nhap"


def put(path: str) -> dict[str, Any]:
    """Make somebody who may, keep the zip, and have the worker write what is in it."""
    with write():
        place = create_org(SYSTEM, parent=None, kind="department", name="Sở Đo Tải", code="so-do-tai")
        user, _word = create_user(SYSTEM, full_name="Người nhập", login=LOGIN, home_org=place)
        grant_role(SYSTEM, user, "teacher", place, valid_from=today() - timedelta(days=1))
    actor = build_actor(user)
    with open_store().blobs.stage() as staged:
        with Path(path).open("rb") as stream:
            while data := stream.read(1 << 20):
                staged.write(data)
        rows, problems, known = bulk.read_files(actor, staged, None)
        name = bulk.keep_archive(staged)
    with write():
        draft = bulk.draft_import(
            actor, rows=rows, problems=problems, known=known, archive=name, file_name="school.zip", home=place
        )
        bulk.confirm_import(actor, draft.uuid)
    return {"rows": len(rows), "problems": len(problems)}


def look() -> list[str]:
    """The words of standard input, a title a line, that do not find the item of that title."""
    user = find_user(LOGIN)
    assert user is not None
    seers = frozenset({owner_token(build_actor(user))})
    lost = []
    for line in sys.stdin.read().splitlines():
        word, title = line.split("\t")
        hits = open_store().search(Query(text=word, audiences=seers, size=5)).hits
        if title not in {hit.title.text for hit in hits}:
            lost.append(word)
    return lost


_DEEDS: dict[str, Callable[..., Any]] = {"put": put, "look": look}


def main(what: str, *arguments: str) -> None:
    """Answer one question."""
    with create_app_from_env().app_context():
        print(json.dumps(_DEEDS[what](*arguments), ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
