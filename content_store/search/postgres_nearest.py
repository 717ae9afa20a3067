"""Which matches of a PostgreSQL search may be among the foremost, told before it is known how many there are.

A question of frequent words has tens of thousands of matches, of which some hundreds are ranked. To write all of them
down, read them again and sort them takes as long as finding them. So all are counted, and only those noted that come
before a bound: about three times as many as are ranked, by when the documents of this index were changed and by how
many are expected to match. Where the guess was too low the statement says so (`cut`) and is asked again without a bound.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, text

from content_store.search.ranking import Rarity
from content_store.search.terms import APART, PHRASE, PRECISE

RANKED = 500
"""So many matches are ranked by what their terms are worth: by tier, titles first, then by standing, the newest first.

The others come after them.
"""

_SPARE = 3
_FEWEST = 5_000  # fewer are sorted in no time
_MANY = 10_000
_HELD_S = 600.0

_HISTOGRAM = """
SELECT CAST(CAST(histogram_bounds AS text) AS double precision[]) AS bounds FROM pg_stats
WHERE schemaname = current_schema() AND tablename = :table AND attname = 'updated'
"""

TIER = 32
STEP = 1e13
NEAR = (
    f"({TIER} * tier - {TIER // 4} * (CAST(titled AS integer){{wishes}}) - standing)"
    f" * CAST({STEP:.0f} AS double precision) - updated AS near"
)
"""The whole order of matches in one number: it sorts three times as fast as five keys."""

# The offset keeps the planner from reckoning `near` anew wherever it is named.
_COUNTED = """
bound AS MATERIALIZED (SELECT {bound} AS near),
totals AS MATERIALIZED (SELECT {totals}, {noted} FROM ({found} OFFSET 0) AS found),
kept AS (SELECT noted.* FROM totals CROSS JOIN LATERAL unnest({lists}) AS noted ({columns}))"""

_LIST = "array_agg({column}) FILTER (WHERE near < (SELECT near FROM bound) AND {passing}) AS {column}_list"

# How many have the phrase, and how many as it was typed, is not known beforehand; where these are many, no other is ranked.
_PRECISE = f"CASE WHEN (SELECT count(*) FROM precise) < {_MANY} THEN :{{bound}} ELSE :precise_bound END"
_BOUNDS = {
    False: _PRECISE.format(bound="bound"),
    True: f"CASE WHEN (SELECT count(*) FROM phrase) < {_MANY} THEN :bound ELSE {_PRECISE.format(bound='phrase_bound')} END",
}

CUT = f"coalesce(cardinality(totals.id_list), 0) < least(totals.total, {RANKED})"
"""Whether too few matches lie before the bound."""


class Newest:
    """When documents were last changed, as PostgreSQL's own statistics have it; read anew every ten minutes."""

    def __init__(self, table: str) -> None:
        """Know nothing yet."""
        self._table = table
        self._bounds: Sequence[float] = ()
        self._until = 0.0

    def bounds(self, connection: Connection, expected: float, *, apart: bool) -> dict[str, float]:
        """Return the bounds before which enough of the `expected` matches lie, and enough of many with the phrase."""
        if self._until < time.monotonic():
            read = connection.execute(text(_HISTOGRAM), {"table": self._table}).scalar()
            self._bounds, self._until = read or (), time.monotonic() + _HELD_S
        return {
            "bound": self._bound(expected, APART if apart else PHRASE),
            "phrase_bound": self._bound(_MANY, PHRASE),
            "precise_bound": self._bound(_MANY, PRECISE),
        }

    def _bound(self, expected: float, tier: int) -> float:
        """Infinite where all are to be noted."""
        steps = len(self._bounds) - 1
        share = math.ceil(steps * _SPARE * RANKED / max(expected, _FEWEST))
        if expected < _FEWEST or share >= steps:
            return math.inf
        return TIER * tier * STEP - self._bounds[-1 - share]


NO_BOUNDS = {"bound": math.inf, "phrase_bound": math.inf, "precise_bound": math.inf}


def expected(words: Iterable[str], rarity: Rarity) -> float:
    """How many documents have all of the words if they stand apart from each other; in truth it is often more."""
    number = float(rarity.documents)
    for word in set(words):
        number *= rarity.frequencies.get(word, 0) / max(1, rarity.documents)
    return number


def counted(columns: Sequence[str], passing: str, *, totals: str, found: str, apart: bool) -> str:
    """Return the part of the statement that counts all matches and notes those before the bound."""
    return _COUNTED.format(
        bound=_BOUNDS[apart],
        totals=totals,
        noted=", ".join(_LIST.format(column=column, passing=passing) for column in columns),
        found=found,
        lists=", ".join(f"{column}_list" for column in columns),
        columns=", ".join(columns),
    )
