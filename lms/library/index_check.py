"""Whether the index holds what the rows hold: `lms check` compares, and the worker mends what it finds each hour, one that is gone within a minute."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from content_store import indexing
from content_store.search import SearchIndex, SearchUnavailable
from lms.core.checks import Finding, deployment_check
from lms.core.db import db, write
from lms.core.jobs import enqueue, job
from lms.core.schedule import every


def count_missing(index: SearchIndex) -> int:
    """How many documents the index lacks, or has too many, beyond the changes that wait. Raises SearchUnavailable."""
    waiting, wanted = indexing.count_pending(db.session()), indexing.count_documents(db.session())
    db.session.rollback()
    return max(0, abs(index.count() - wanted) - waiting)


@deployment_check
def check_index_is_whole(app: Flask) -> Iterable[Finding]:
    """An index that lost documents answers "nothing found" with a good conscience: compare it with the rows."""
    try:
        missing = count_missing(app.extensions["item_index"])
    except SQLAlchemyError:
        db.session.rollback()
        return  # said by the check of the database
    except SearchUnavailable:
        return  # said by the check of the engines
    if missing:
        yield Finding(
            f"SEARCH_URL: the index of items and its rows differ by {missing}: run `lms library rebuild`."
        )


@job("look_at_index")
def look_at_index() -> None:
    """Have the index built anew where it is missing, damaged or not whole."""
    index: SearchIndex = current_app.extensions["item_index"]
    if index.check() is not None or count_missing(index):
        with write():
            enqueue("rebuild_items", key="rebuild_items")


def is_gone() -> bool:
    """Tell whether there is no index at all, so that every search fails: asked each minute, it opens nothing."""
    index: SearchIndex = current_app.extensions["item_index"]
    try:
        return not index.exists()
    except SearchUnavailable:
        return False  # its server does not answer: there is nothing to build yet


@job("bring_index_back")
def bring_index_back() -> None:
    """Have an index that is gone built anew at once; what is merely not whole waits for the hourly look."""
    if is_gone():
        with write():
            enqueue("rebuild_items", key="rebuild_items")


every("look_at_index", minutes=60)
every("bring_index_back", minutes=1, has_work=is_gone)
