"""Stored files are looked after: a share of them read again each day, and what is damaged told to those who can mend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Select
from sqlalchemy.exc import SQLAlchemyError

from content_store import verifying
from content_store.values import Damage
from content_store.verifying import Choice
from lms.core.checks import Finding, deployment_check
from lms.core.clock import today
from lms.core.db import db, write
from lms.core.i18n import _l, ngettext
from lms.core.jobs import job
from lms.core.schedule import every
from lms.library.door import open_store
from lms.notices.queries import find_operators
from lms.notices.services import tell
from lms.notices.topics import Topic, register_topic

DAILY = Choice(percent=1.0, newest=50)
MOST_BYTES = 20 * 1024**3
BATCH = 20


def _words(about: Mapping[str, Any]) -> str:
    return ngettext(
        "%(num)d stored file is missing or damaged. Restore it from a backup.",
        "%(num)d stored files are missing or damaged. Restore them from a backup.",
        about["count"],
    )


def _keepers(_who: Mapping[str, Any]) -> Select[int]:
    return find_operators(current_app.extensions.get("operator_roles", ()))


DAMAGED = register_topic(
    Topic(
        "files_damaged",
        _l("Stored files are missing or damaged"),
        _words,
        icon="triangle-alert",
        mail="at_once",
        roles=frozenset({"sysadmin"}),
        people=_keepers,
    )
)


def verify_files(choice: Choice, *, most_bytes: int | None = None) -> Iterator[Damage]:
    """Read the chosen files again and note what is found; every damage, known before or not. Call outside `write()`."""
    store = open_store()
    names = _bounded(list(verifying.choose_blobs(db.session(), choice)), most_bytes)
    while batch := list(islice(names, BATCH)):
        looked = verifying.look_again(db.session(), store.blobs, batch)
        db.session.rollback()
        if any(not isinstance(found, str) for found in looked) or verifying.count_damage(db.session()):
            db.session.rollback()
            with write():
                fresh = verifying.note_found(db.session(), looked)
                if fresh:
                    key = f"{today()}:{fresh[0].sha256}"
                    tell(DAMAGED.key, key=key, about={"count": verifying.count_damage(db.session())})
        yield from (found for found in looked if not isinstance(found, str))


def _bounded(names: Iterable[tuple[str, int]], most_bytes: int | None) -> Iterator[tuple[str, int]]:
    """Yield names until so many bytes would be read; at least one."""
    left = most_bytes
    for sha256, size in names:
        yield sha256, size
        if left is not None:
            left -= size
            if left <= 0:
                return


@job("verify_sample", lane="verify files", is_long=True)
def verify_sample() -> None:
    """Read a share of the stored files, and the newest, and note what is missing or damaged."""
    for _damage in verify_files(DAILY, most_bytes=MOST_BYTES):
        pass


every("verify_sample", minutes=24 * 60)


@deployment_check
def check_damage(app: Flask) -> Iterable[Finding]:
    """Files found missing or damaged must be brought back; no byte is read here."""
    try:
        count = verifying.count_damage(db.session())
        db.session.rollback()
    except SQLAlchemyError:
        db.session.rollback()
        return  # said by the check of the database
    if count:
        yield Finding(
            f"{count} stored files are missing or damaged: bring them back from a backup; `lms library verify` "
            "names them, and forgets those that are mended."
        )


@deployment_check
def check_pages_may_send(app: Flask) -> Iterable[Finding]:
    """Where the storage signs addresses, browsers ask it whether pages of this site may send and read (CORS)."""
    blobs, base_url = app.extensions["blobs"], app.extensions["settings"].base_url
    if blobs.refuses_page(base_url):
        yield Finding(
            f"STORAGE_URL: the bucket does not let pages of {base_url} send to it (CORS), so uploads go through the "
            "site and captions may not load. See “Files in S3” in docs/operations.md.",
            must_mend=False,
        )
