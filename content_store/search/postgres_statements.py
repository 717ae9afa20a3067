"""The statement that answers a search in PostgreSQL. Table names are ours (checked in `open_index`), values parameters."""

from __future__ import annotations

from collections.abc import Iterable

from content_store.search import cursors
from content_store.search.port import Query, Sort
from content_store.search.postgres_tables import IN_TITLE, quoted
from content_store.search.terms import (
    APART,
    BODY,
    ENOUGH,
    KEYWORDS,
    TITLE,
    Words,
    audience_tokens,
    facet_filters,
)

_WEIGHTS = f"{{{BODY:.6f},0,{KEYWORDS:.6f},{TITLE:.6f}}}"

_RANKED = 500
"""So many matches are ranked by their vectors: by tier, titles first, the newest first. The others come after them."""

_SORTS: dict[Sort, str] = {
    "relevance": "tier, -score, -updated, kind, uuid",
    "newest": "-updated, kind, uuid",
    "title": "title_order, kind, uuid",
}

# The condition on audiences is written so that no index is asked for it: most match, and the words are fewer.
_VISIBLE = "(audiences && CAST(:audiences AS text[])) IS TRUE"

_EVERYTHING = """
    SELECT {match}, 0 AS tier, false AS titled
    FROM {table} WHERE audiences && CAST(:audiences AS text[])"""

_PHRASE = "SELECT {match} FROM {table} WHERE {field} @@ CAST(:phrase AS tsquery) AND {visible}"

_IDS = "SELECT id FROM {table} WHERE {field} @@ CAST(:{terms} AS tsquery)"

_TIERS = """
    SELECT *, CASE WHEN id IN ({precise}) THEN 1 ELSE 2 END AS tier, id IN ({titled}) AS titled FROM phrase"""

_SCATTERED = """
    SELECT {match}, {apart} AS tier, id IN ({titled}) AS titled
    FROM {table}
    WHERE (SELECT count(*) FROM phrase) < :enough AND folded @@ CAST(:scattered AS tsquery) AND {visible}
      AND id NOT IN (SELECT id FROM phrase)"""

_PASSES = (
    "coalesce(translate(facets, (SELECT string_agg(letter, '') FROM {table}_facets"
    " WHERE token = ANY(CAST(:filter{number} AS text[]))), '') <> facets, false) AS pass{number}"
)

# The whole order in one number, which sorts three times as fast as five keys; ties are for those who really tie.
_NEAR = "(2 * tier - CAST(titled AS integer)) * 1e13 - updated, kind, uuid"

_RANK = """
    SELECT near.*, CAST(round(CAST(CASE WHEN near.tier = {apart} THEN {scattered} ELSE {phrase} END
           AS numeric), 4) AS double precision) AS score
    FROM (SELECT * FROM kept ORDER BY {near} LIMIT {ranked}) AS near
    JOIN {table} AS vectors ON vectors.id = near.id"""

_TS_RANK = "ts_rank('{weights}', vectors.{field}, CAST(:{terms} AS tsquery))"

_UNRANKED = "SELECT *, CAST(0 AS double precision) AS score FROM kept"

# No join: where filters make the planner expect one row, it would compare each match with each ranked one.
_ALL_RANKED = """
    SELECT * FROM ranked UNION ALL
    SELECT *, CAST(0 AS double precision) FROM kept WHERE id NOT IN (SELECT id FROM ranked)"""

_ANSWER = """
WITH phrase AS MATERIALIZED ({phrase}),
found AS MATERIALIZED ({found}),
kept AS (SELECT * FROM found WHERE {passing}),
ranked AS MATERIALIZED ({ranked}),
scored AS ({scored}),
page AS (SELECT *, row_number() OVER (ORDER BY {order}) AS place
         FROM (SELECT * FROM scored WHERE {after} ORDER BY {order} LIMIT :size) AS nearest),
totals AS (SELECT {totals} FROM found)
SELECT totals.found, totals.total, {letters},
       page.id, page.kind, page.uuid, page.updated, page.tier, page.score,
       shown.title, shown.body, shown.title_order
FROM totals LEFT JOIN page ON true LEFT JOIN {table} AS shown ON shown.id = page.id
ORDER BY page.place
"""

VALUES = "SELECT letter, token FROM {table}_facets WHERE letter = ANY(:letters)"


