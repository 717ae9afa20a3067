"""Made-up records for the search figures: about 60 words each, walked from a bigram chain over the sample chapters.

The chain keeps how often Vietnamese syllables stand and which follow which, so posting lists are as long and phrases
as rare as in real text. Seeded: the same records and questions on every machine.
"""

from __future__ import annotations

import os
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from pathlib import Path
from uuid import UUID

from content_store.search import Document, Query
from content_store.search.text import fold, words
from content_store.taxonomy import SUBJECTS

ROOT = Path(__file__).resolve().parents[1]
READER = frozenset({"public", "org:1", "class:6a", "owner:minh"})
FACETS = ("type", "grade", "subject", "license", "language")
PUBLISHED = {"state": frozenset({"published"})}
QUERIES = 200
TITLE_WORDS, KEYWORDS, BODY_WORDS = 6, 3, 60
_AUDIENCES = ("public", "public", "public", "org:1", "org:1", "class:6a", "org:2")
_SUBJECTS = sorted(SUBJECTS)
_TYPES = ("document", "slides", "image", "video", "audio", "web", "data")
_LICENSES = ("cc-by-4.0", "cc-by-sa-4.0", "cc0-1.0", "own", "school-only")


def samples_folder() -> Path:
    """Return the folder of the Vietnamese chapters, found as the tests find it."""
    folder = Path(os.environ.get("BENHOC_SAMPLES", ROOT.parent / "shared" / "samples")) / "vi"
    if not folder.is_dir():
        raise SystemExit("The search figures need the sample chapters: set BENHOC_SAMPLES to their folder.")
    return folder


@dataclass(frozen=True)
class Record:
    """One made record as words."""

    title: tuple[str, ...]
    keywords: tuple[str, ...]
    body: tuple[str, ...]

    @property
    def folded(self) -> list[str]:
        """The searchable words of the body without accents."""
        return [fold(word) for word in self.body]


