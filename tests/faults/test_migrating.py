"""An upgrade that is killed leaves the old tables or the new ones, and the same command goes on."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from content_store.models import Base as StoreBase
from lms.core.db import Base
from tests.faults import deeds
from tests.faults.dying import Child, do_forked, make_settings, must
from tests.fixtures_postgres import fresh_database

KILLS = 4
OURS = {*Base.metadata.tables, *StoreBase.metadata.tables}


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_killed_upgrade_is_finished_by_the_same_command(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
):
    """Cure: `migrations/env.py` runs all migrations in one transaction, on SQLite too (`transactional_ddl`), behind a
    lock. Without it SQLite keeps the branches done so far: neither the old tables nor the new ones."""
    urls = {}
    if engine == "postgres":
        urls["database_url"] = fresh_database(request.getfixturevalue("postgres_url"))
    settings = make_settings(str(tmp_path), **urls)
    whole = do_forked(deeds.migrate, make_settings(str(tmp_path / "whole")))
    must(whole)
    dice = random.Random(6)
    for point in sorted(dice.randint(20, whole.points) for _kill in range(KILLS)):
        ended = do_forked(deeds.migrate, settings, die_at=point)
        if not ended.was_killed:  # an earlier one had finished all but the last words
            must(ended)
            break
        assert tables_of(settings.database_url) in (set(), OURS), f"half an upgrade after point {point}"
    must(do_forked(deeds.migrate, settings))
    assert tables_of(settings.database_url) == OURS


@pytest.mark.postgres
def test_two_nodes_that_upgrade_at_once_do_it_once(tmp_path: Path, postgres_url: str):
    """Cure: the advisory lock in `migrations/env.py`. Without it the slower one meets tables that it did not make."""
    url = fresh_database(postgres_url)
    nodes = [make_settings(str(tmp_path / name), database_url=url) for name in ("a", "b", "c")]
    children = [Child(deeds.migrate, node) for node in nodes]
    assert [child.wait().error for child in children] == [""] * 3


def tables_of(url: str) -> set[str]:
    """The tables there are, but for those that the search engine makes by itself."""
    engine = create_engine(url)
    try:
        return {name for name in inspect(engine).get_table_names() if name in OURS}
    finally:
        engine.dispose()