def search_statement(table: str, query: Query, words: Words) -> tuple[str, dict[str, object]]:
    """Return the one statement that answers a query, with its parameters."""
    parameters: dict[str, object] = {"audiences": audience_tokens(query), "size": query.size + 1}
    filters = _filters(query, parameters)
    order = _SORTS[query.sort]
    after = _after(query, order, parameters)
    counted = dict(_counted(query, list(filters)))
    statement = _ANSWER.format(
        table=table,
        **_matching(
            table, query, words, parameters, passes=[one.format(table=table) for one in filters.values()]
        ),
        passing=_passing(range(len(filters))),
        scored=_scored(query, words, after),
        after=after,
        order=order,
        totals=", ".join(
            [
                "count(*) AS found",
                f"count(*) FILTER (WHERE {_passing(range(len(filters)))}) AS total",
                *(
                    f"string_agg(facets, '') FILTER (WHERE {passing}) AS {name}"
                    for name, passing in counted.items()
                ),
            ]
        ),
        letters=", ".join(_once(name) for name in counted) or "NULL AS letters",
    )
    return statement, parameters


def column_of(query: Query, facet: str) -> str:
    """Name the column that holds the letters among which a facet is counted: all but its own filter must pass."""
    filtered = list(facet_filters(query))
    return f"letters{filtered.index(facet)}" if facet in filtered else "letters"


def _counted(query: Query, filtered: list[str]) -> Iterable[tuple[str, str]]:
    for facet in query.facets:
        yield (
            column_of(query, facet),
            _passing(number for number, name in enumerate(filtered) if name != facet),
        )


def _once(name: str) -> str:
    """The letters of all matches are long: only the first row of the page tells them."""
    return f"CASE WHEN coalesce(page.place, 1) = 1 THEN totals.{name} END AS {name}"


def _passing(numbers: Iterable[int]) -> str:
    return " AND ".join(["true", *(f"pass{number}" for number in numbers)])


def _scored(query: Query, words: Words, after: str) -> str:
    """What the page is cut from. A first page lies among the ranked, which come before all others."""
    if query.sort != "relevance" or not words.folded:
        return _UNRANKED
    return "SELECT * FROM ranked" if after == "true" and query.size < _RANKED else _ALL_RANKED


def _matching(
    table: str, query: Query, words: Words, parameters: dict[str, object], *, passes: list[str]
) -> dict[str, str]:
    """The parts of the statement that find and rank: phrase, found and ranked."""
    columns = ["id", "kind", "uuid", "updated", *["title_order"] * (query.sort == "title")]
    columns += ["facets"] * bool(query.facets)
    parts = {"table": table, "match": ", ".join([*columns, *passes]), "visible": _VISIBLE}
    if not words.folded:
        return {"phrase": "SELECT 1", "found": _EVERYTHING.format(**parts), "ranked": "SELECT 1"}
    field = "pairs" if len(words.folded) > 1 else "folded"
    parameters["exact"] = " & ".join(map(quoted, words.phrase_exact))
    _give_terms("phrase", words.phrase_folded, parameters)
    found = _TIERS.format(
        precise=_IDS.format(table=table, field="exact", terms="exact"),
        titled=_IDS.format(table=table, field=field, terms="phrase_title"),
    )
    phrase_rank = scattered_rank = _TS_RANK.format(weights=_WEIGHTS, field=field, terms="phrase_any")
    if words.scattered:
        parameters["enough"] = ENOUGH
        _give_terms("scattered", words.scattered, parameters)
        scattered_rank = _TS_RANK.format(weights=_WEIGHTS, field="folded", terms="scattered_any")
        titled = _IDS.format(table=table, field="folded", terms="scattered_title")
        found += " UNION ALL " + _SCATTERED.format(apart=APART, titled=titled, **parts)
    ranked = _RANK.format(
        table=table, apart=APART, ranked=_RANKED, near=_NEAR, phrase=phrase_rank, scattered=scattered_rank
    )
    return {
        "phrase": _PHRASE.format(field=field, **parts),
        "found": found,
        "ranked": ranked if query.sort == "relevance" else "SELECT 1",
    }


def _give_terms(name: str, terms: tuple[str, ...], parameters: dict[str, object]) -> None:
    """Add terms to the parameters in the three forms in which they are needed."""
    parameters |= {
        name: " & ".join(map(quoted, terms)),
        f"{name}_any": " | ".join(map(quoted, terms)),
        f"{name}_title": " & ".join(quoted(IN_TITLE + term) for term in terms),
    }


def _filters(query: Query, parameters: dict[str, object]) -> dict[str, str]:
    conditions = {}
    for number, (name, values) in enumerate(facet_filters(query).items()):
        parameters[f"filter{number}"] = list(values)
        conditions[name] = _PASSES.replace("{number}", str(number))
    return conditions


def _after(query: Query, order: str, parameters: dict[str, object]) -> str:
    after = cursors.read_cursor(query.sort, query.after)
    if after is None:
        return "true"
    names = []
    for number, value in enumerate(after):
        parameters[f"after{number}"] = value
        kind = "text" if isinstance(value, str) else "double precision"
        names.append(f"CAST(:after{number} AS {kind})")
    return f"({order}) > ({', '.join(names)})"
