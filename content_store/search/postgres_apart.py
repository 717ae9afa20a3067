"""The third tier in PostgreSQL: the parts of the statement that find and rank what has the words of a question apart."""

from __future__ import annotations

from collections.abc import Sequence

from content_store.search.postgres_tables import IN_TITLE, TAGGED, quoted, term_key
from content_store.search.ranking import Way
from content_store.search.terms import APART

_BRANCH = """
    SELECT {match}, {apart} AS tier, id IN ({titled}) AS titled, {way} AS ways
    FROM {table}
    WHERE (SELECT count(*) FROM phrase) < :enough AND {matching} AND {visible}
      AND id NOT IN (SELECT id FROM phrase)"""

# Sets of their own, since the planner would fetch the vector of every match to see whether it has the rest; without an
# offset it would join the table with itself and see that it need not.
_IN = "id IN (SELECT id FROM {table} WHERE {field} @@ CAST(:{terms} AS tsquery) OFFSET 0)"
_IDS = "SELECT id FROM {table} WHERE {field} @@ CAST(:{terms} AS tsquery)"
_HAS = "{field} @@ CAST(:{terms} AS tsquery)"


def branches(
    table: str, match: Sequence[str], visible: str, found: Sequence[Way], given: dict[str, object]
) -> str:
    """Return the statement that finds the third tier, each document once; adds its terms to what is given.

    Each document is told with the ways by which it came in, a bit for each.
    """
    parts = {"table": table, "match": ", ".join(match), "visible": visible, "apart": APART}
    each = [
        _BRANCH.format(matching=matching, titled=_titled(table, number, way), way=1 << number, **parts)
        for number, way in enumerate(found)
        for matching in _matching(table, number, way, given)
    ]
    if len(each) == 1:
        return each[0]
    names = ", ".join(column.rpartition(" ")[2] for column in match)
    return (
        f"SELECT {names}, tier, bool_or(titled) AS titled, bit_or(ways) AS ways"
        f" FROM ({' UNION ALL '.join(each)}) AS branch GROUP BY {names}, tier"
    )


def score(found: Sequence[Way], given: dict[str, object]) -> str:
    """Return the score of a document of the third tier: the best of the ways by which it came in counts."""
    if len(found) == 1:
        return _sum(0, found[0], given)
    ways = (
        f"CASE WHEN near.ways & {1 << number} <> 0 THEN {_sum(number, way, given)} END"
        for number, way in enumerate(found)
    )
    return f"coalesce(greatest({', '.join(ways)}), 0)" if found else "0"


def worth(term: str, given: dict[str, object]) -> str:
    """Return what a document is worth by one term; adds the term's key to what is given. 0 where it has it not.

    Keys are named by number, so that questions of as many words are one statement to the driver.
    """
    key = term_key(term)
    named = {value: name for name, value in given.items() if name.startswith("key")}
    name = named.get(key, f"key{len(named)}")
    given[name] = key
    place = f"position(CAST(:{name} AS bytea) IN shown.terms)"
    return f"coalesce((CAST(:worths AS double precision[]))[1 + get_byte(shown.terms, {place} + 3)], 0)"


def _matching(table: str, number: int, way: Way, given: dict[str, object]) -> list[str]:
    """The conditions of a way, any of which is enough."""
    _give(number, way, given)
    name = [_HAS.format(field="exact", terms=f"name{number}")] * bool(way.name)
    if not way.every and not way.facets:
        return name
    rest = _HAS if not name else _IN
    if way.most:  # all of the words are enough of them
        alone = rest.format(table=table, field="folded", terms=f"alone{number}")
        near = rest.format(table=table, field="pairs", terms=f"near{number}")
        beside = _IN.format(table=table, field="folded", terms=f"beside{number}")
        return [" AND ".join([*name, alone]), " AND ".join([*name, near, beside])]
    return [" AND ".join([*name, rest.format(table=table, field="folded", terms=f"every{number}")])]


def _titled(table: str, number: int, way: Way) -> str:
    """The documents that have the name, or a pair of the words, in their title; of two words apart, both."""
    field = "pairs" if way.pairs and (way.name or way.most) else "folded"
    return _IDS.format(table=table, field=field, terms=f"titled{number}")


def _give(number: int, way: Way, given: dict[str, object]) -> None:
    tagged = (" | ".join(quoted(TAGGED + token) for token in tokens) for tokens in way.facets)
    given[f"every{number}"] = " & ".join([*(f"({tags})" for tags in tagged), *map(quoted, way.every)])
    marked = " & ".join(quoted(IN_TITLE + term) for term in way.every)
    if way.facets and not way.every:
        marked = " | ".join(quoted(IN_TITLE + term) for term in way.words)
    if way.most:
        given[f"near{number}"] = " | ".join(map(quoted, way.most.pairs))
        given[f"alone{number}"] = _any_of(way.most.alone)
        given[f"beside{number}"] = _any_of(way.most.beside)
        marked = " | ".join(quoted(IN_TITLE + pair) for pair in way.most.pairs)
    if way.name:
        given[f"name{number}"] = " & ".join(map(quoted, way.name))
        terms = way.pairs or way.words
        marked = " | ".join(quoted(IN_TITLE + term) for term in terms)
    given[f"titled{number}"] = marked


def _any_of(choices: Sequence[tuple[str, ...]]) -> str:
    return " | ".join(f"({' & '.join(map(quoted, chosen))})" for chosen in choices)


def _sum(number: int, way: Way, given: dict[str, object]) -> str:
    """What a way is worth: each term's own worth, times what it says."""
    terms = [*way.words.items(), *way.pairs.items()]
    for at, (_, says) in enumerate(terms):
        given[f"says{number}_{at}"] = says
    return " + ".join(
        f"CAST(:says{number}_{at} AS double precision) * {worth(term, given)}"
        for at, (term, _) in enumerate(terms)
    )
