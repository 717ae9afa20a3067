"""From one storage to another: what is missing there is copied and compared with its name on the way.

Blobs are written in one step by every engine and are called by what they hold, so a copy that was killed goes on by
being asked for again: what is there is there. Both storages list their names in order, so what is missing is found by
walking the two lists side by side, without a question for each name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import BinaryIO, Literal

from content_store.blobs import Blobs, Staged
from content_store.blobs.port import CHUNK
from content_store.errors import BlobMissing

AT_ONCE = 4
_BATCH = 64
Outcome = Literal["there", "missing", "copied", "damaged", "gone"]


@dataclass(frozen=True)
class Copied:
    """One name and how it went: it was there, it is missing (dry run), it was copied; or its bytes are not its own
    in the old storage (`damaged`), or went away from there meanwhile (`gone`)."""

    name: str
    outcome: Outcome
    size: int = 0


def copy_blobs(
    source: Blobs, target: Blobs, *, dry_run: bool = False, verify: bool = False
) -> Iterator[Copied]:
    """Copy every blob that `target` has not. With `verify`, what is there is read and put right if it is damaged."""
    pairs = _compared(source.list(), target.list())
    with ThreadPoolExecutor(AT_ONCE) as workers:
        while batch := list(islice(pairs, _BATCH)):
            yield from workers.map(partial(_settle, source, target, dry_run=dry_run, verify=verify), batch)


def copy_parts(source: Blobs, target: Blobs, *, dry_run: bool = False) -> Iterator[Copied]:
    """Copy the pieces of unfinished uploads, so that they go on after the switch."""
    for name, is_there in _compared(source.list_parts(), target.list_parts()):
        if is_there or dry_run:
            yield Copied(name, "there" if is_there else "missing")
            continue
        with target.stage() as staged:
            try:
                with source.open_part(name) as stream:
                    _fill(staged, stream)
            except BlobMissing:
                yield Copied(name, "gone")
                continue
            target.keep_part(name, staged)
            yield Copied(name, "copied", staged.size)


def _compared(names: Iterator[str], known: Iterator[str]) -> Iterator[tuple[str, bool]]:
    """Each name, and whether the other list, in the same order, has it."""
    other = next(known, None)
    for name in names:
        while other is not None and other < name:
            other = next(known, None)
        yield name, other == name


def _settle(source: Blobs, target: Blobs, pair: tuple[str, bool], *, dry_run: bool, verify: bool) -> Copied:
    name, is_there = pair
    if is_there and verify:
        with target.open(name) as stream:
            is_there = hashlib.file_digest(stream, "sha256").hexdigest() == name  # type: ignore[arg-type]
        if not is_there and not dry_run:
            return _copy(source, target, name, heal=True)
    if is_there:
        return Copied(name, "there")
    if dry_run:
        try:
            return Copied(name, "missing", source.size(name))
        except BlobMissing:
            return Copied(name, "gone")
    return _copy(source, target, name)


def _copy(source: Blobs, target: Blobs, name: str, *, heal: bool = False) -> Copied:
    with target.stage() as staged:
        try:
            with source.open(name) as stream:
                _fill(staged, stream)
        except BlobMissing:
            return Copied(name, "gone")
        if staged.sha256 != name:
            return Copied(name, "damaged", staged.size)
        if heal:
            target.delete(name)
        return Copied(name, "copied", staged.commit().size)


def _fill(staged: Staged, stream: BinaryIO) -> None:
    while data := stream.read(CHUNK):
        staged.write(data)
