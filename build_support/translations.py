"""Compile, check or fill the Vietnamese catalog: `python -m build_support.translations compile|check|stub`.

`compile` merges the rooms' PO files into `lms/translations/vi/LC_MESSAGES/messages.mo` (built, never committed).
`check` names every text that is missing, fuzzy, empty, unused, said in two ways, left in English or short of a
placeholder. `stub` prints the missing ones as PO text under the room that probably owns them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import denormalize, normalize

from build_support.catalogs import (
    ROOT,
    TRANSLATIONS,
    Entry,
    Key,
    Text,
    placeholders,
    read_entries,
    read_texts,
)

BUILT = ROOT / "lms" / "translations" / "vi" / "LC_MESSAGES" / "messages.mo"
SAME = "same.txt"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)  # a fixed date makes equal texts an equal file


def compile_catalog(folder: Path = TRANSLATIONS, built: Path = BUILT) -> int:
    """Write the merged catalog and return how many texts it holds; ends where two rooms disagree."""
    entries = list(read_entries(folder))
    quarrels = list(conflicts(entries))
    if quarrels:
        sys.exit("\n".join(quarrels))
    catalog = Catalog(locale="vi", project="benhoc", charset="utf-8")
    for entry in entries:
        if all(entry.strings) and not entry.fuzzy:
            ids = (entry.msgid, entry.plural) if entry.plural else entry.msgid
            catalog.add(ids, entry.strings if entry.plural else entry.strings[0], context=entry.context)
    write_when_changed(catalog, built)
    return len(catalog)


def write_when_changed(catalog: Catalog, built: Path) -> None:
    """Write the catalog in one move; an equal file is left alone, so that nothing reloads for it."""
    catalog.creation_date = catalog.revision_date = LONG_AGO
    buffer = BytesIO()
    write_mo(buffer, catalog)
    if built.is_file() and built.read_bytes() == buffer.getvalue():
        return
    built.parent.mkdir(parents=True, exist_ok=True)
    part = built.with_suffix(f".{os.getpid()}")
    part.write_bytes(buffer.getvalue())
    part.replace(built)


def conflicts(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield a line for every text that is translated in two ways."""
    first: dict[Key, Entry] = {}
    for entry in entries:
        other = first.setdefault(entry.key, entry)
        if other.strings != entry.strings:
            yield f"{where(entry)}: {entry.msgid!r} is said otherwise in {where(other)}: {other.strings[0]!r}"


def problems(texts: dict[Key, Text], entries: list[Entry], same: set[str]) -> Iterator[str]:
    """Yield a line for everything that keeps the Vietnamese catalog from being whole."""
    yield from conflicts(entries)
    known = {entry.key for entry in entries}
    for key, text in texts.items():
        if key not in known:
            yield f"{text.places[0]}: missing in Vietnamese: {text.msgid!r}"
    for entry in entries:
        if entry.key not in texts:
            yield f"{where(entry)}: unused: {entry.msgid!r}"
        else:
            for what in faults(entry, texts[entry.key], same):
                yield f"{where(entry)}: {what}: {entry.msgid!r}"
    translated = {entry.msgid for entry in entries}
    yield from (f"{SAME}: unused: {msgid!r}" for msgid in sorted(same - translated))


def faults(entry: Entry, text: Text, same: set[str]) -> Iterator[str]:
    """Yield what is wrong with one translation."""
    if entry.fuzzy:
        yield "fuzzy"
    if not all(entry.strings):
        yield "empty"
    elif entry.msgid in entry.strings and entry.msgid not in same:
        yield f"equal to the English (if it must be, list it in {SAME})"
    if bool(text.plural) != bool(entry.plural):
        yield "plural in one place, not in the other"
    wanted = placeholders(text.msgid) | placeholders(text.plural or "")
    for string in filter(None, entry.strings):
        if placeholders(string) - wanted or (placeholders(text.msgid) & wanted) - placeholders(string):
            yield f"placeholders differ in {string!r}"


def where(entry: Entry) -> str:
    """Return the place of a translation, to be clicked in a terminal."""
    return f"translations/vi/{entry.room}.po:{entry.line}"


def read_same(folder: Path = TRANSLATIONS) -> set[str]:
    """Return the texts that are alike in both languages, one a line, `#` for comments."""
    path = folder / SAME
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return {unquoted(line) for line in lines if line and not line.startswith("#")}


def unquoted(line: str) -> str:
    """Return a line as text; a quoted line is read as PO reads it."""
    return denormalize(line) if line.startswith('"') else line


def guess_room(text: Text) -> str:
    """Return the room that most likely owns a text, from its first place."""
    parts = text.places[0].rsplit(":", 1)[0].split("/")
    return parts[1] if len(parts) > 2 and parts[1] != "components" else "core"


def stub(texts: Iterable[Text]) -> Iterator[str]:
    """Yield PO text for the given texts, room by room."""
    room = ""
    for text in sorted(texts, key=lambda text: (guess_room(text), text.places)):
        if guess_room(text) != room:
            room = guess_room(text)
            yield f"# ---- translations/vi/{room}.po\n"
        yield f"#: {text.places[0]}"
        if text.context:
            yield f"msgctxt {normalize(text.context)}"
        yield f"msgid {normalize(text.msgid)}"
        if text.plural:
            yield f"msgid_plural {normalize(text.plural)}"
        yield f'msgstr{"[0]" if text.plural else ""} ""\n'


def main(command: str) -> None:
    """Do one of the three things; `check` fails when the catalog is not whole."""
    if command == "compile":
        print(f"translations: {compile_catalog()} texts in Vietnamese")
        return
    texts, entries = read_texts(), list(read_entries())
    if command == "stub":
        known = {entry.key for entry in entries}
        print("\n".join(stub(text for key, text in texts.items() if key not in known)))
        return
    if command != "check":
        sys.exit(__doc__)
    found = sorted(problems(texts, entries, read_same()))
    print("\n".join(found) or f"translations: {len(texts)} texts, all in Vietnamese")
    sys.exit(bool(found))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
