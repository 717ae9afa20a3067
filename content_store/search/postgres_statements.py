"""The SQL of the PostgreSQL engine. Table names are ours (checked in `open_index`); every value is a parameter."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from content_store.search import cursors
from content_store.search.port import Query, Sort
from content_store.search.terms import (
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
    exact tsvector NOT NULL,
    folded tsvector NOT NULL,
    pairs tsvector NOT NULL
);
CREATE TABLE {table}_words (word text COLLATE "C" PRIMARY KEY, docs integer NOT NULL)
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

INSERT = """
INSERT INTO {table}
    (key, kind, uuid, title, body, title_order, updated, audiences, facets, exact, folded, pairs)
VALUES
    (:key, :kind, :uuid, :title, :body, :title_order, :updated, :audiences, :facets,
     CAST(:exact AS tsvector), CAST(:folded AS tsvector), CAST(:pairs AS tsvector))
"""

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
SELECT pair, (SELECT count(*) FROM {table} WHERE pairs @@ CAST(quote_literal(pair) AS tsquery))
FROM unnest(CAST(:terms AS text[])) AS pair
"""

_EVERYTHING = """
    SELECT key, kind, uuid, updated, title_order, facets, 0 AS tier, CAST(0 AS double precision) AS score
    FROM {table} WHERE audiences && CAST(:audiences AS text[])"""

_PHRASE = """
    SELECT key, kind, uuid, updated, title_order, facets,
           CASE WHEN exact @@ CAST(:exact AS tsquery) THEN 1 ELSE 2 END AS tier,
           {score} AS score
    FROM {table}
    WHERE {field} @@ CAST(:phrase AS tsquery) AND audiences && CAST(:audiences AS text[])"""

_SCATTERED = """
    SELECT key, kind, uuid, updated, title_order, facets, 3 AS tier, {score} AS score
    FROM {table}
    WHERE (SELECT count(*) FROM phrase) < :enough AND folded @@ CAST(:scattered AS tsquery)
      AND NOT pairs @@ CAST(:phrase AS tsquery) AND audiences && CAST(:audiences AS text[])"""

_SCORE = "CAST(round(CAST(ts_rank('{weights}', {field}, CAST(:{ranked} AS tsquery)) AS numeric), 4) AS double precision)"

_SORTS: dict[Sort, str] = {
    "relevance": "tier, -score, -updated, kind, uuid",
    "newest": "-updated, kind, uuid",
    "title": "title_order, kind, uuid",
}

_ANSWER = """
WITH phrase AS MATERIALIZED ({phrase}),
found AS MATERIALIZED ({found}),
kept AS (SELECT * FROM found WHERE {filters}),
page AS (SELECT * FROM kept WHERE {after} ORDER BY {order} LIMIT :size),
counted AS ({counts})
SELECT (SELECT count(*) FROM found) AS found, (SELECT count(*) FROM kept) AS total,
       (SELECT jsonb_agg(jsonb_build_array(facet, value, times) ORDER BY times DESC, value) FROM counted) AS facets,
       page.key, page.kind, page.uuid, page.updated, page.title_order, page.tier, page.score,
       shown.title, shown.body
FROM (SELECT 1) AS once LEFT JOIN page ON true LEFT JOIN {table} AS shown ON shown.key = page.key
ORDER BY {page_order}
"""

_COUNT = """SELECT {n} AS facet, substr(value, length(CAST(:facet{n} AS text)) + 1) AS value, count(*) AS times
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
    phrase, found = _matching(table, words, parameters)
    filters = _filters(query, parameters)
    counts = []
    for number, name in enumerate(query.facets):
        parameters[f"facet{number}"] = facet_token(name, "")
        others = " AND ".join(["true", *(sql for facet, sql in filters.items() if facet != name)])
        counts.append(_COUNT.format(n=number, filters=others))
    order = _SORTS[query.sort]
    statement = _ANSWER.format(
        table=table,
        phrase=phrase,
        found=found,
        filters=" AND ".join(["true", *filters.values()]),
        after=_after(query, order, parameters),
        order=order,
        page_order=", ".join(_of_page(part) for part in order.split(", ")),
        counts=" UNION ALL ".join(counts) or _NO_COUNTS,
    )
    return statement, parameters


def _of_page(part: str) -> str:
    return f"-page.{part[1:]}" if part.startswith("-") else f"page.{part}"


def _matching(table: str, words: Words, parameters: dict[str, object]) -> tuple[str, str]:
    if not words.folded:
        return _EVERYTHING.format(table=table), "SELECT * FROM phrase"
    field = "pairs" if len(words.folded) > 1 else "folded"
    parameters["exact"] = " & ".join(map(_quoted, words.phrase_exact))
    parameters["phrase"] = " & ".join(map(_quoted, words.phrase_folded))
    parameters["phrase_rank"] = " | ".join(map(_quoted, words.phrase_folded))
    score = _SCORE.format(weights=_WEIGHTS, field=field, ranked="phrase_rank")
    phrase = _PHRASE.format(table=table, field=field, score=score)
    if not words.scattered:
        return phrase, "SELECT * FROM phrase"
    parameters["enough"] = ENOUGH
    parameters["scattered"] = " & ".join(map(_quoted, words.scattered))
    parameters["scattered_rank"] = " | ".join(map(_quoted, words.scattered))
    score = _SCORE.format(weights=_WEIGHTS, field="folded", ranked="scattered_rank")
    scattered = _SCATTERED.format(table=table, score=score)
    return phrase, f"SELECT * FROM phrase UNION ALL {scattered}"


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
