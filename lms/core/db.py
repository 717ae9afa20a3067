"""The database door: one Session, one way to write.

Reading needs nothing. Writing happens only inside `write()`, which is one short transaction: on SQLite
`BEGIN IMMEDIATE` behind a fair (first come, first served) lock, so that writers queue instead of failing with
SQLITE_BUSY_SNAPSHOT; on PostgreSQL a plain transaction. Services flush, the edge's `write()` commits, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, Uuid, event
from sqlalchemy.orm import DeclarativeBase, Mapped, ORMExecuteState, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from lms.core.clock import new_uuid, now
from lms.core.write_gate import WriteGate

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime on every engine (SQLite alone would lose the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What the values are; cursors of lists read it."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive datetimes at the door."""
        if value is not None and value.tzinfo is None:
            raise ValueError("naive datetime")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Parent of every model of `lms`; `content_store` has its own."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: Moment(), UUID: Uuid()}


class Rooted:
    """Columns that every noun with an outside address has: `id` inside, `uuid` outside, when it was made."""

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})
_writing: ContextVar[bool] = ContextVar("writing", default=False)
_gate = WriteGate()


@contextmanager
def write() -> Iterator[Session]:
    """Open the one short write transaction of this request, command or job step; commit at the end.

    Inside a `write()` a second one joins it. No rendering, no network, no file reading inside: others wait.
    What was loaded before is expired first, so that a service never decides on a stale row.
    """
    session = db.session()
    if _writing.get():
        yield session
        return
    session.rollback()
    with _gate.hold(db.engine):
        token = _writing.set(True)
        try:
            yield session
            session.commit()
        except BaseException:
            session.info.pop("after_commit", None)
            session.rollback()
            raise
        finally:
            _writing.reset(token)
    for call in session.info.pop("after_commit", []):
        call()


@contextmanager
def write_connection(engine: Engine) -> Iterator[Connection]:
    """Open a bare connection that holds the right to write: for migrations, which know no models and no session."""
    with _gate.hold(engine):
        token = _writing.set(True)
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            _writing.reset(token)


def open_write() -> Connection:
    """Return the connection of the present `write()`, for statements on tables, put together once and asked often.

    What the session holds is flushed first. Rows that were loaded through models do not hear of what is written here:
    read them with `populate_existing`. Raises RuntimeError outside `write()`.
    """
    if not _writing.get():
        raise RuntimeError("A statement changes rows outside lms.core.db.write().")
    session = db.session()
    session.flush()
    return session.connection()


def after_commit(call: Callable[[], None]) -> None:
    """Run `call` once the present write has been committed and the lock is free; never if it fails."""
    db.session().info.setdefault("after_commit", []).append(call)


def is_sqlite() -> bool:
    """Tell whether the present database is SQLite."""
    return db.engine.dialect.name == "sqlite"


@event.listens_for(Session, "before_flush")
def _refuse_stray_flush(session: Session, *_: object) -> None:
    if (
        session.info.get("guarded")
        and not _writing.get()
        and (session.new or session.dirty or session.deleted)
    ):
        raise RuntimeError("A row was changed outside lms.core.db.write().")


@event.listens_for(Session, "do_orm_execute")
def _refuse_stray_update(state: ORMExecuteState) -> None:
    changes = state.is_insert or state.is_update or state.is_delete
    if changes and state.session.info.get("guarded") and not _writing.get():
        raise RuntimeError("A statement changes rows outside lms.core.db.write().")


def _on_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we send BEGIN ourselves, see _on_begin
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=20000",
        "cache_size=-16000",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def _on_postgres_connect(connection: Any, _record: object) -> None:
    """Keep the planner short: one learner's seat joins ten tables by their keys and takes 0.3 ms to read.

    To weigh every order of them takes 12 to 30 ms, each time; in fours, as they are written, 2 ms. Compiling
    (`jit`) pays for minutes of work, which pages never have.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET join_collapse_limit = 4")
        cursor.execute("SET jit = off")
    connection.commit()


def tune_engine(engine: Engine) -> None:
    """Give SQLite its pragmas and explicit transactions, PostgreSQL a planner that suits short questions."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    elif engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _on_postgres_connect)


def init_app(app: Flask, database_url: str) -> None:
    """Bind the database of `database_url` to `app`."""
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    if database_url.startswith("postgresql"):
        options: dict[str, object] = {"pool_size": 10, "max_overflow": 10, "pool_pre_ping": True}
    else:
        options = {"connect_args": {"check_same_thread": False}, "pool_size": 20, "max_overflow": 20}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        tune_engine(db.engine)
        db.session.configure(info={"guarded": True})
