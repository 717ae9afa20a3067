"""How many times processes were killed in the middle of a deed, and what that lost or left half made.

Three parts: every deed on a small site (SQLite) and on PostgreSQL, killed at points drawn by lot; migrations; the
database server itself. See `tests/faults` for the deeds, the points and the questions asked afterwards.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.figures import Figure
from tests.faults import deeds
from tests.faults.database import DURABLE, Postgres
from tests.faults.dying import Child, do_forked, make_settings, must
from tests.faults.school import School
from tests.faults.site import kill_site_parts
from tests.fixtures_postgres import fresh_database, postgres_server

SEED = 20261122
ROUNDS_SMALL, ROUNDS_POSTGRES, MIGRATIONS, DATABASES = 16, 5, 8, 6


def measure() -> Iterator[Figure]:
    """Yield `faults.points`, `faults.lost`, `faults.half_made` and how long it took."""
    began = time.monotonic()
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="benhoc-faults-") as name:
        folder = Path(name)
        tally.school(School(make_settings(str(folder / "small")), random.Random(SEED)), ROUNDS_SMALL)
        tally.migrations(folder)
        tally.take(*kill_site_parts(folder / "site", random.Random(SEED)))
        with postgres_server(DURABLE) as server:
            url = fresh_database(server)
            school = School(make_settings(str(folder / "city"), database_url=url), random.Random(SEED + 1))
            tally.school(school, ROUNDS_POSTGRES)
            tally.databases(school, Postgres(url))
    yield Figure("faults.points", tally.kills, "kills")
    yield Figure("faults.lost", tally.lost, "deeds")
    yield Figure("faults.half_made", tally.half, "findings")
    yield Figure("faults.seconds", time.monotonic() - began, "s")


class Tally:
    """Counts kills and what they did."""

    def __init__(self) -> None:
        self.kills = self.lost = self.half = 0

    def take(self, kills: int, lost: Sequence[object], half: Sequence[object]) -> None:
        """Add what one part found, and name every finding."""
        self.kills, self.lost, self.half = self.kills + kills, self.lost + len(lost), self.half + len(half)
        for finding in (*lost, *half):
            print(f"# {finding}", flush=True)

    def school(self, school: School, rounds: int) -> None:
        """Kill every deed once a round; look after each round."""
        school.found()
        for _round in range(rounds):
            for deed in deeds.DEEDS:
                school.kill_during(deed)
            self.take(len(deeds.DEEDS), *school.look())

    def migrations(self, folder: Path) -> None:
        """Kill upgrades of an empty database; afterwards the same command must do."""
        whole = do_forked(deeds.migrate, make_settings(str(folder / "whole")))
        must(whole)
        dice = random.Random(SEED)
        for number in range(MIGRATIONS):
            settings = make_settings(str(folder / f"new-{number}"))
            do_forked(deeds.migrate, settings, die_at=dice.randint(10, whole.points))
            error = do_forked(deeds.migrate, settings).error
            self.take(1, [], [error] if error else [])

    def databases(self, school: School, database: Postgres) -> None:
        """Kill PostgreSQL itself while a deed is under way, and start it again."""
        for deed in list(deeds.DEEDS)[:DATABASES]:
            school.number += 1
            child = Child(deeds.DEEDS[deed], school.settings, school.number)
            time.sleep(school.dice.uniform(0.0, 0.6))
            database.kill()
            school.acknowledged += child.wait().told
            database.start()
            self.take(1, *school.look())