class Corpus:
    """A number of records and the questions that are put to them."""

    def __init__(self, size: int) -> None:
        """Walk the chain; a record's words depend on the seed and on its number only."""
        self.size = size
        self.records = list(_walk(size))

    def documents(self) -> Iterator[Document]:
        """Yield the records as documents with the facets and audiences of a library."""
        chosen = random.Random("facets")
        for number, record in enumerate(self.records):
            title, body = " ".join(record.title).capitalize(), " ".join(record.body) + "."
            yield made_document(number, title, ", ".join(record.keywords), body, chosen)

    @cached_property
    def deciles(self) -> list[list[str]]:
        """Folded words by the number of records that have them, in ten equal groups, rarest first."""
        frequency = Counter(word for record in self.records for word in set(record.folded))
        ordered = sorted(frequency, key=lambda word: (frequency[word], word))
        return [ordered[len(ordered) * tenth // 10 : len(ordered) * (tenth + 1) // 10] for tenth in range(10)]

    @cached_property
    def holders(self) -> dict[str, list[int]]:
        """Up to fifty records that have a folded word in the body, by word."""
        holders: dict[str, list[int]] = defaultdict(list)
        for number, record in enumerate(self.records):
            for word in set(record.folded):
                if len(holders[word]) < 50:
                    holders[word].append(number)
        return holders

    def queries(self, kind: str) -> list[Query]:
        """Return 200 different questions of a kind, twenty begun from each decile of word frequency."""
        make = _KINDS[kind]
        found: dict[str, Query] = {}
        for tenth, group in enumerate(self.deciles):
            chosen = random.Random(f"{kind} {tenth}")
            for _ in count():
                word = chosen.choice(group)
                record = self.records[chosen.choice(self.holders[word])]
                query = make(self, record, record.folded.index(word), chosen)
                if query is not None:
                    found.setdefault(query.text, query)
                if len(found) == (tenth + 1) * QUERIES // 10:
                    break
        return list(found.values())


def made_document(number: int, title: str, keywords: str, body: str, chosen: random.Random) -> Document:
    """Make a document with the facets and audiences of a library."""
    return Document(
        kind="item",
        uuid=str(UUID(int=number + 1)),
        title=title,
        keywords=keywords,
        body=body,
        facets={
            "subject": (chosen.choice(_SUBJECTS),),
            "grade": tuple(str(grade) for grade in sorted(chosen.sample(range(1, 13), 2))),
            "type": (chosen.choice(_TYPES),),
            "language": (chosen.choice(("vi", "vi", "vi", "en")),),
            "license": (chosen.choice(_LICENSES),),
            "state": ("published",),
        },
        audiences=frozenset({chosen.choice(_AUDIENCES)}),
        updated=1_700_000_000.0 + number * 37 % 9_000_000,
    )


def chain() -> dict[str, list[str]]:
    """Which words follow which in the sample chapters, as often as they do there."""
    following: dict[str, list[str]] = defaultdict(list)
    for path in sorted(samples_folder().glob("*.md")):
        text = [word.casefold() for word in words(path.read_text(encoding="utf-8"))]
        for word, after in zip(text, text[1:], strict=False):
            following[word].append(after)
    return following


def _walk(size: int) -> Iterator[Record]:
    following = chain()
    starts = sorted(following)
    for number in range(size):
        chosen = random.Random(number)
        word, walked = chosen.choice(starts), []
        for _ in range(TITLE_WORDS + KEYWORDS + BODY_WORDS):
            walked.append(word)
            word = chosen.choice(following.get(word) or starts)
        yield Record(
            tuple(walked[:TITLE_WORDS]),
            tuple(walked[TITLE_WORDS : TITLE_WORDS + KEYWORDS]),
            tuple(walked[TITLE_WORDS + KEYWORDS :]),
        )


def _asked(text: str, **given: object) -> Query:
    return Query(text=text, audiences=READER, facets=FACETS, **given)  # type: ignore[arg-type]


def _apart(record: Record, at: int, others: int, chosen: random.Random) -> str | None:
    """The word at a place with others of the same record, wherever they stand."""
    places = [place for place, word in enumerate(record.folded) if word != record.folded[at]]
    if len(places) < others:
        return None
    return " ".join(record.folded[place] for place in sorted([at, *chosen.sample(places, others)]))


def _two(_: Corpus, record: Record, at: int, chosen: random.Random) -> Query | None:
    text = _apart(record, at, 1, chosen)
    return _asked(text) if text else None


def _three(_: Corpus, record: Record, at: int, chosen: random.Random) -> Query | None:
    text = _apart(record, at, 2, chosen)
    return _asked(text) if text else None


def _phrase(_: Corpus, record: Record, at: int, __: random.Random) -> Query | None:
    """Three neighbors as they are written."""
    neighbors = record.body[at : at + 3]
    return _asked(" ".join(neighbors)) if len(neighbors) == 3 else None


def _filtered(_: Corpus, record: Record, at: int, chosen: random.Random) -> Query | None:
    text = _apart(record, at, 1, chosen)
    grades = frozenset(str(grade) for grade in chosen.sample(range(1, 13), 4))
    filters = {"grade": grades, "language": frozenset({"vi"}), "state": frozenset({"published"})}
    return _asked(text, filters=filters) if text else None


def _typo(corpus: Corpus, record: Record, at: int, chosen: random.Random) -> Query | None:
    """Two neighbors, one of them with a slip of the finger that makes it a word nobody wrote."""
    pair = record.folded[at : at + 2]
    if len(pair) < 2 or len(pair[0]) < 3:
        return None
    place = chosen.randrange(len(pair[0]))
    slips = (
        pair[0][:place] + pair[0][place + 1 :],
        pair[0][:place] + chosen.choice("bcdghklmnpqrstvx") + pair[0][place:],
        pair[0][:place] + chosen.choice("aeiouy") + pair[0][place + 1 :],
    )
    slip = chosen.choice(slips)
    return None if slip in corpus.holders else _asked(f"{slip} {pair[1]}")


def _suggest(_: Corpus, record: Record, at: int, chosen: random.Random) -> Query | None:
    """A title as far as somebody has typed it: from one of its words on, two letters or more."""
    title = " ".join(record.title[chosen.randrange(len(record.title)) :])
    text = title[: chosen.randint(2, 14)]
    return replace(_asked(text, filters=PUBLISHED), facets=(), size=8) if len(text.strip()) > 1 else None


def _alike(corpus: Corpus, record: Record, at: int, chosen: random.Random) -> Query | None:
    """A record of which others like it are asked for; its number is the text."""
    number = chosen.choice(corpus.holders[record.folded[at]])
    return replace(_asked(str(number + 1), filters=PUBLISHED), facets=(), size=4)


_KINDS: dict[str, Callable[[Corpus, Record, int, random.Random], Query | None]] = {
    "two": _two,
    "three": _three,
    "phrase": _phrase,
    "filtered": _filtered,
    "typo": _typo,
    "suggest": _suggest,
    "alike": _alike,
}
KINDS = tuple(_KINDS)
