"""What the PostgreSQL engine writes of one document, column by column."""

from __future__ import annotations

import json
from itertools import islice

from content_store.search import postgres_tables as tables
from content_store.search.port import Document
from content_store.search.postgres_facets import Letters, Sets, bits
from content_store.search.standing import MOST
from content_store.search.terms import BODY_CHARS, analyze, shown_places
from content_store.search.text import fold, pairs
from content_store.search.text import words as words_in


def row_of(document: Document, letters: Letters, sets: Sets) -> dict[str, object]:
    """Take a tidy document apart; values and audiences that are new get their letters and numbers."""
    analysis = analyze(document)
    facets = letters.word(analysis.facets)
    first = list(map(fold, islice(words_in(document.title), 2)))
    return {
        "kind": document.kind,
        "uuid": document.uuid,
        "title": document.title,
        "keywords": document.keywords,
        "body": document.body[:BODY_CHARS],
        "places": json.dumps(shown_places(document), ensure_ascii=False),
        "title_order": analysis.title_order,
        "updated": float(document.updated),
        "bits": bits(facets),
        "seen": sets.number(document.audiences),
        "standing": max(0, min(document.standing, MOST)),
        "facets": facets,
        "terms": tables.presence_bytes(analysis.folded, analysis.pairs),
        "exact": tables.vector(analysis.exact),
        "folded": tables.vector(
            analysis.folded,
            [tables.EVERY, *tables.tags(analysis.facets), *tables.marks(analysis.folded, first[:1])],
        ),
        "pairs": tables.vector(analysis.pairs, tables.marks(analysis.pairs, pairs(first))),
    }
