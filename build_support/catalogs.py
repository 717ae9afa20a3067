"""The Vietnamese catalog and the texts it must hold: read the rooms' PO files, extract msgids from code.

A room keeps its own `translations/vi/<room>.po` without a header (ADR 0002); the same text may stand in two rooms as
long as both say it alike. This module only reads; `build_support.translations` compiles, checks and advises.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import PoFileParser

ROOT = Path(__file__).resolve().parents[1]
TRANSLATIONS = ROOT / "translations" / "vi"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "_l": None,
    "lazy_gettext": None,
    "N_": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
SOURCES: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("lms", "**/*.py", "python", {}),
    ("templates", "**/*.html", "jinja2.ext:babel_extract", {"silent": "false", "trimmed": "true"}),
    ("templates", "**/*.txt", "jinja2.ext:babel_extract", {"silent": "false", "trimmed": "true"}),
    ("templates", "**/*.xml", "jinja2.ext:babel_extract", {"silent": "false", "trimmed": "true"}),
)
# Two spellings of one placeholder: %(name)s and {name}.
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")

Key = tuple[str | None, str]


@dataclass(frozen=True)
class Text:
    """A text in the code: its plural, if it has one, and where it stands."""

    msgid: str
    plural: str | None = None
    context: str | None = None
    places: list[str] = field(default_factory=list, compare=False)

    @property
    def key(self) -> Key:
        """What identifies a text in a catalog."""
        return self.context, self.msgid


@dataclass(frozen=True)
class Entry:
    """A translation as one room wrote it."""

    room: str
    line: int
    msgid: str
    plural: str | None
    context: str | None
    strings: tuple[str, ...]
    fuzzy: bool

    @property
    def key(self) -> Key:
        """What identifies a text in a catalog."""
        return self.context, self.msgid


class Recorder(Catalog):
    """A catalog that keeps every entry as it was written, repeated ones too."""

    def __init__(self) -> None:
        super().__init__(locale="vi")
        self.written: list[Message] = []

    def __setitem__(self, id: str | tuple[str, ...] | list[str], message: Message) -> None:
        """Record the entry, then let the catalog merge it."""
        if message.id:
            self.written.append(message)
        super().__setitem__(id, message)


def read_entries(folder: Path = TRANSLATIONS) -> Iterator[Entry]:
    """Yield every translation of every room, rooms by name, in the order of the files."""
    for path in sorted(folder.glob("*.po")):
        recorder = Recorder()
        with path.open(encoding="utf-8") as lines:
            PoFileParser(recorder, abort_invalid=True).parse(lines)
        for message in recorder.written:
            yield as_entry(path.stem, message)


def as_entry(room: str, message: Message) -> Entry:
    """Turn Babel's message into a plain value."""
    ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return Entry(
        room=room,
        line=message.lineno or 0,
        msgid=ids[0],
        plural=ids[1] if len(ids) > 1 else None,
        context=message.context or None,
        strings=tuple(text or "" for text in strings),
        fuzzy=message.fuzzy,
    )


def read_texts(root: Path = ROOT) -> dict[Key, Text]:
    """Return every text that code and templates show people, by key."""
    found: dict[Key, Text] = {}
    for folder, pattern, method, options in SOURCES:
        for path in sorted((root / folder).glob(pattern)):
            for text, line in texts_in(path, method, options):
                kept = found.setdefault(text.key, text)
                kept.places.append(f"{path.relative_to(root).as_posix()}:{line}")
                if text.plural and not kept.plural:
                    found[text.key] = Text(text.msgid, text.plural, text.context, kept.places)
    return found


def texts_in(path: Path, method: str, options: dict[str, str]) -> Iterator[tuple[Text, int]]:
    """Yield the texts of one file with their lines; a template that cannot be read is an error."""
    with path.open("rb") as source:
        for line, message, _comments, context in extract(method, source, KEYWORDS, (), dict(options)):
            ids = message if isinstance(message, tuple | list) else (message,)
            if ids[0]:
                yield Text(ids[0], ids[1] if len(ids) > 1 else None, context or None), line


def placeholders(text: str) -> set[str]:
    """Return the placeholders of a text; a translation must keep them."""
    return set(PLACEHOLDER.findall(text))
