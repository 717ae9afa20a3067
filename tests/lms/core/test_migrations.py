"""The migrations build exactly the tables that the models describe, on both engines."""

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import MetaData, create_engine

from content_store.models import Base as StoreBase
from lms.core.db import Base
from lms.core.migrate import missing_migrations, upgrade_database
from tests.fixtures_postgres import fresh_database


@pytest.fixture
def empty_url(engine_set: str, request: pytest.FixtureRequest, tmp_path: Any) -> str:
    """A database without a single table."""
    if engine_set == "postgres":
        return fresh_database(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'empty.db'}"


def test_the_migrations_make_the_tables_of_the_models(empty_url: str, act: Flask) -> None:
    engine = create_engine(empty_url)
    try:
        assert len(missing_migrations(engine)) == 2
        upgrade_database(engine)
        upgrade_database(engine)
        assert missing_migrations(engine) == []
        both = MetaData()
        for metadata in (StoreBase.metadata, Base.metadata):
            for table in metadata.sorted_tables:
                table.to_metadata(both)
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "include_name": _is_ours}
            )
            assert compare_metadata(context, both) == []
    finally:
        engine.dispose()


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return not (
        kind == "table" and (name or "").startswith(("alembic_", "cs_search_")) and name != "cs_search_queue"
    )
