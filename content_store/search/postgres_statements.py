"""The SQL of the PostgreSQL engine. Table names are ours (checked in `open_index`); every value is a parameter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from content_store.search import cursors
from content_store.search.port import Query, Sort
from content_store.search.terms import (
    APART,
    BODY,
    ENOUGH,
    KEYWORDS,
    TITLE,
    Presence,
    Words,
    audience_tokens,
    facet_filters,
    facet_token,
)

_VECTOR_BYTES = 1_000_000
_WEIGHTS = f"{{{BODY:.6f},0,{KEYWORDS:.6f},{TITLE:.6f}}}"
_LITERAL = str.maketrans({"'": "''", "\\": "\\\\"})

CREATE = """
CREATE TABLE {table} (
    key text COLLATE "C" PRIMARY KEY,
    kind text COLLATE "C" NOT NULL,
    uuid text COLLATE "C" NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    title_order text COLLATE "C" NOT NULL,
    updated double precision NOT NULL,
    audiences text[] NOT NULL,
    facets text[] NOT NULL,
    head text[] NOT NULL,
    exact tsvector NOT NULL,
    folded tsvector NOT NULL,
    pairs tsvector NOT NULL
) WITH (toast_tuple_target = 128);
ALTER TABLE {table}
    ALTER key SET STORAGE MAIN, ALTER kind SET STORAGE MAIN, ALTER uuid SET STORAGE MAIN,
    ALTER title_order SET STORAGE MAIN, ALTER audiences SET STORAGE MAIN, ALTER facets SET STORAGE MAIN,
    ALTER head SET STORAGE MAIN,
    ALTER exact SET STORAGE EXTERNAL, ALTER folded SET STORAGE EXTERNAL, ALTER pairs SET STORAGE EXTERNAL;
CREATE TABLE {table}_words (word text COLLATE "C" PRIMARY KEY, docs integer NOT NULL)
"""
"""What a search reads of every match stays in the row; texts and vectors lie beside it, where only few are fetched."""

SESSION = (
    "SET jit = off",
    "SET plan_cache_mode = force_custom_plan",
    "SET work_mem = '32MB'",
    "SET max_parallel_workers_per_gather = 0",
)
"""A search is planned for its own words (`là` is everywhere, `softmax` is not) and is too short for helpers."""

ANALYZE = """
SET LOCAL default_statistics_target = 20;
ANALYZE {table}
"""

INDEXES = """
CREATE INDEX {table}_exact{suffix} ON {table} USING gin (exact);
CREATE INDEX {table}_folded{suffix} ON {table} USING gin (folded);
CREATE INDEX {table}_pairs{suffix} ON {table} USING gin (pairs);
CREATE INDEX {table}_audiences{suffix} ON {table} USING gin (audiences)
"""

FILL_WORDS = """
INSERT INTO {table}_words (word, docs)
SELECT word, ndoc FROM ts_stat('SELECT folded FROM {table}')
"""

SWAP = """
DROP TABLE IF EXISTS {old}, {old}_words;
ALTER TABLE {new} RENAME TO {old};
ALTER TABLE {new}_words RENAME TO {old}_words;
ALTER INDEX {new}_pkey RENAME TO {old}_pkey;
ALTER INDEX {new}_words_pkey RENAME TO {old}_words_pkey
"""

COLUMNS = (
    "key", "kind", "uuid", "title", "body", "title_order", "updated", "audiences", "facets", "head", "exact", "folded",
    "pairs",
)  # fmt: skip

COPY = "COPY {table} (" + ", ".join(COLUMNS) + ") FROM STDIN"

COUNT_WORDS = """
INSERT INTO {table}_words (word, docs)
SELECT word.lexeme, :sign * count(*)
FROM {table} CROSS JOIN LATERAL unnest({table}.folded) AS word
WHERE {table}.key = ANY(:keys)
GROUP BY word.lexeme
ON CONFLICT (word) DO UPDATE SET docs = {table}_words.docs + excluded.docs
"""

DELETE = "DELETE FROM {table} WHERE key = ANY(:keys)"

WORD_FREQUENCIES = "SELECT word, docs FROM {table}_words WHERE word = ANY(:terms) AND docs > 0"

PAIR_FREQUENCIES = """
SELECT pair, (SELECT count(*) FROM (
    SELECT 1 FROM {table} WHERE pairs @@ CAST(quote_literal(pair) AS tsquery) LIMIT 200) AS few)
