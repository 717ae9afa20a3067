"""Opening the three engines of the store by their addresses, for those who run it without an application."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import Session

from content_store.blobs import open_blobs
from content_store.errors import StoreError
from content_store.oai import stamping
from content_store.schema import make_tables
from content_store.search import open_index
from content_store.store import ContentStore

INDEX_NAME = "content_store"


@dataclass(frozen=True)
class Engines:
    """Where the store keeps rows, bytes and the index."""

    database: str
    storage: str
    search: str


@contextmanager
def open_store(engines: Engines) -> Iterator[ContentStore]:
    """The store over its own session: tables made if absent, one commit at the end."""
    engine = open_database(engines.database)
    index = open_index(engines.search, name=INDEX_NAME)
    try:
        with Session(engine) as session:
            yield ContentStore(session, blobs=open_blobs(engines.storage), index=index)
            session.commit()
    finally:
        index.close()
        engine.dispose()


def open_database(url: str) -> Engine:
    """A database with the store's tables in it. Raises StoreError for the tables of another release."""
    engine = connect(url)
    try:
        make_tables(engine)
    except StoreError:
        engine.dispose()
        raise
    return engine


def connect(url: str) -> Engine:
    """A database as it is."""
    if url.startswith("sqlite:////"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session that nobody else writes beside on SQLite; committed at the end."""
    with Session(engine) as session:
        if engine.dialect.name == "sqlite":
            session.execute(text("BEGIN IMMEDIATE"))
        yield session
        session.commit()


def stamp_all(engine: Engine) -> int:
    """Let harvesters hear of what changed; return how many changes there were. Safe for several processes at once."""
    total = 0
    while True:
        with writing(engine) as session:
            count = stamping.stamp_changes(session)
        total += count
        if not count:
            return total
