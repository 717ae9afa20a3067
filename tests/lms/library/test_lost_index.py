"""An index that is lost or not whole: the next change builds it whole, and `lms check` and the worker find it."""

import shutil
from collections.abc import Iterable, Iterator
from uuid import UUID

import pytest
from flask import Flask

from content_store.search import Document, Query, SearchUnavailable
from lms.core.checks import check_engines
from lms.core.db import write
from lms.core.jobs import enqueue, run_due_jobs
from lms.library import index_check
from lms.library.jobs import index_items, rebuild_items
from lms.search.services import index_dirty_pages, mark_dirty, rebuild_pages
from tests.cast import Cast
from tests.factories.library import make_item

ALL = Query("", frozenset({"public"}))


@pytest.fixture
def lose(act: Flask, monkeypatch: pytest.MonkeyPatch):
    """Take an index away, whichever engine keeps it."""

    def losing(name: str) -> None:
        index = act.extensions[name]
        index.close()
        if hasattr(index, "_generations"):
            shutil.rmtree(index._generations._home)
        else:
            with index._engine.begin() as connection:
                connection.exec_driver_sql(f"DROP TABLE {index._table}")

    return losing


def test_a_change_after_the_index_was_lost_builds_it_whole(act: Flask, cast: Cast, lose):
    make_item(cast.lan.actor, "phân số.md")
    make_item(cast.lan.actor, "hình học.md")
    index_items()
    index = act.extensions["item_index"]
    whole = index.count()
    lose("item_index")
    with pytest.raises(SearchUnavailable):
        index.search(ALL)
    make_item(cast.lan.actor, "số thập phân.md")
    index_items()
    assert (index.count(), index.check()) == (whole + 1, None)


class Shelf:
    """A source of two pages."""

    uuids = (str(UUID(int=1)), str(UUID(int=2)))

    def all_uuids(self) -> Iterator[str]:
        return iter(self.uuids)

    def load(self, uuids: Iterable[str]) -> list[Document]:
        return [Document("shelf", uuid, "Kệ", "", "", {}, frozenset({"public"}), 1.0) for uuid in uuids]


def test_pages_too_are_built_whole(act: Flask, lose, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("lms.search.services.find_source", lambda _kind: Shelf())
    monkeypatch.setattr("lms.search.services.all_sources", lambda: [Shelf()])
    rebuild_pages()
    lose("page_index")
    with write():
        mark_dirty("shelf", UUID(int=1))
    while index_dirty_pages():
        pass
    index = act.extensions["page_index"]
    assert (index.count(), index.check()) == (2, None)


def test_check_names_the_command_and_counts_what_an_index_lacks(act: Flask, cast: Cast, lose):
    make_item(cast.lan.actor, "phân số.md")
    make_item(cast.lan.actor, "hình học.md")
    rebuild_items()
    rebuild_pages()
    assert not list(index_check.check_index_is_whole(act))
    act.extensions["item_index"].rebuild([])
    (found,) = index_check.check_index_is_whole(act)
    assert "differ by 2" in found.text and "lms library rebuild" in found.text
    lose("item_index")
    assert any("`lms library rebuild`" in one.text for one in check_engines(act))


def test_the_worker_looks_by_itself(act: Flask, cast: Cast):
    make_item(cast.lan.actor, "phân số.md")
    rebuild_items()
    act.extensions["item_index"].rebuild([])
    with write():
        enqueue("look_at_index", key="look_at_index")
    run_due_jobs()
    assert act.extensions["item_index"].count() == 1


def test_an_index_that_is_gone_is_noticed_and_built(act: Flask, cast: Cast, lose):
    make_item(cast.lan.actor, "phân số.md")
    rebuild_items()
    assert not index_check.is_gone()
    lose("item_index")
    assert index_check.is_gone()
    with write():
        enqueue("bring_index_back", key="bring_index_back")
    run_due_jobs()
    assert act.extensions["item_index"].count() == 1 and not index_check.is_gone()


def test_what_waits_is_not_missing(act: Flask, cast: Cast):
    rebuild_items()
    make_item(cast.lan.actor, "phân số.md")
    assert not list(index_check.check_index_is_whole(act))
