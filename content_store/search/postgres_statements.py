"""The statement that answers a search in PostgreSQL. Table names are ours (checked in `open_index`), values parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from content_store.search import cursors
from content_store.search.port import Query, Sort
from content_store.search.postgres_apart import WEIGHTS, branches, score
from content_store.search.postgres_tables import FIRST, IN_KEYWORDS, IN_TITLE, TAGGED, quoted
from content_store.search.ranking import GAINS, Way
from content_store.search.terms import APART, Words, audience_tokens, facet_filters, phrase
from content_store.search.wishes import Question, Wish
from content_store.search.without import Without

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

_PASSES = (
    "coalesce(translate(facets, (SELECT string_agg(letter, '') FROM {table}_facets"
    " WHERE token = ANY(CAST(:{name}{number} AS text[]))), '') <> facets, false)"
)

# The whole order in one number, which sorts three times as fast as five keys; ties are for those who really tie.
_NEAR = "(4 * tier - CAST(titled AS integer){wishes}) * CAST(1e13 AS double precision) - updated, kind, uuid"

# Vectors are fetched once each; those of the third tier are asked for many terms, so they are copied first.
_RANK = """
    SELECT near.*, CAST(round(CAST(CASE WHEN near.tier < {apart} THEN {phrase} ELSE {further} END {wishes}
           + coalesce((SELECT sum(gain) FROM gains WHERE strpos(vectors.facets, letter) > 0), 0)
           AS numeric), 4) AS double precision) AS score
    FROM (SELECT * FROM kept ORDER BY {near} LIMIT {ranked}) AS near
    JOIN {table} AS vectors ON vectors.id = near.id
    CROSS JOIN LATERAL (SELECT {shown} OFFSET 0) AS shown"""

_SHOWN = "CASE WHEN near.tier = {apart} THEN vectors.{field} || CAST('' AS tsvector) END AS {field}"

_TS_RANK = "ts_rank('{weights}', vectors.{field}, CAST(:{terms} AS tsquery))"

_UNRANKED = "SELECT *, CAST(0 AS double precision) AS score FROM kept"

# No join: where filters make the planner expect one row, it would compare each match with each ranked one.
_ALL_RANKED = """
    SELECT * FROM ranked UNION ALL
    SELECT *, CAST(0 AS double precision) FROM kept WHERE id NOT IN (SELECT id FROM ranked)"""

_ANSWER = """
WITH phrase AS MATERIALIZED ({phrase}),
gains AS MATERIALIZED (
    SELECT letter, gain FROM {table}_facets
    JOIN unnest(CAST(:gaining AS text[]), CAST(:gains AS double precision[])) AS step (token, gain) USING (token)),
found AS MATERIALIZED ({found}),
kept AS (SELECT * FROM found WHERE {passing}),
ranked AS MATERIALIZED ({ranked}),
scored AS ({scored}),
page AS (SELECT *, row_number() OVER (ORDER BY {order}) AS place
         FROM (SELECT * FROM scored WHERE {after} ORDER BY {order} LIMIT :size) AS nearest),
totals AS (SELECT {totals} FROM found)
SELECT totals.found, totals.phrased, totals.total, {letters},
       page.id, page.kind, page.uuid, page.updated, page.tier, page.score,
       shown.title, shown.body, shown.places, shown.title_order
