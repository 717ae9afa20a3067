"""Fixtures of all tests: a real database, real files and a real search engine, in two sets.

`embedded` is what a laptop runs (SQLite, local files, Whoosh); `postgres` is what a city runs (PostgreSQL, S3,
PostgreSQL search). A test that asks for `app`, `client` or `act` runs once on each. Nothing is rolled back by
trick: every test commits for real and starts from empty tables.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import MetaData, event, text

from content_store.models import Base as StoreBase
from content_store.pacing import Pace
from lms.app import create_app
from lms.core.config import Settings
from lms.core.db import Base, db
from lms.library import jobs as library_jobs
from lms.people import passwords
from tests.cast import PASSWORD, Cast, Person, build_cast
from tests.fixtures_postgres import fresh_database, postgres_server
from tests.fixtures_s3 import s3_server
from tests.sharing import Sharing, turn_of

SETS = [
    pytest.param("embedded", id="embedded"),
    pytest.param("postgres", id="postgres", marks=[pytest.mark.postgres, pytest.mark.s3]),
]
# Numbers begin again at 1, so that no test leans on the rows of another.
RESTART = """
    SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE last_value IS NOT NULL
"""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests in their order."""
    items.sort(key=turn_of)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Sharing:
    """Let tests that share a site run in one process."""
    return Sharing(config, log)


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real sample material; absent on a user's machine."""
    folder = Path(os.environ.get("BENHOC_SAMPLES", Path(__file__).parents[2] / "shared" / "samples"))
    if not folder.is_dir():
        pytest.skip("needs the sample material in ../shared/samples (or BENHOC_SAMPLES)")
    return folder


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A running PostgreSQL server, one for each test process."""
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    """A running S3 server, one for each test process, as a storage URL with its bucket."""
    with s3_server() as url:
        yield url


@pytest.fixture(scope="session", autouse=True)
def full_price() -> Iterator[PasswordHasher]:
    """Hash passwords at the lowest cost there is; give the hasher of the site, whose cost has a test of its own."""
    kept = passwords._hasher
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield kept
    passwords._hasher = kept


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates compiled once for all processes of a run: each would take some seconds for them, on each engine."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    folder /= "templates"
    folder.mkdir(exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


@pytest.fixture(scope="session", params=SETS)
def engine_set(request: pytest.FixtureRequest) -> str:
    """Which set of engines the test runs on."""
    return str(request.param)


@pytest.fixture(scope="session")
def site(
    engine_set: str,
    compiled_templates: FileSystemBytecodeCache,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Flask]:
    """One application for each engine set, with its tables; emptied before every test by `app`."""
    folder = tmp_path_factory.mktemp(engine_set)
    urls = {}
    if engine_set == "postgres":
        urls["database_url"] = fresh_database(request.getfixturevalue("postgres_url"))
        urls["storage_url"] = request.getfixturevalue("s3_url")
    settings = Settings(
        data_dir=str(folder),
        queue_url="none:",
        mail_url="memory:",
        secret_key="test",
        development=True,
        **urls,
    )
    app = create_app(settings, testing=True)
    app.config["WTF_CSRF_ENABLED"] = False
    app.jinja_env.bytecode_cache = compiled_templates
    with app.app_context():
        if engine_set == "embedded":
            event.listen(db.engine, "connect", _trust_the_machine)
        for metadata in (StoreBase.metadata, Base.metadata):
            metadata.create_all(db.engine)
        db.session.remove()
        if engine_set == "embedded":
            db.engine.dispose()
            shutil.copy(folder / "benhoc.db", folder / "empty.db")
    yield app
    with app.app_context():
        for name in ("item_index", "page_index"):
            app.extensions[name].close()
        db.session.remove()
        db.engine.dispose()


def _trust_the_machine(connection: Any, _record: object) -> None:
    """No test here pulls the plug, as the fixtures of PostgreSQL say too; those in tests/faults do, at full price."""
    connection.execute("PRAGMA synchronous=OFF")


def _tables(metadatas: tuple[MetaData, ...]) -> list[str]:
    return [f'"{table.name}"' for metadata in metadatas for table in metadata.sorted_tables]


def _empty(app: Flask) -> None:
    folder = Path(app.extensions["settings"].data_dir)
    if db.engine.dialect.name == "sqlite":
        db.engine.dispose()
        for suffix in ("-wal", "-shm"):
            folder.joinpath(f"benhoc.db{suffix}").unlink(missing_ok=True)
        shutil.copy(folder / "empty.db", folder / "benhoc.db")
        return
    names = _tables((StoreBase.metadata, Base.metadata))
    with db.engine.begin() as connection:
        probe = " UNION ALL ".join(f"(SELECT '{name}' FROM {name} LIMIT 1)" for name in names)
        filled = list(connection.scalars(text(probe)))
        # TRUNCATE makes new files for every table and index: 100 ms, forty times what deleting some rows takes.
        # A replica checks no foreign keys: the rows go in any order, since all of them go.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for name in filled:
            connection.execute(text(f"DELETE FROM {name}"))
        connection.execute(text(RESTART))


@pytest.fixture(scope="session")
def make_bare() -> Callable[[Flask], None]:
    """Give a site empty tables, an empty index, no mail sent, no rate counted and a rested worker."""

    def making(site: Flask) -> None:
        with site.app_context():
            _empty(site)
            for name in ("item_index", "page_index"):
                index = site.extensions[name]
                if index.count():
                    index.rebuild([])
        site.extensions["mailer"].letters.clear()
        site.extensions["rates"].storage.reset()
        library_jobs.PACE = Pace()  # nobody rests after what another test wrote

    return making


@pytest.fixture
def app(site: Flask, make_bare: Callable[[Flask], None]) -> Flask:
    """The application with nothing in it."""
    make_bare(site)
    return site


@pytest.fixture
def act(app: Flask) -> Iterator[Flask]:
    """The application context, open for the test: for services and queries."""
    with app.app_context():
        yield app
        db.session.remove()


@pytest.fixture
def cast(act: Flask) -> Cast:
    """The people and places of the tests."""
    return build_cast()


@pytest.fixture
def sign_in() -> Callable[[FlaskClient, Person], FlaskClient]:
    """Sign a person in, through the page, as a browser does."""

    def signing_in(browser: FlaskClient, person: Person) -> FlaskClient:
        answer = browser.post("/sign-in", data={"login": person.login, "password": PASSWORD})
        assert answer.status_code in {302, 303}, answer.text
        return browser

    return signing_in


class Browser(FlaskClient):
    """Opens a fresh context for every request: else `g` and the session would be the test's."""

    def open(self, *args: Any, **values: Any) -> Any:
        """Make one request; what the test loaded before is read anew afterwards."""
        with self.application.app_context():
            answer = super().open(*args, **values)
            db.session.remove()
        db.session.rollback()
        db.session.expire_all()
        return answer


@pytest.fixture
def client(act: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A browser without script."""
    monkeypatch.setattr(act, "test_client_class", Browser)
    return act.test_client()


@pytest.fixture
def query_count() -> Callable[[], contextlib.AbstractContextManager[list[str]]]:
    """Give a context manager whose value lists the SQL statements sent within it."""

    @contextlib.contextmanager
    def counting() -> Iterator[list[str]]:
        sent: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
                sent.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return counting
