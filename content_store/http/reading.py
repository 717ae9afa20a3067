"""An item shown in place, to whoever may look at it: its text by sections, its pages, a picture, a sound, a film.

To look is one thing and to keep a copy another: what is shown here is asked of `rights.may` as `view`. The file itself
is sent only where nothing else could be shown (a picture, a sound, a film), never that of a document or a lesson.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from content_store.answers import is_held_back
from content_store.deriving import list_derived_parts
from content_store.http.places import below_title, with_anchors
from content_store.http.shelf import READERS
from content_store.listings import told_in
from content_store.models import Version, VersionFile
from content_store.store import ContentStore

VIEWED = frozenset({"image", "audio", "video", "captions"})
PORTION = 40
"""So many pages of a document stand on one page."""

MOST_LINES = 5_000


@dataclass(frozen=True, slots=True)
class Section:
    """A page of a document: its place in the words of the index, its text, and its picture's kind if one was made."""

    locator: str
    number: int
    text: str
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """The words of a captions file, as (moment, words)."""

    language: str
    lines: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Stage:
    """How an item is shown: `kind` is closed, link, image, audio, video, reading, pages or file."""

    kind: str
    code: str = ""
    file: VersionFile | None = None
    tracks: Sequence[VersionFile] = ()
    transcripts: Sequence[Transcript] = ()
    html: str = ""
    sections: Sequence[Section] = ()
    before: int = 0
    after: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing of it to look at here but its thumbnail."""
        return self.kind == "file" and not self.transcripts


def stage_of(store: ContentStore, version: Version, language: str, *, page: int = 0) -> Stage:
    """What everyone may look at of a version, in pages from the portion that holds `page`."""
    seen, main = store.may_use(version, READERS, "view"), version.main
    if seen.code == "link-only" or (seen.allowed and main is None):
        return Stage("link")
    if not seen.allowed or main is None:
        return Stage("closed", code=seen.code)
    transcripts = _read_along(version)
    if main.format in {"image", "audio", "video"} and is_viewed(version, main):
        tracks = [file for file in version.captions if file.media_type == "text/vtt"]
        return Stage(main.format, file=main, tracks=tracks, transcripts=transcripts)
    if html := version.reading_html():
        locators = [locator for locator, _text in main.reading.passages[:1]]
        told = below_title(with_anchors(told_in(html, language), locators))
        return Stage("reading", html=told, transcripts=transcripts)
    if main.format == "captions":
        return Stage("file", transcripts=transcripts)
    return _pages(store, version, main, page) or Stage("file", transcripts=transcripts)


def is_viewed(version: Version, file: VersionFile) -> bool:
    """Whether the bytes of a file are sent to whoever may look at the version."""
    return file.format in VIEWED and not is_held_back(version, file, READERS)


def _read_along(version: Version) -> list[Transcript]:
    return [
        Transcript(file.language or file.reading.language or version.language, lines)
        for file in version.files
        if file.format == "captions" and (lines := file.reading.passages[:MOST_LINES])
    ]


def _pages(store: ContentStore, version: Version, main: VersionFile, page: int) -> Stage | None:
    """A portion of the pages: their text, and their pictures where some were made."""
    passages = main.reading.passages or [["section 1", main.reading.text]] * bool(main.reading.text)
    texts = {_number(locator, at): (locator, text) for at, (locator, text) in enumerate(passages, 1)}
    count = max(main.reading.pages or 0 if main.format == "pdf" else 0, *texts, 0)
    first = (min(max(page, 1), max(count, 1)) - 1) // PORTION * PORTION + 1
    numbers = range(first, min(first + PORTION, count + 1))
    kinds = {f"page-{number:04}": number for number in numbers} if main.format == "pdf" else {}
    made = list_derived_parts(store.session, main.sha256, kinds=list(kinds)) if kinds else []
    pictures = {kinds[part.kind]: part.kind for part in made if part.kind in kinds and part.sha256}
    sections = [
        Section(locator, number, text, pictures.get(number))
        for number in numbers
        for locator, text in (texts.get(number, (f"page {number}", "")),)
        if text or number in pictures
    ]
    if not sections and not texts:
        return None
    return Stage(
        "pages",
        sections=sections,
        before=first - PORTION if first > 1 else 0,
        after=first + PORTION if first + PORTION <= count else 0,
    )


def _number(locator: str, at: int) -> int:
    word, _, number = locator.partition(" ")
    return int(number) if word == "page" and number.isdigit() else at
