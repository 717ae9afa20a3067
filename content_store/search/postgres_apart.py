"""The third tier in PostgreSQL: the parts of the statement that find and rank what has the words of a question apart."""

from __future__ import annotations

from collections.abc import Sequence

from content_store.search.postgres_tables import IN_TITLE, TAGGED, quoted
from content_store.search.ranking import Way
from content_store.search.terms import APART, BODY, KEYWORDS, TITLE

WEIGHTS = f"{{{BODY:.6f},0,{KEYWORDS:.6f},{TITLE:.6f}}}"

NONE = "SELECT {match}, {apart} AS tier, false AS titled FROM {table} WHERE false"

_BRANCH = """
    SELECT {match}, {apart} AS tier, id IN ({titled}) AS titled
    FROM {table}
    WHERE (SELECT count(*) FROM phrase) < :enough AND {matching} AND {visible}
      AND id NOT IN (SELECT id FROM phrase)"""

# Sets of their own, since the planner would fetch the vector of every match to see whether it has the rest; without an
# offset it would join the table with itself and see that it need not.
_IN = "id IN (SELECT id FROM {table} WHERE {field} @@ CAST(:{terms} AS tsquery) OFFSET 0)"
_IDS = "SELECT id FROM {table} WHERE {field} @@ CAST(:{terms} AS tsquery)"
_HAS = "{field} @@ CAST(:{terms} AS tsquery)"


def branches(table: str, match: str, visible: str, found: Sequence[Way], given: dict[str, object]) -> str:
    """Return the statement that finds the third tier, each document once; adds its terms to what is given."""
    parts = {"table": table, "match": match, "visible": visible, "apart": APART}
    each = [
        _BRANCH.format(matching=matching, titled=_titled(table, number, way), **parts)
        for number, way in enumerate(found)
        for matching in _matching(table, number, way, given)
    ]
    if not each:
        return NONE.format(**parts)
    if len(each) == 1:
        return each[0]
    return f"SELECT DISTINCT ON (id) * FROM ({' UNION ALL '.join(each)}) AS ways ORDER BY id, titled DESC"


def score(found: Sequence[Way]) -> str:
    """Return the score of a document of the third tier, over vectors called `shown`: its best way counts."""
    ways = (
        f"CASE WHEN {_holds(number, way)} THEN {_sum(number, way)} END" for number, way in enumerate(found)
    )
    return f"coalesce(greatest({', '.join(ways)}), 0)" if found else "0"


def _matching(table: str, number: int, way: Way, given: dict[str, object]) -> list[str]:
    """The conditions of a way, any of which is enough."""
    _give(number, way, given)
    name = [_HAS.format(field="exact", terms=f"name{number}")] * bool(way.name)
    if not way.every and not way.facets:
        return name
    rest = _HAS if not name else _IN
    either = [" AND ".join([*name, rest.format(table=table, field="folded", terms=f"every{number}")])]
    if way.most:
        alone = rest.format(table=table, field="folded", terms=f"alone{number}")
        near = rest.format(table=table, field="pairs", terms=f"near{number}")
        beside = _IN.format(table=table, field="folded", terms=f"beside{number}")
        either += [" AND ".join([*name, alone]), " AND ".join([*name, near, beside])]
    return either


def _holds(number: int, way: Way) -> str:
    """Whether a ranked document came in by a way."""
    name = [_HAS.format(field="shown.exact", terms=f"name{number}")] * bool(way.name)
    if not way.every and not way.facets:
        return name[0]
    every = _HAS.format(field="shown.folded", terms=f"every{number}")
    if way.most:
        alone = _HAS.format(field="shown.folded", terms=f"alone{number}")
        near = _HAS.format(field="shown.pairs", terms=f"near{number}")
        beside = _HAS.format(field="shown.folded", terms=f"beside{number}")
        every = f"({every} OR {alone} OR ({near} AND {beside}))"
    return " AND ".join([*name, every])


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
    for field, worths in (("w", way.words), ("p", way.pairs)):
        for at, (term, worth) in enumerate(worths.items()):
            given[f"{field}{number}_{at}"] = quoted(term)
            given[f"{field}{number}_{at}_worth"] = worth


def _any_of(choices: Sequence[tuple[str, ...]]) -> str:
    return " | ".join(f"({' & '.join(map(quoted, chosen))})" for chosen in choices)


def _sum(number: int, way: Way) -> str:
    """What a way is worth: each term's own rank, times what it says."""
    return " + ".join(
        f"CAST(:{name}{number}_{at}_worth AS double precision)"
        f" * ts_rank('{WEIGHTS}', shown.{field}, CAST(:{name}{number}_{at} AS tsquery))"
        for name, field, worths in (("w", "folded", way.words), ("p", "pairs", way.pairs))
        for at in range(len(worths))
    )
