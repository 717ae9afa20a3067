"""Every search test runs on all engines, each real: Whoosh and Tantivy in a folder, PostgreSQL in a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from content_store.search import SearchIndex, open_index
from tests.content_store.search.corpus import SCHOOL
from tests.fixtures_postgres import fresh_database

ENGINES = ["whoosh", "tantivy", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Which engine the test runs on."""
    return str(request.param)


@pytest.fixture(scope="module")
def search_url(engine: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> str:
    """A place for indexes, of the engine at hand."""
    if engine != "postgres":
        return f"{engine}://{tmp_path_factory.mktemp('search').as_posix()}"
    return fresh_database(request.getfixturevalue("postgres_url"))


@pytest.fixture
def open_named(search_url: str) -> Iterator[Callable[[str], SearchIndex]]:
    """Open indexes by name; they are closed after the test."""
    opened = []

    def open_one(name: str) -> SearchIndex:
        opened.append(open_index(search_url, name=name))
        return opened[-1]

    yield open_one
    for index in opened:
        index.close()


@pytest.fixture
def index(open_named: Callable[[str], SearchIndex]) -> SearchIndex:
    """An empty index."""
    empty = open_named("items")
    empty.rebuild([])
    return empty


@pytest.fixture
def school(open_named: Callable[[str], SearchIndex]) -> SearchIndex:
    """An index of the school corpus."""
    filled = open_named("school")
    if filled.count() != len(SCHOOL):
        filled.rebuild(SCHOOL)
    return filled


@pytest.fixture
def whoosh_folder(tmp_path: Path) -> Path:
    """A folder for tests of what only files can suffer."""
    return tmp_path / "files"
