"""The statement that answers a search in PostgreSQL. Table names are ours (checked in `open_index`), values parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from content_store.search import cursors
from content_store.search.port import Query, Sort
from content_store.search.postgres_apart import branches, score, worth
from content_store.search.postgres_nearest import CUT, NEAR, RANKED, counted
from content_store.search.postgres_tables import FIRST, IN_KEYWORDS, IN_TITLE, TAGGED, quoted
from content_store.search.ranking import GAINS, Way
from content_store.search.terms import (
    APART,
    PHRASE,
    PRECISE,
    WORTHS,
    Words,
    audience_tokens,
    facet_filters,
    phrase,
)
from content_store.search.wishes import Question, Wish
from content_store.search.without import Without

_ALL = "letters"
_ALL_PASS = "true"

_SORTS: dict[Sort, str] = {
    "relevance": "tier, -score, -updated, kind, uuid",
    "newest": "-updated, kind, uuid",
    "title": "title_order, kind, uuid",
}

# Sets of audiences are few, documents are many. Not a join: the planner would begin with what most documents have.
_VISIBLE = "(seen IN (SELECT id FROM {table}_seen WHERE tokens && CAST(:audiences AS text[]))) IS TRUE"

_EVERYTHING = """
    SELECT {match}, 0 AS tier, false AS titled, 0 AS ways FROM {table} WHERE {visible}"""

# Every column of every match is written and read again: so few.
_FOUND = "SELECT {kept}, CAST(tier AS smallint) AS tier FROM ({either}) AS either"

_PHRASE = "SELECT {match} FROM {table} WHERE {field} @@ CAST(:phrase AS tsquery) AND {visible}"

_IDS = "SELECT id FROM {table} WHERE {field} @@ CAST(:{terms} AS tsquery)"

_TIERS = """
    SELECT *, CASE WHEN id IN (SELECT id FROM precise) THEN {precise} ELSE {phrase} END AS tier, id IN ({titled}) AS titled, 0 AS ways FROM phrase"""

# Bits first; only values that came when all bits were given are looked for by their letters.
_PASSES = (
    "(coalesce(bits & (SELECT bit_or(bit) FROM {table}_facets WHERE token = ANY(CAST(:{name}{number} AS text[]))), 0) <> 0"
    " OR coalesce(translate(facets, (SELECT string_agg(letter, '') FROM {table}_facets"
    " WHERE token = ANY(CAST(:{name}{number} AS text[])) AND bit IS NULL), '') <> facets, false))"
)

# Terms are fetched once for each document, by copying them: each look would fetch them anew.
_RANK = """
    SELECT near.id, near.tier, vectors.updated, vectors.kind, vectors.uuid,
           CAST(round(CAST(CASE WHEN near.tier < {apart} THEN {phrase} ELSE {further} END {wishes}
           + coalesce((SELECT sum(gain) FROM gains WHERE strpos(vectors.facets, letter) > 0), 0)
           AS numeric), 4) AS double precision) AS score
    FROM (SELECT {columns} FROM kept ORDER BY near, id LIMIT {ranked}) AS near
    JOIN {table} AS vectors ON vectors.id = near.id
    CROSS JOIN LATERAL (SELECT vectors.terms || CAST('' AS bytea) AS terms OFFSET 0) AS shown"""

_COLUMNS = "id, tier, updated, kind, uuid"

_UNRANKED = "SELECT *, CAST(0 AS double precision) AS score FROM kept"

# No join: where filters make the planner expect one row, it would compare each match with each ranked one.
_ALL_RANKED = f"""
    SELECT {_COLUMNS}, score FROM ranked UNION ALL
    SELECT {_COLUMNS}, CAST(0 AS double precision) FROM kept WHERE id NOT IN (SELECT id FROM ranked)"""

_TWICE = """
found AS MATERIALIZED ({found}),
kept AS (SELECT * FROM found WHERE {passing}),
totals AS (SELECT {totals} FROM found)"""

_ANSWER = """
WITH phrase AS {often} ({phrase}),
precise AS MATERIALIZED ({precise}),
gains AS MATERIALIZED (
    SELECT letter, gain FROM {table}_facets
    JOIN unnest(CAST(:gaining AS text[]), CAST(:gains AS double precision[])) AS step (token, gain) USING (token)),
{counted},
ranked AS MATERIALIZED ({ranked}),
scored AS ({scored}),
page AS (SELECT *, row_number() OVER (ORDER BY {order}) AS place
         FROM (SELECT * FROM scored WHERE {after} ORDER BY {order} LIMIT :size) AS nearest)
