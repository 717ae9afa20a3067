"""How well each engine answers the 60 held-out questions of the relevance set: nDCG@10, and the tuning half beside it.

The corpus, the questions and the judgments are in `tests/content_store/search/relevance`. An engine whose extra is not
installed prints no figure.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

from bench._search_corpus import samples_folder
from bench.figures import Figure, is_asked
from content_store.search import SearchIndex, open_index
from tests import fixtures_postgres
from tests.content_store.search.relevance.judging import halves
from tests.content_store.search.relevance.measuring import mean, measured
from tests.content_store.search.relevance.records import Record, chapters, records


def measure() -> Iterator[Figure]:
    """Yield `library.ndcg10.<engine>` of the held-out half and `library.ndcg10_tuning.<engine>`."""
    corpus = [*records(), *chapters(samples_folder())]
    for engine in ("whoosh", "tantivy"):
        if wanted(engine):
            yield from in_a_folder(engine, corpus)
    if wanted("postgres"):
        with fixtures_postgres.postgres_server() as server:
            index = open_index(fixtures_postgres.fresh_database(server), name="relevance")
            yield from figures("postgres", index, corpus)


def wanted(engine: str) -> bool:
    """Tell whether a figure of the engine is asked for."""
    return is_asked(f"library.ndcg10.{engine}") or is_asked(f"library.ndcg10_tuning.{engine}")


def in_a_folder(engine: str, corpus: list[Record]) -> Iterator[Figure]:
    """Measure an engine that keeps its index in files, where it is there."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            index = open_index(f"{engine}://{folder}", name="relevance")
        except ValueError:
            return
        yield from figures(engine, index, corpus)


def figures(engine: str, index: SearchIndex, corpus: list[Record]) -> Iterator[Figure]:
    """Fill the index and ask both halves."""
    index.rebuild(record.document() for record in corpus)
    tuning, held_out = halves()
    yield Figure(f"library.ndcg10.{engine}", mean(measured(index, held_out, corpus)), "nDCG@10")
    yield Figure(f"library.ndcg10_tuning.{engine}", mean(measured(index, tuning, corpus)), "nDCG@10")
    index.close()
