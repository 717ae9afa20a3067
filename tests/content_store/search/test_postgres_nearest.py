"""Questions with thousands of matches: only the foremost are noted, and the answer is the one that noting all gives."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import event

from content_store.search import Query, SearchIndex, open_index
from content_store.search.port import Results
from content_store.search.postgres import PostgresIndex
from content_store.search.postgres_nearest import NO_BOUNDS, Newest
from tests.content_store.search.corpus import EVERYONE, document
from tests.fixtures_postgres import fresh_database

pytestmark = pytest.mark.postgres

SIZE = 12_000
NOTHING = dict.fromkeys(NO_BOUNDS, -math.inf)
QUESTIONS = {
    "as typed": "phân số",
    "side by side": "phan so",
    "apart": "bài phân",
    "one word": "phân",
    "a filter": "phân số",
}


@pytest.fixture(scope="module")
def index(postgres_url: str) -> Iterator[PostgresIndex]:
    """Twelve thousand documents with the same words, no two changed at the same time; every tenth has them in its title."""
    opened = open_index(fresh_database(postgres_url), name="items")
    assert isinstance(opened, PostgresIndex)
    opened.rebuild(
        document(
            f"d{number}",
            "Phân số" if number % 10 == 0 else f"Tờ {number}",
            "Về phân số: bài tập.",
            updated=float(number * 7919 % SIZE),
            half=(str(number % 2),),
        )
        for number in range(SIZE)
    )
    yield opened
    opened.close()


def ask(index: SearchIndex, name: str) -> Results:
    filters = {"half": frozenset({"1"})} if name == "a filter" else {}
    return index.search(Query(QUESTIONS[name], EVERYONE, filters=filters, facets=("half", "kind")))


@pytest.fixture
def asked(index: PostgresIndex) -> Iterator[list[float]]:
    """The bounds with which the database was asked to find, the least of each statement."""
    found: list[float] = []

    def note(
        _connection: Any, _cursor: Any, statement: str, parameters: Mapping[str, Any], *_more: Any
    ) -> None:
        if "bound" in parameters:
            found.append(min(parameters[name] for name in NO_BOUNDS if name in parameters))

    event.listen(index._engine, "before_cursor_execute", note)
    yield found
    event.remove(index._engine, "before_cursor_execute", note)


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_is_noted_within_bounds_answers_as_all_would(
    index: PostgresIndex, asked: list[float], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    bounded = ask(index, name)
    assert len(asked) == 1 and math.isfinite(asked[0])
    monkeypatch.setattr(Newest, "bounds", lambda *_, **__: NO_BOUNDS)
    assert ask(index, name) == bounded
    assert bounded.total == (SIZE // 2 if name == "a filter" else SIZE)
    assert len(bounded.hits) == 20


@pytest.mark.parametrize("name", QUESTIONS)
def test_where_the_guess_was_too_low_it_is_asked_again_without_bounds(
    index: PostgresIndex, asked: list[float], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    right = ask(index, name)
    del asked[:]
    monkeypatch.setattr(Newest, "bounds", lambda *_, **__: NOTHING)
    assert ask(index, name) == right
    assert asked == [-math.inf, math.inf]


def test_the_statistics_are_read_once_and_not_before_they_are_there(postgres_url: str) -> None:
    fresh = open_index(fresh_database(postgres_url), name="items")
    assert isinstance(fresh, PostgresIndex)
    fresh.rebuild([document("a", "Phân số")])
    with fresh._engine.connect() as connection:
        newest = Newest(fresh._table)
        assert newest.bounds(connection, 1e6, apart=True) == NO_BOUNDS
        fresh.rebuild(document(f"d{number}", "Phân số", updated=float(number)) for number in range(300))
        assert newest.bounds(connection, 1e6, apart=True) == NO_BOUNDS, "not read anew within its time"
        assert math.isfinite(Newest(fresh._table).bounds(connection, 1e6, apart=True)["bound"])
    fresh.close()