FROM unnest(CAST(:terms AS text[])) AS pair
"""

_RANKED = 500
"""So many matches are ranked by their vectors: by tier, titles first, the newest first. The others come after them."""

_MATCH = "key, kind, uuid, updated, title_order, facets"

_EVERYTHING = """
    SELECT {match}, 0 AS tier, false AS titled
    FROM {table} WHERE audiences && CAST(:audiences AS text[])"""

# The condition on audiences is written so that no index is asked for it: most match, and the words are fewer.
_VISIBLE = "(audiences && CAST(:audiences AS text[])) IS TRUE"

_PHRASE = """
    SELECT {match}, head @> CAST(:phrase_terms AS text[]) AS titled
    FROM {table} WHERE {field} @@ CAST(:phrase AS tsquery) AND {visible}"""

_PRECISE = "SELECT key FROM {table} WHERE exact @@ CAST(:exact AS tsquery)"

_TIERS = """
    SELECT {match}, CASE WHEN key IN (SELECT key FROM precise) THEN 1 ELSE 2 END AS tier, titled FROM phrase"""

_SCATTERED = """
    SELECT {match}, {apart} AS tier, head @> CAST(:scattered_terms AS text[]) AS titled
    FROM {table}
    WHERE (SELECT count(*) FROM phrase) < :enough AND folded @@ CAST(:scattered AS tsquery) AND {visible}
      AND key NOT IN (SELECT key FROM phrase)"""

_RANK = """
    SELECT near.*, CAST(round(CAST(CASE WHEN near.tier = {apart} THEN {scattered} ELSE {phrase} END
           AS numeric), 4) AS double precision) AS score
    FROM (SELECT * FROM kept ORDER BY tier, titled DESC, -updated, kind, uuid LIMIT {ranked}) AS near
    JOIN {table} AS vectors ON vectors.key = near.key"""

_TS_RANK = "ts_rank('{weights}', vectors.{field}, CAST(:{ranked} AS tsquery))"

_NO_RANK = "SELECT kept.*, CAST(0 AS double precision) AS score FROM kept WHERE false"

_SORTS: dict[Sort, str] = {
    "relevance": "tier, -score, -updated, kind, uuid",
    "newest": "-updated, kind, uuid",
    "title": "title_order, kind, uuid",
}

# `scored` is no join: where filters make the planner expect one row, it would compare each match with each ranked one.
_ANSWER = """
WITH phrase AS MATERIALIZED ({phrase}),
precise AS MATERIALIZED ({precise}),
found AS MATERIALIZED ({found}),
kept AS MATERIALIZED (SELECT * FROM found WHERE {filters}),
ranked AS MATERIALIZED ({rank}),
scored AS (SELECT * FROM ranked UNION ALL SELECT kept.*, 0 FROM kept WHERE key NOT IN (SELECT key FROM ranked)),
page AS (SELECT * FROM scored WHERE {after} ORDER BY {order} LIMIT :size),
alike AS MATERIALIZED ({alike}),
counted AS ({counts})
SELECT (SELECT count(*) FROM found) AS found, (SELECT count(*) FROM kept) AS total,
       (SELECT jsonb_agg(jsonb_build_array(facet, value, times) ORDER BY times DESC, value) FROM counted) AS facets,
       page.key, page.kind, page.uuid, page.updated, page.title_order, page.tier, page.score,
       shown.title, shown.body
