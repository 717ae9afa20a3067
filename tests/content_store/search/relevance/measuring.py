"""Asking an engine every question of a half and counting nDCG@10; the tests and the bench share it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from content_store.search import Query, SearchIndex
from tests.content_store.search.relevance.judging import Question, judgments, ndcg10
from tests.content_store.search.relevance.records import EVERYONE, Record, uuid_of


def ranking(index: SearchIndex, text: str, every: Iterable[Record], size: int = 10) -> list[str]:
    """Return the keys of the records an engine puts first."""
    keys = {str(uuid_of(record.key)): record.key for record in every}
    hits = index.search(Query(text=text, audiences=EVERYONE, size=size)).hits
    return [keys[hit.uuid] for hit in hits]


def measured(index: SearchIndex, asked: Sequence[Question], every: Sequence[Record]) -> dict[str, float]:
    """Return the nDCG@10 of every question; what the corpus does not hold is not asked of the engine."""
    there = {record.key for record in every}
    found = {}
    for question in asked:
        levels = {key: level for key, level in judgments()[question.key].items() if key in there}
        if any(levels.values()):
            found[question.text] = ndcg10(ranking(index, question.text, every), levels)
    return found


def mean(values: dict[str, float]) -> float:
    """Return the mean over the questions."""
    return sum(values.values()) / len(values)
