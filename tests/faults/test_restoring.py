"""Yesterday's database with today's files and index: one command, and everything agrees again."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from lms.core.commands import database
from tests.faults import deeds
from tests.faults.dying import do_forked, make_settings, must
from tests.faults.invariants import tell_halves
from tests.faults.school import School

DAY = ("upload", "index", "publish", "answer", "enroll")


def recover(app: Flask) -> Iterator[dict[str, Any]]:
    """Run `lms db recover`."""
    done = app.test_cli_runner().invoke(database.commands["recover"])
    assert done.exit_code == 0, done.output
    yield {"deed": "recover"}


@pytest.fixture
def school(tmp_path: Path) -> School:
    found = School(make_settings(str(tmp_path)), random.Random(5))
    found.found()
    for deed in DAY:
        must(found.do(deed))
    assert found.look() == ([], [])
    return found


def test_the_database_of_yesterday_is_made_to_agree_with_files_and_index_of_today(
    school: School, tmp_path: Path
):
    """Cure: `lms db recover` (DatabaseRestored: both indexes anew, leases let go). Without it the index goes on
    speaking of items that are no more: that is seen first."""
    live, backup = tmp_path / "benhoc.db", tmp_path / "yesterday.db"
    with closing(sqlite3.connect(live)) as source, closing(sqlite3.connect(backup)) as target:
        source.backup(target)
    yesterday = list(school.acknowledged)
    for deed in DAY:
        must(school.do(deed))
    school.kill_during("index")  # and a job was in hand when the machine went
    school.look()
    for suffix in ("-wal", "-shm"):
        Path(f"{live}{suffix}").unlink(missing_ok=True)
    shutil.copy(backup, live)
    school.acknowledged = yesterday
    must(do_forked(deeds.settle, school.settings))
    before = must(do_forked(tell_halves, school.settings))
    assert any("index" in finding["half"] for finding in before)
    must(do_forked(recover, school.settings))
    assert school.look() == ([], [])
    for deed in DAY:  # the site goes on; the very bytes of the lost day are taken again
        school.number = 5
        must(do_forked(deeds.DEEDS[deed], school.settings, 100))
    assert school.look() == ([], [])