FROM (SELECT 1) AS once LEFT JOIN page ON true LEFT JOIN {table} AS shown ON shown.key = page.key
ORDER BY {page_order}
"""

_ALIKE = "SELECT value, count(*) AS times FROM kept, unnest(kept.facets) AS value GROUP BY value"

_COUNT = """SELECT {n} AS facet, substr(value, length(CAST(:facet{n} AS text)) + 1) AS value, times
    FROM alike WHERE starts_with(value, CAST(:facet{n} AS text))"""

_COUNT_BESIDE = """SELECT {n} AS facet, substr(value, length(CAST(:facet{n} AS text)) + 1) AS value, count(*) AS times
    FROM found, unnest(found.facets) AS value
    WHERE starts_with(value, CAST(:facet{n} AS text)) AND {filters} GROUP BY value"""

_NO_COUNTS = "SELECT NULL AS facet, NULL AS value, 0 AS times WHERE false"


def vector(presences: Mapping[str, Presence]) -> str:
    """Write a tsvector by hand: one place per score weight, no parser, no dictionary, no stop words."""
    entries, size = [], 0
    for term, presence in presences.items():
        places, count = _places(presence.title, presence.keywords, presence.strength)
        size += len(term.encode()) + 4 + 2 * count
        if size > _VECTOR_BYTES:
            break
        entries.append(_quoted(term) + places)
    return " ".join(entries)


@lru_cache(maxsize=64)
def _places(title: bool, keywords: bool, strength: int) -> tuple[str, int]:
    """The places of a term in a tsvector, and how many they are."""
    labels = ["A"] * title + ["B"] * keywords + [""] * strength
    return ":" + ",".join(f"{place}{label}" for place, label in enumerate(labels, start=1)), len(labels)


def _quoted(term: str) -> str:
    return f"'{term.translate(_LITERAL)}'" if "'" in term or "\\" in term else f"'{term}'"


def search_statement(table: str, query: Query, words: Words) -> tuple[str, dict[str, object]]:
    """Return the one statement that answers a query, with its parameters."""
    parameters: dict[str, object] = {"audiences": audience_tokens(query), "size": query.size + 1}
    matching = _matching(table, query, words, parameters)
    filters = _filters(query, parameters)
    order = _SORTS[query.sort]
    statement = _ANSWER.format(
        table=table,
        **matching,
        filters=" AND ".join(["true", *filters.values()]),
        after=_after(query, order, parameters),
        order=order,
        page_order=", ".join(_of_page(part) for part in order.split(", ")),
        alike=_ALIKE if query.facets else _NO_COUNTS,
        counts=" UNION ALL ".join(_counts(query, filters, parameters)) or _NO_COUNTS,
    )
    return statement, parameters


def _counts(query: Query, filters: dict[str, str], parameters: dict[str, object]) -> Iterator[str]:
    """Count each facet: one pass for all that are not filtered, another for each that is."""
    for number, name in enumerate(query.facets):
        parameters[f"facet{number}"] = facet_token(name, "")
        if name in filters:
            others = [condition for facet, condition in filters.items() if facet != name]
            yield _COUNT_BESIDE.format(n=number, filters=" AND ".join(["true", *others]))
        else:
            yield _COUNT.format(n=number)


def _of_page(part: str) -> str:
    return f"-page.{part[1:]}" if part.startswith("-") else f"page.{part}"


def _matching(table: str, query: Query, words: Words, parameters: dict[str, object]) -> dict[str, str]:
    """The parts of the statement that find: phrase, precise, found, and rank where the order asks for it."""
    parts = {"table": table, "match": _MATCH, "visible": _VISIBLE, "apart": APART}
    if not words.folded:
        everything = _EVERYTHING.format(**parts)
        return {
            "phrase": everything,
            "precise": "SELECT 1",
            "found": "SELECT * FROM phrase",
            "rank": _NO_RANK,
        }
    field = "pairs" if len(words.folded) > 1 else "folded"
    parameters["exact"] = " & ".join(map(_quoted, words.phrase_exact))
    _give_terms("phrase", words.phrase_folded, parameters)
    found = _TIERS.format(**parts)
    phrase_rank = scattered_rank = _TS_RANK.format(weights=_WEIGHTS, field=field, ranked="phrase_rank")
    if words.scattered:
        parameters["enough"] = ENOUGH
        _give_terms("scattered", words.scattered, parameters)
        scattered_rank = _TS_RANK.format(weights=_WEIGHTS, field="folded", ranked="scattered_rank")
        found += f" UNION ALL {_SCATTERED.format(**parts)}"
    rank = _RANK.format(ranked=_RANKED, phrase=phrase_rank, scattered=scattered_rank, **parts)
    return {
        "phrase": _PHRASE.format(field=field, **parts),
        "precise": _PRECISE.format(**parts),
        "found": found,
        "rank": rank if query.sort == "relevance" else _NO_RANK,
    }


def _give_terms(name: str, terms: tuple[str, ...], parameters: dict[str, object]) -> None:
    """Add terms to the parameters in the three forms in which they are needed."""
    quoted = list(map(_quoted, terms))
    parameters |= {name: " & ".join(quoted), f"{name}_rank": " | ".join(quoted), f"{name}_terms": list(terms)}


def _filters(query: Query, parameters: dict[str, object]) -> dict[str, str]:
    conditions = {}
    for number, (name, values) in enumerate(facet_filters(query).items()):
        parameters[f"filter{number}"] = list(values)
        conditions[name] = f"found.facets && CAST(:filter{number} AS text[])"
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
