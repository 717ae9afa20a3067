"""A store of an older release is refused with the command that brings it up, and that command loses nothing."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, inspect, select, text
from sqlalchemy.orm import Session

from content_store import schema
from content_store.blobs import open_blobs
from content_store.cli import main
from content_store.engines import connect, open_database
from content_store.errors import StoreError
from content_store.models import Base
from content_store.oai.models import HarvestChange
from content_store.store import ContentStore, Metadata, NewFile
from tests.fixtures_postgres import fresh_database

SINCE = {"cs_version": "shown_to", "cs_item": "folder", "cs_resumable": "folder"}
KILLED = """
import os, signal, sys
from sqlalchemy import event
from content_store import engines, schema

engine = engines.connect(sys.argv[1])

@event.listens_for(engine, "before_cursor_execute")
def die(connection, cursor, statement, *others):
    if "ADD COLUMN until" in statement:
        os.kill(os.getpid(), signal.SIGKILL)

schema.upgrade_tables(engine)
"""


@pytest.fixture(
    params=[
        pytest.param("sqlite", id="sqlite"),
        pytest.param("postgres", id="postgres", marks=pytest.mark.postgres),
    ]
)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a single table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/old.db"
    return fresh_database(request.getfixturevalue("postgres_url"))


@contextmanager
def changing(url: str) -> Iterator[Connection]:
    """Do something to a database, as an older release left it."""
    engine = connect(url)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection
        connection.commit()
    engine.dispose()


def bring_to(url: str, release: str) -> None:
    with changing(url) as connection:
        command.upgrade(schema._config(connection), f"20261122_{release}_content_store")


def drop(url: str, *tables: str) -> None:
    with changing(url) as connection:
        for table in tables:
            connection.execute(text(f"DROP TABLE IF EXISTS {table}"))


def differences(engine: Engine) -> list[object]:
    def is_ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or name in Base.metadata.tables

    with engine.connect() as connection:
        options = {"compare_type": True, "include_name": is_ours}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))


def put_in(url: str, folder: Path) -> str:
    """A published material; return its pin."""
    engine = open_database(url)
    with Session(engine) as session:
        store = ContentStore(session, blobs=open_blobs(f"file://{folder}/blobs"))
        version = store.add(owner="lan", files=[NewFile("a.md", io.BytesIO("# Phân số".encode()))])
        store.publish(version.item.uuid, audiences=frozenset({"public"}))
        pin = version.pin
        session.commit()
    engine.dispose()
    return pin


def test_a_file_of_a_migration_is_named_by_its_step(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/a.db")
    with engine.connect() as connection:
        scripts = ScriptDirectory.from_config(schema._config(connection))
    engine.dispose()
    chain = [one.revision for one in scripts.iterate_revisions(f"{schema.BRANCH}@head", "base")]
    assert schema.list_steps() == chain[::-1]


@pytest.mark.parametrize("gone", [(), ("alembic_version", "cs_lineage", "cs_resumable_part")])
@pytest.mark.parametrize("release", ["0001", "0009", "0013"])
def test_tables_of_any_release_come_to_the_shape_of_this_one(
    url: str, release: str, gone: tuple[str, ...]
) -> None:
    """Releases before this one noted nothing, and a command made the tables that it knew."""
    bring_to(url, release)
    drop(url, *gone)
    with pytest.raises(StoreError) as refused:
        open_database(url)
    assert refused.value.code == "old-database"
    assert "content_store --database URL upgrade" in refused.value.message
    engine = connect(url)
    assert schema.upgrade_tables(engine)[-1] == schema.list_steps()[-1]
    assert differences(engine) == []
    assert schema.upgrade_tables(engine) == []
    engine.dispose()
    open_database(url).dispose()


def test_what_was_put_in_is_there_afterwards(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pin, blobs = put_in(url, tmp_path), f"file://{tmp_path}/blobs"
    drop(url, "alembic_version")
    with changing(url) as connection:
        for table, column in SINCE.items():
            connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {column}"))
    shell = ["--database", url, "--storage", blobs, "--search", f"whoosh://{tmp_path}/index"]
    for words in (["get", pin], ["verify"], ["search", "phan"]):
        assert main([*shell, *words]) == 3
        assert "upgrade [old-database]" in capsys.readouterr().err
    assert main([*shell, "upgrade"]) == 0
    assert "the tables are of this release" in capsys.readouterr().out
    assert main([*shell, "get", pin, "--text"]) == 0
    assert "Phân số" in capsys.readouterr().out
    engine = open_database(url)
    with Session(engine) as session:
        found = ContentStore(session, blobs=open_blobs(blobs)).get_pinned(pin)
        assert found.was_shown_to({"public"}) and found.item.folder is None
    engine.dispose()


def test_harvesters_hear_of_what_was_published_before_there_was_any_harvest(url: str, tmp_path: Path) -> None:
    put_in(url, tmp_path)
    drop(url, "alembic_version", "cs_harvest_change", "cs_harvest_set", "cs_harvest_record")
    with changing(url) as connection:
        for table, column in [*SINCE.items(), ("cs_item", "reviewed_number"), ("cs_item", "reviewed_at")]:
            connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {column}"))
        connection.execute(text("ALTER TABLE cs_item DROP COLUMN standing"))
        connection.execute(text("DELETE FROM cs_arrival"))
    engine = connect(url)
    assert schema.upgrade_tables(engine)[-1] == schema.list_steps()[-1]
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(HarvestChange)) == 1
    engine.dispose()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills as POSIX does")
def test_an_upgrade_that_is_killed_leaves_the_old_tables_and_is_run_again(url: str) -> None:
    bring_to(url, "0009")
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, url],
        env={**os.environ, "PYTHONPATH": str(Path(schema.__file__).parents[1])},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    engine = connect(url)
    assert not inspect(engine).has_table("cs_arrival")
    assert schema.upgrade_tables(engine) == schema.list_steps()[9:]
    assert differences(engine) == []
    engine.dispose()


def test_an_empty_database_gets_all_tables_and_needs_no_upgrade(url: str) -> None:
    engine = open_database(url)
    assert differences(engine) == []
    assert schema.upgrade_tables(engine) == []
    engine.dispose()


def test_tables_of_no_known_release_are_left_alone(url: str, tmp_path: Path) -> None:
    engine = open_database(url)
    with Session(engine) as session:
        store = ContentStore(session, blobs=open_blobs(f"file://{tmp_path}/blobs"))
        link = Metadata("Sách", license_id="link-only", source_url="https://nxb.example.vn/1")
        store.add(owner="lan", files=[], metadata=link)
        session.commit()
    drop(url, "alembic_version")
    with changing(url) as connection:
        connection.execute(text("ALTER TABLE cs_item DROP COLUMN standing"))
    with pytest.raises(StoreError) as refused:
        schema.upgrade_tables(engine)
    assert refused.value.code == "unknown-database"
    assert len(differences(engine)) == 1  # only what was taken away here
    engine.dispose()


def test_a_database_of_a_newer_release_is_refused(url: str) -> None:
    open_database(url).dispose()
    with changing(url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '20991231_9999_content_store'"))
    engine = connect(url)
    for deed in (schema.make_tables, schema.upgrade_tables):
        with pytest.raises(StoreError) as refused:
            deed(engine)
        assert refused.value.code == "newer-database"
    engine.dispose()
