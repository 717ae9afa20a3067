"""Proposals for drafts that nobody has changed yet, guessed from what was read out of their files.

Nothing of a proposal is written down: it is computed when a form is shown, and becomes a version's own only when a
person sends that form. So whatever is published without a look at it stays as empty as it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from content_store.guessing import HEAD, TAIL, Clues, Guess, guess
from content_store.models import Reading, Version
from content_store.rights import DEFAULT_LICENSE
from content_store.taxonomy import SUBJECTS

_ESCAPED = 2  # a letter with marks takes six places in JSON, most take one
_STRING = re.compile(r'(?:[^"\\]|\\.)+')
_CUT_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{0,3})?\Z")


def propose(session: Session, versions: Iterable[Version]) -> dict[int, Guess]:
    """Return, by version id, what is proposed for fields that are empty, in one query; drafts as they came only."""
    asked = {version.id: version for version in versions if _is_untouched(version)}
    edges = _edges(session, {main.reading_id for version in asked.values() if (main := version.main)})
    found = {key: _lacking(version, _guess(version, edges)) for key, version in asked.items()}
    return {key: proposal for key, proposal in found.items() if proposal != Guess()}


def _is_untouched(version: Version) -> bool:
    is_new = version.item.state == "draft" and version.number == 1 and version.main is not None
    lacks = not (version.subject and version.grades and version.authors)
    return is_new and (lacks or version.license_id == DEFAULT_LICENSE)


def _edges(session: Session, readings: set[int]) -> dict[int, tuple[str, str]]:
    """How the passages of some readings begin and end. They are long: only the ends leave the database."""
    if not readings:
        return {}
    text = cast(Reading.passages, Text)
    head = func.substr(text, 1, HEAD * _ESCAPED)
    tail = func.substr(text, func.length(text) - TAIL * _ESCAPED)
    rows = session.execute(select(Reading.id, head, tail).where(Reading.id.in_(readings)))
    return {key: ("\n".join(_strings(first)), "\n".join(_strings(last))) for key, first, last in rows}


def _strings(piece: str) -> Iterator[str]:
    """The texts in a piece of JSON that may begin and end anywhere; what stands between them is no word."""
    for chunk in _STRING.findall(_CUT_ESCAPE.sub("", piece or "")):
        try:
            text = json.loads(f'"{chunk}"', strict=False)
        except ValueError:
            continue
        yield text.encode(errors="ignore").decode()


def _clues(version: Version, edges: dict[int, tuple[str, str]]) -> Clues:
    main = version.main
    assert main is not None
    head, tail = edges.get(main.reading_id, ("", ""))
    return Clues(version.title, main.filename, "", main.reading.outline, head, tail)


def _guess(version: Version, edges: dict[int, tuple[str, str]]) -> Guess:
    """What a file says of itself, and what the folders it lay in add to that where both agree."""
    own, folder = guess(_clues(version, edges)), version.item.folder
    if not folder:
        return own
    named = guess(Clues(folder=folder))
    subject, grades = own.subject or named.subject, own.grades or named.grades
    taught = SUBJECTS[subject].grades if subject else ()
    agree = (
        named.subject in (None, subject)
        and named.grades in ((), grades)
        and (not taught or set(grades) <= set(taught))
    )
    return replace(own, subject=subject, grades=grades) if agree else own


def _lacking(version: Version, guessed: Guess) -> Guess:
    """The guess without what the version says already."""
    subject = guessed.subject if not version.subject else None
    known = SUBJECTS.get(version.subject or "")
    taught = known.grades if known else ()
    grades = () if version.grades else guessed.grades
    is_open = version.license_id == DEFAULT_LICENSE and not (
        version.inspection and version.inspection.license_id
    )
    return replace(
        guessed,
        subject=subject,
        grades=tuple(grade for grade in grades if not taught or grade in taught),
        authors=() if version.authors else guessed.authors,
        license_id=guessed.license_id if is_open else None,
    )
