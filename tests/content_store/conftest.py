"""Fixtures of the store: a session on each database, blobs in a folder, an index in a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session

from content_store import formats, previews
from content_store.blobs import Blobs, open_blobs
from content_store.engines import open_database
from content_store.models import Base
from content_store.search import SearchIndex, open_index
from content_store.store import ContentStore
from tests.fixtures_postgres import fresh_database


@pytest.fixture(scope="session")
def store_postgres(postgres_url: str) -> Iterator[Engine]:
    """A PostgreSQL database with the store's tables, one for each test process."""
    engine = create_engine(fresh_database(postgres_url))
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture(
    params=[
        pytest.param("sqlite", id="sqlite"),
        pytest.param("postgres", id="postgres", marks=pytest.mark.postgres),
    ]
)
def store_session(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Session]:
    """A session on empty tables, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        engine = open_database(f"sqlite:///{tmp_path}/store.db")
        with Session(engine) as session:
            yield session
        engine.dispose()
        return
    engine = request.getfixturevalue("store_postgres")
    with engine.connect() as connection, connection.begin() as transaction:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        transaction.rollback()


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    """Blobs in a folder."""
    return open_blobs(f"file://{tmp_path}/blobs")


@pytest.fixture
def index(tmp_path: Path) -> Iterator[SearchIndex]:
    """An empty index in a folder."""
    index = open_index(f"whoosh://{tmp_path}/index", name="items")
    yield index
    index.close()


@pytest.fixture(scope="session")
def inspections() -> dict[tuple[bytes, str], formats.Inspection]:
    """What the inspector said in this run."""
    return {}


@pytest.fixture
def store(
    store_session: Session,
    blobs: Blobs,
    index: SearchIndex,
    inspections: dict[tuple[bytes, str], formats.Inspection],
    monkeypatch: pytest.MonkeyPatch,
) -> ContentStore:
    """The store as an application opens it.

    The inspector is the real one, in its child process; what it said of the same bytes is remembered from test to
    test, since every child costs half a second.
    """
    real = formats.inspect

    def remembered(path: Path, filename: str) -> formats.Inspection:
        key = (path.read_bytes(), filename)
        if key not in inspections:
            inspections[key] = real(path, filename)
        return inspections[key]

    monkeypatch.setattr(previews.formats, "inspect", remembered)
    return ContentStore(store_session, blobs=blobs, index=index)


@pytest.fixture
def queries(store_session: Session) -> Callable[[], int]:
    """How many SELECT statements were sent since the fixture was made."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().startswith("SELECT"):
            sent.append(statement)

    bind = store_session.get_bind()
    event.listen(bind, "before_cursor_execute", note)
    return lambda: len(sent)