SELECT totals.found, totals.phrased, totals.total, {cut} AS cut, {letters},
       page.id, page.kind, page.uuid, page.updated, page.tier, page.score,
       shown.title, shown.body, shown.places, shown.title_order
FROM totals LEFT JOIN page ON true LEFT JOIN {table} AS shown ON shown.id = page.id
ORDER BY page.place
"""

VALUES = "SELECT letter, token FROM {table}_facets WHERE letter = ANY(:letters)"


def search_statement(
    table: str, query: Query, asked: Question, apart: Sequence[Way], bounds: Mapping[str, float]
) -> tuple[str, dict[str, object]]:
    """Return the one statement that answers a query, with its parameters: the question, and the ways to find its words apart.

    Where its page lies among the ranked, only matches before the bounds are noted for ranking (`postgres_nearest`).
    """
    words = asked.words
    parameters: dict[str, object] = {"audiences": audience_tokens(query), "size": query.size + 1}
    parameters |= {"gaining": list(GAINS), "gains": list(GAINS.values())}
    filters = _filters(table, query, parameters)
    order = _SORTS[query.sort]
    after = _after(query, order, parameters)
    letters = dict(_lettered(query, list(filters)))
    passing = _passing(range(len(filters)))
    matching = _matching(
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
    )
    totals = ", ".join(
        [
            "count(*) AS found",
            f"bool_or(tier < {APART}) AS phrased",
            f"count(*){_where(passing)} AS total",
            *(f"string_agg(facets, ''){_where(those)} AS {name}" for name, those in letters.items()),
        ]
    )
    if _is_near(query, words):
        parameters |= bounds
        noted = _noted(apart, [f"wish{number}" for number in range(len(asked.wishes))])
        kept = counted(noted, passing, totals=totals, found=matching["found"], apart=bool(apart))
    else:
        kept = _TWICE.format(totals=totals, found=matching["found"], passing=passing)
    statement = _ANSWER.format(
        table=table,
        often="MATERIALIZED" if apart else "NOT MATERIALIZED",
        phrase=matching["phrase"],
        precise=matching["precise"],
        counted=kept,
        cut=CUT if _is_near(query, words) else "false",
        ranked=matching["ranked"],
        scored=_scored(query, words),
        after=after,
        order=order,
        letters=", ".join(_once(name) for name in letters) or "NULL AS letters",
    )
    return statement, parameters


def columns_of(query: Query, facet: str) -> tuple[str, ...]:
    """Name the columns that hold the letters among which a facet is counted: all but its own filter must pass.

    What passes them all is told once; beside it, of each facet that is filtered, what fails only there.
    """
    filtered = list(facet_filters(query))
    return (_ALL, f"{_ALL}{filtered.index(facet)}") if facet in filtered else (_ALL,)


def _lettered(query: Query, filtered: list[str]) -> Iterable[tuple[str, str]]:
    if query.facets:
        yield _ALL, _passing(range(len(filtered)))
    for number, name in enumerate(filtered):
        if name in query.facets:
            others = _passing(other for other in range(len(filtered)) if other != number)
            yield f"{_ALL}{number}", f"{others} AND NOT pass{number}"


def _once(name: str) -> str:
    """The letters of all matches are long: only the first row of the page tells them."""
    return f"CASE WHEN coalesce(page.place, 1) = 1 THEN totals.{name} END AS {name}"


def _passing(numbers: Iterable[int]) -> str:
    return " AND ".join(f"pass{number}" for number in numbers) or _ALL_PASS


def _where(passing: str) -> str:
    """Only of those; a filter that all pass would still be asked of each."""
    return "" if passing == _ALL_PASS else f" FILTER (WHERE {passing})"


def _scored(query: Query, words: Words) -> str:
    """What the page is cut from. A first page lies among the ranked, which come before all others."""
    if query.sort != "relevance" or not words.folded:
        return _UNRANKED
    return "SELECT * FROM ranked" if _is_near(query, words) else _ALL_RANKED


def _is_near(query: Query, words: Words) -> bool:
    """Whether the page lies among the ranked."""
    after = cursors.read_cursor(query.sort, query.after)
    return query.sort == "relevance" and bool(words.folded) and after is None and query.size < RANKED


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
    wishes = [column.rpartition(" ")[2] for column in passes if " AS wish" in column]
    keys = ["kind", "uuid", *["title_order"] * (query.sort == "title")]
    columns = ["id", *["facets"] * bool(query.facets), *passes]
    columns += ["updated", "standing", *keys * (not _is_near(query, words))]
    visible = _VISIBLE.format(table=table) + without
    parts = {"table": table, "match": ", ".join(columns), "visible": visible}
    kept = [column.rpartition(" ")[2] for column in columns if column != "standing"]
    if not words.folded:
        found = _FOUND.format(kept=", ".join(kept), either=_EVERYTHING.format(**parts))
        return {"phrase": "SELECT 1", "precise": "SELECT 1", "found": found, "ranked": "SELECT 1"}
    is_ranked = query.sort == "relevance"
    if _is_near(query, words):
        kept.remove("updated")
    if is_ranked:
        kept += ["ways"] * (len(apart) > 1)
        kept.append(NEAR.format(wishes="".join(f" + CAST({wish} AS integer)" for wish in wishes)))
    field = _field(words.folded)
    parameters |= {"exact": " & ".join(map(quoted, words.phrase_exact)), "enough": words.enough}
    _give_terms("phrase", words.phrase_folded, parameters)
    either = [
        _TIERS.format(
            precise=PRECISE,
            phrase=PHRASE,
            titled=_IDS.format(table=table, field=field, terms="phrase_title"),
        )
    ]
    if apart:
        branch = branches(table, columns, visible, apart, parameters)
        either.append(f"SELECT * FROM ({branch}) AS apart")
    return {
        "phrase": _PHRASE.format(field=field, **parts),
        "precise": _IDS.format(table=table, field="exact", terms="exact"),
        "found": _FOUND.format(kept=", ".join(kept), either=" UNION ALL ".join(either)),
        "ranked": _ranked(table, words, apart, wishes, parameters) if is_ranked else "SELECT 1",
    }


def _ranked(
    table: str, words: Words, apart: Sequence[Way], wishes: Sequence[str], parameters: dict[str, object]
) -> str:
    """The likeliest matches with their scores."""
    parameters["worths"] = list(WORTHS)
    terms = [worth(term, parameters) for term in words.phrase_folded]
    gains = (
        f" + CASE WHEN near.{wish} THEN CAST(:{wish}_worth AS double precision) ELSE 0 END" for wish in wishes
    )
    return _RANK.format(
        table=table,
        apart=APART,
        ranked=RANKED,
        columns=", ".join(_noted(apart, wishes)),
        phrase=f"({' + '.join(terms)}) / {len(terms)}",
        further=score(apart, parameters),
        wishes="".join(gains),
    )


def _noted(apart: Sequence[Way], wishes: Sequence[str]) -> list[str]:
    """The columns of the matches that may be ranked."""
    return ["id", "tier", "near", *["ways"] * (len(apart) > 1), *wishes]


def _field(words: tuple[str, ...]) -> str:
    """Where a phrase is looked up."""
    return "pairs" if len(words) > 1 else "folded"


def _give_terms(name: str, terms: tuple[str, ...], parameters: dict[str, object]) -> None:
    """Add terms to the parameters in the two forms in which they are needed."""
    parameters |= {
        name: " & ".join(map(quoted, terms)),
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
    parts = {
        "table": table,
        "field": _field(begin),
        "visible": _VISIBLE.format(table=table),
        "passing": passing,
    }
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
    return _SIMILAR.format(table=table, visible=_VISIBLE.format(table=table), passing=passing), parameters
