"""What a Tantivy index holds of a document: ready-made terms, keys to sort by, and what is shown.

Tantivy's own scores are left aside. A term stands in its field as it is, and once more with a letter that says where
and how thickly the document has it, unless that is the usual: once in the body. Each such letter is worth a fixed
score, so a question adds up the scores of `terms.py` while it matches.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from content_store.search.port import Document
from content_store.search.suggestions import folded_phrase, phrases
from content_store.search.terms import (
    BODY_CHARS,
    STRENGTHS,
    Analysis,
    Presence,
    key_of,
    presence,
    shown_places,
)

if TYPE_CHECKING:
    import tantivy

TERMS = "terms"
"""The tokenizer of fields whose terms we write ourselves, with spaces between."""

USUAL = presence(False, False, 1)
"""How a document has most of its terms; it needs no letter."""

BEGUN = 16
"""Letters of a phrase by which its beginnings are looked up; longer ones are judged by what is found."""

LETTER, _APART = "\x02", "\x01"
_STARTS, _KEYWORDS = 16, 40
_LONGEST_TITLE = 9_999


def _letter(found: Presence) -> str:
    return chr(0x41 + found.number)


SCORES = {
    _letter(found): found.score
    for title in (False, True)
    for keywords in (False, True)
    for strength in range(STRENGTHS + 1)
    if (found := presence(title, keywords, strength)).score
}
"""What each letter at the end of a term is worth."""

_ENDINGS = [LETTER + chr(0x41 + number) for number in range(4 * (STRENGTHS + 1))]


class Shown(NamedTuple):
    """What is stored of a document."""

    kind: str
    uuid: str
    title: str
    keywords: str
    body: str
    places: Sequence[tuple[int, str]]


def schema_of(library: ModuleType) -> tantivy.Schema:
    """The fields of an index."""
    builder = library.SchemaBuilder()
    for name in ("key", "audience"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("facet", "newest", "title", "begun"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("exact", "folded", "pairs", "begins", "inside", "keyword"):
        builder.add_text_field(name, tokenizer_name=TERMS, index_option="basic")
    builder.add_float_field("updated", indexed=True, fast=True)
    builder.add_unsigned_field("order", indexed=True, fast=True)
    builder.add_bytes_field("shown", stored=True)
    schema: tantivy.Schema = builder.build()
    return schema


def teach(library: ModuleType, index: tantivy.Index) -> None:
    """Tell an index that was opened how our terms are apart."""
    analyzer = library.TextAnalyzerBuilder(library.Tokenizer.whitespace()).build()
    index.register_tokenizer(TERMS, analyzer)


def row_of(library: ModuleType, document: Document, analysis: Analysis) -> tantivy.Document:
    """Make the row of a tidy document."""
    row: tantivy.Document = library.Document()
    row.add_text("key", key_of(document.kind, document.uuid))
    for audience in sorted(document.audiences):
        row.add_text("audience", audience)
    for token in analysis.facets:
        row.add_text("facet", token)
    row.add_text("newest", newest_key(document.updated, document.kind, document.uuid))
    row.add_text("title", _APART.join((analysis.title_order, document.kind, document.uuid)))
    row.add_float("updated", float(document.updated))
    row.add_unsigned("order", title_place(analysis.title_order))
    row.add_text("exact", _written(analysis.exact))
    row.add_text("folded", _written(analysis.folded))
    row.add_text("pairs", _written(analysis.pairs))
    _add_beginnings(row, document)
    shown = [document.kind, document.uuid, document.title, document.keywords, document.body[:BODY_CHARS]]
    told = json.dumps([*shown, shown_places(document)], ensure_ascii=False)
    row.add_bytes("shown", zlib.compress(told.encode(), 1))
    return row


def read_shown(row: tantivy.Document) -> Shown:
    """Read what is stored."""
    packed = row.get_first("shown")
    if not isinstance(packed, bytes):
        raise ValueError("A document of the index has nothing stored.")
    return Shown(*json.loads(zlib.decompress(packed)))


def _written(presences: Mapping[str, Presence]) -> str:
    """Write the terms with spaces between. There is one object of each presence, so most are told by a look."""
    return " ".join(
        [
            term if found is USUAL else f"{term} {term}{_ENDINGS[found.number]}"
            for term, found in presences.items()
        ]
    )


def newest_key(updated: float, kind: str, uuid: str) -> str:
    """Write (-updated, kind, uuid) so that texts sort as the numbers do."""
    (bits,) = struct.unpack(">Q", struct.pack(">d", -float(updated) + 0.0))
    sortable = bits ^ 0xFFFF_FFFF_FFFF_FFFF if bits >> 63 else bits | 1 << 63
    return _APART.join((f"{sortable:016x}", kind, uuid))


def read_newest(key: str) -> tuple[float, str, str]:
    """Read (-updated, kind, uuid) again."""
    sortable, kind, uuid = key.split(_APART, 2)
    number = int(sortable, 16)
    bits = number & ~(1 << 63) if number >> 63 else number ^ 0xFFFF_FFFF_FFFF_FFFF
    (updated,) = struct.unpack(">d", struct.pack(">Q", bits))
    return updated, kind, uuid


def read_title(key: str) -> tuple[str, str, str]:
    """Read (order of the title, kind, uuid)."""
    order, kind, uuid = key.split(_APART, 2)
    return order, kind, uuid


def title_place(order: str) -> int:
    """A number that never falls as titles go on: their first letters."""
    return int.from_bytes(order.encode()[:8].ljust(8, b"\0"), "big")


def _add_beginnings(row: tantivy.Document, document: Document) -> None:
    """How the title and the keywords go on, for those who have begun to type; short titles are found first."""
    title, *keywords = phrases(document.title, document.keywords)
    folded = folded_phrase(title)
    row.add_text("begun", f"{min(len(folded), _LONGEST_TITLE):04}{folded}{_APART}{title}")
    row.add_text("begins", " ".join(_beginnings([folded])))
    row.add_text("inside", " ".join(_beginnings(_later_starts(folded))))
    starts = [start for one in keywords[:_KEYWORDS] for start in _starts(folded_phrase(one))]
    row.add_text("keyword", " ".join(_beginnings(starts)))


def read_begun(key: str) -> tuple[str, str]:
    """Read a title folded and as it is written."""
    folded, _, title = key[4:].partition(_APART)
    return folded, title


def begin_term(folded: str) -> str:
    """The term that finds what begins so."""
    return folded[:BEGUN].replace(" ", "_")


def _beginnings(starts: Iterable[str]) -> list[str]:
    """Every beginning of two letters or more, with no space in it; what is typed never ends with one."""
    found = {begin_term(start[:end]) for start in starts for end in range(2, min(len(start), BEGUN) + 1)}
    return sorted(term for term in found if not term.endswith("_") or len(term) == BEGUN)


def _starts(folded: str) -> Iterator[str]:
    """A phrase from each of its words on."""
    words = folded.split(" ")
    return (" ".join(words[at:]) for at in range(min(len(words), _STARTS)))


def _later_starts(folded: str) -> Iterator[str]:
    return islice(_starts(folded), 1, None)
