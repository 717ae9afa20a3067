"""The store's tables in the shape of this release, for those who run it without an application.

An empty database gets them all, and a note of the release. One of another release is refused with the command that
brings it up: its migrations are those of the application, and they are run by `upgrade_tables` alone, so that nobody's
rows change unasked. Alembic is loaded when it is used.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    create_engine,
    func,
    insert,
    inspect,
    literal,
    select,
)

from content_store import arrivals, curriculum, importing, lineage_models, near, resumable, verifying
from content_store.deriving import rows
from content_store.errors import StoreError
from content_store.models import Base
from content_store.oai import models as oai_models

if TYPE_CHECKING:
    from alembic.config import Config

BRANCH = "content_store"
COMMAND = "python -m content_store --database URL upgrade"
TABLES_OF = (
    arrivals, curriculum, importing, lineage_models, near, oai_models, resumable, rows, verifying
)  # fmt: skip
"""Modules with tables of their own: all are in the metadata, whatever a command imports besides."""
NOTE = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""Alembic's own table: up to which step the tables were brought, one row for each branch."""
_Shape = Mapping[str, frozenset[str]]


def make_tables(engine: Engine) -> None:
    """Make the tables in an empty database. Raises StoreError where there are some of another release."""
    newest = list_steps()[-1]
    with engine.connect() as connection:
        if _read_step(connection) == newest:
            return
    with _alone(engine) as connection:
        step = _read_step(connection)
        if step is not None and step not in list_steps():
            raise StoreError(
                "The database is of a newer release than this program. Install that release.",
                code="newer-database",
            )
        if step != newest and (step is not None or not _is_of_today(connection)):
            raise StoreError(
                f"The database is of an older release. Copy it first, then bring it up: {COMMAND}",
                code="old-database",
            )
        Base.metadata.create_all(connection)
        if step is None:
            _note(connection, newest)


def upgrade_tables(engine: Engine) -> list[str]:
    """Run the migrations that the database lacks, in one transaction; return their names. Safe to repeat and to kill."""
    from alembic import command

    steps = list_steps()
    with _alone(engine) as connection:
        at, stand_ins = _read_step(connection), MetaData()
        if at is None and _shape_of(connection) and _is_of_today(connection):
            _note(connection, at := steps[-1])
        elif at is None and (found := _clear_empty(connection)):
            at, shape = _find_step(found)
            stand_ins = _stand_in(connection, found, shape)
            _note(connection, at)
        if at is not None and at not in steps:
            raise StoreError("The database is of a newer release than this program.", code="newer-database")
        done = steps[steps.index(at) + 1 :] if at else steps
        command.upgrade(_config(connection), f"{BRANCH}@head")
        stand_ins.drop_all(connection)
        Base.metadata.create_all(connection)
    return done


def list_steps() -> list[str]:
    """The store's migrations, the oldest first: a file begins with the name of its step."""
    files = (_folder() / BRANCH).glob(f"[0-9]*_{BRANCH}*.py")
    return sorted(file.name.partition(BRANCH)[0] + BRANCH for file in files)


def _folder() -> Path:
    """Where the migrations are: beside the package in a checkout, inside its neighbor when installed."""
    top = Path(__file__).resolve().parents[1]
    for folder in (top / "lms" / "migrations", top / "migrations"):
        if (folder / BRANCH).is_dir():
            return folder
    raise StoreError("This installation has no migrations. Install the whole package.", code="no-migrations")


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A connection beside which nobody else changes tables; committed at the end."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":  # its driver begins no transaction before a table is made
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:  # the lock of `migrations/env.py`
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtext("migrations"))))
        yield connection
        connection.commit()


def _read_step(connection: Connection) -> str | None:
    """What is noted of the store's tables; None where nothing is."""
    if not inspect(connection).has_table(NOTE.name):
        return None
    return next((name for name in connection.scalars(select(NOTE)) if name.endswith(BRANCH)), None)


def _note(connection: Connection, step: str) -> None:
    NOTE.create(connection, checkfirst=True)
    connection.execute(insert(NOTE).values(version_num=step))


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    folder = _folder()
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", os.pathsep.join((str(folder / BRANCH), str(folder / "lms"))))
    config.attributes["connection"] = connection
    config.attributes["branch"] = BRANCH
    return config


def _shape_of(connection: Connection) -> _Shape:
    """The store's tables with their columns; what an index keeps beside them is none of them."""
    looked = inspect(connection)
    names = [name for name in looked.get_table_names() if name in Base.metadata.tables]
    return {name: frozenset(column["name"] for column in looked.get_columns(name)) for name in names}


def _is_of_today(connection: Connection) -> bool:
    tables = Base.metadata.tables
    return all(set(tables[name].columns.keys()) <= found for name, found in _shape_of(connection).items())


def _clear_empty(connection: Connection) -> _Shape:
    """Drop tables in which nothing stands, whatever release added them: they are made anew. Return the others."""
    tables = [Base.metadata.tables[name] for name in _shape_of(connection)]
    filled = [table for table in tables if connection.scalar(select(literal(1)).select_from(table).limit(1))]
    pointed_at = {key.column.table for table in filled for key in table.foreign_keys}
    empty = [table for table in tables if table not in filled and table not in pointed_at]
    Base.metadata.drop_all(connection, tables=empty)
    return _shape_of(connection)


def _find_step(found: _Shape) -> tuple[str, MetaData]:
    """Tell which release made tables of which nothing is noted: the first whose tables have the very columns of these.

    The tables of each release are built aside for it, one after the other. Some may be missing: a command made only
    those that it knew, and those in which nothing stood were dropped. Raises StoreError where no release fits.
    """
    from alembic import command

    engine = create_engine("sqlite://")
    try:
        with engine.connect() as trial:
            for step in list_steps():
                command.upgrade(_config(trial), step)
                shape = _shape_of(trial)
                if all(shape.get(table) == columns for table, columns in found.items()):
                    made = MetaData()
                    made.reflect(trial, only=list(shape))
                    return step, made
    finally:
        engine.dispose()
    raise StoreError(
        "These tables are of no release that is known here. Restore a copy, or ask for help.",
        code="unknown-database",
    )


def _stand_in(connection: Connection, found: _Shape, shape: MetaData) -> MetaData:
    """Make empty tables for those that are missing, so that migrations find something to change; they go afterwards."""
    made = MetaData()
    for name, table in shape.tables.items():
        if name not in found:
            columns = [Column(one.name, one.type.as_generic(allow_nulltype=True)) for one in table.columns]
            indexes = [Index(str(one.name), *(c.name for c in one.columns)) for one in table.indexes]
            Table(name, made, *columns, *indexes)
    made.create_all(connection)
    return made