FROM totals LEFT JOIN page ON true LEFT JOIN {table} AS shown ON shown.id = page.id
ORDER BY page.place
"""

VALUES = "SELECT letter, token FROM {table}_facets WHERE letter = ANY(:letters)"


def search_statement(
    table: str, query: Query, asked: Question, apart: Sequence[Way] = ()
) -> tuple[str, dict[str, object]]:
    """Return the one statement that answers a query, with its parameters: the question, and the ways to find its words apart."""
    words = asked.words
    parameters: dict[str, object] = {"audiences": audience_tokens(query), "size": query.size + 1}
    parameters |= {"gaining": list(GAINS), "gains": list(GAINS.values())}
    filters = _filters(table, query, parameters)
    order = _SORTS[query.sort]
    after = _after(query, order, parameters)
    counted = dict(_counted(query, list(filters)))
    statement = _ANSWER.format(
        table=table,
        **_matching(
            table,
            query,
            words,
            parameters,
            apart=apart,
            passes=[
                *(f"{passes} AS pass{number}" for number, passes in enumerate(filters.values())),
                *_wishes(table, asked.wishes, parameters),
            ],
            without=_without(table, asked.without, parameters),
        ),
        passing=_passing(range(len(filters))),
        scored=_scored(query, words, after),
        after=after,
        order=order,
        totals=", ".join(
            [
                "count(*) AS found",
                f"bool_or(tier < {APART}) AS phrased",
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


def _wishes(table: str, wishes: Sequence[Wish], parameters: dict[str, object]) -> Iterable[str]:
    """The columns that say which wishes a document has."""
    for number, wish in enumerate(wishes):
        parameters |= {f"wish{number}": list(wish.tokens), f"wish{number}_worth": wish.worth}
        yield f"{_PASSES.format(table=table, name='wish', number=number)} AS wish{number}"


def _without(table: str, without: Iterable[Without], parameters: dict[str, object]) -> str:
    """The condition that nothing is found that was to be left out; sets of their own, so no vector is fetched for it."""
    conditions: list[str] = []
    for number, one in enumerate(without):
        ways = [(one.field, " & ".join(map(quoted, one.terms)))]
        if one.tokens:
            ways.append(("folded", " | ".join(quoted(TAGGED + token) for token in one.tokens)))
        for field, terms in ways:
            name = f"without{number}_{field}_{len(conditions)}"
            parameters[name] = terms
            conditions.append(f" AND id NOT IN ({_IDS.format(table=table, field=field, terms=name)})")
    return "".join(conditions)


def _matching(
    table: str,
    query: Query,
    words: Words,
    parameters: dict[str, object],
    *,
    apart: Sequence[Way],
    passes: list[str],
    without: str,
) -> dict[str, str]:
    """The parts of the statement that find and rank: phrase, found and ranked."""
    columns = ["id", "kind", "uuid", "updated", *["title_order"] * (query.sort == "title")]
    columns += ["facets"] * bool(query.facets)
    parts = {"table": table, "match": ", ".join([*columns, *passes]), "visible": _VISIBLE + without}
    if not words.folded:
        return {"phrase": "SELECT 1", "found": _EVERYTHING.format(**parts) + without, "ranked": "SELECT 1"}
    field = _field(words.folded)
    parameters |= {"exact": " & ".join(map(quoted, words.phrase_exact)), "enough": words.enough}
    _give_terms("phrase", words.phrase_folded, parameters)
    found = [
        _TIERS.format(
            precise=_IDS.format(table=table, field="exact", terms="exact"),
            titled=_IDS.format(table=table, field=field, terms="phrase_title"),
        )
    ]
    if apart:
        found.append(f"SELECT * FROM ({branches(found=apart, given=parameters, **parts)}) AS apart")
    return {
        "phrase": _PHRASE.format(field=field, **parts),
        "found": " UNION ALL ".join(found),
        "ranked": _ranked(table, field, apart, sum("wish" in one for one in passes))
        if query.sort == "relevance"
        else "SELECT 1",
    }


def _ranked(table: str, field: str, apart: Sequence[Way], wishes: int) -> str:
    """The likeliest matches with their scores."""
    fields = [
        "folded",
        *["pairs"] * any(way.pairs for way in apart),
        *["exact"] * any(way.name for way in apart),
    ]
    gains = (
        f" + CASE WHEN near.wish{n} THEN CAST(:wish{n}_worth AS double precision) ELSE 0 END"
        for n in range(wishes)
    )
    return _RANK.format(
        table=table,
        apart=APART,
        ranked=_RANKED,
        near=_NEAR.format(wishes="".join(f" - CAST(wish{number} AS integer)" for number in range(wishes))),
        phrase=_TS_RANK.format(weights=WEIGHTS, field=field, terms="phrase_any"),
        further=score(apart),
        wishes="".join(gains),
        shown=", ".join(_SHOWN.format(apart=APART, field=one) for one in fields) if apart else "1",
    )


def _field(words: tuple[str, ...]) -> str:
    """Where a phrase is looked up."""
    return "pairs" if len(words) > 1 else "folded"


def _give_terms(name: str, terms: tuple[str, ...], parameters: dict[str, object]) -> None:
    """Add terms to the parameters in the three forms in which they are needed."""
    parameters |= {
        name: " & ".join(map(quoted, terms)),
        f"{name}_any": " | ".join(map(quoted, terms)),
        f"{name}_title": " & ".join(quoted(IN_TITLE + term) for term in terms),
    }


def _filters(table: str, query: Query, parameters: dict[str, object]) -> dict[str, str]:
    """The condition of each filter, by its facet."""
    conditions = {}
    for number, (name, values) in enumerate(facet_filters(query).items()):
        parameters[f"filter{number}"] = list(values)
        conditions[name] = _PASSES.format(table=table, name="filter", number=number)
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


_SUGGEST = """
SELECT title, keywords FROM {table}
WHERE {field} @@ CAST(:{begin} AS tsquery) AND {visible} AND {passing}
LIMIT {read}
"""

_SUGGESTED = 100
"""So many documents are looked at whose title begins as typed, and so many that have it elsewhere."""


def suggest_statement(table: str, query: Query, begin: tuple[str, ...]) -> tuple[str, dict[str, object]]:
    """Return the statement for titles and keywords that go on so."""
    terms = phrase(begin)
    parameters: dict[str, object] = {
        "audiences": audience_tokens(query),
        "first": _begin(FIRST, terms[:1], IN_TITLE, terms[1:]),
        "inside": f"({_begin(IN_TITLE, terms)}) | ({_begin(IN_KEYWORDS, terms)})",
    }
    filters = _filters(table, query, parameters)
    passing = " AND ".join(["true", *filters.values()])
    parts = {"table": table, "field": _field(begin), "visible": _VISIBLE, "passing": passing}
    ways = [_SUGGEST.format(begin=name, read=_SUGGESTED, **parts) for name in ("first", "inside")]
    return "(" + ") UNION ALL (".join(ways) + ")", parameters


def _begin(mark: str, terms: tuple[str, ...], then: str = "", others: tuple[str, ...] = ()) -> str:
    """Ask for marked terms, the last of which may go on."""
    marked = [quoted(mark + term) for term in terms] + [quoted(then + term) for term in others]
    return " & ".join([*marked[:-1], marked[-1] + ":*"])


ONE = "SELECT id, title, keywords, body FROM {table} WHERE kind = :kind AND uuid = :uuid"

HOLDERS = """
SELECT pair, ARRAY(SELECT id FROM {table} WHERE pairs @@ CAST(quote_literal(pair) AS tsquery) LIMIT :most) AS ids
FROM unnest(CAST(:terms AS text[])) AS pair
"""

_SIMILAR = """
SELECT likely.kind, likely.uuid, likely.title
FROM unnest(CAST(:ids AS bigint[]), CAST(:likeness AS double precision[])) AS alike (id, likeness)
JOIN {table} AS likely ON likely.id = alike.id
WHERE {visible} AND {passing}
ORDER BY likeness DESC, updated DESC, kind, uuid
LIMIT :size
"""


def similar_statement(
    table: str, query: Query, likeness: Mapping[int, float]
) -> tuple[str, dict[str, object]]:
    """Return the statement for the likest of these documents that may be seen."""
    parameters: dict[str, object] = {
        "audiences": audience_tokens(query),
        "size": query.size,
        "ids": list(likeness),
        "likeness": [round(worth, 4) for worth in likeness.values()],
    }
    passing = " AND ".join(["true", *_filters(table, query, parameters).values()])
    return _SIMILAR.format(table=table, visible=_VISIBLE, passing=passing), parameters
