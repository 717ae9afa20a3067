"""How commands end: exit codes, what a long one says while it goes on, and what became of what it put in."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable
from typing import TextIO

from content_store import rights
from content_store.engines import Engines
from content_store.importing import Written
from content_store.rights import DEFAULT_LICENSE

DONE, DAMAGED, REFUSED = 0, 1, 3
PAUSE_S = 5.0


def engines_of(arguments: argparse.Namespace) -> Engines:
    """The three engines that a command names."""
    return Engines(arguments.database, arguments.storage, arguments.search)


def printable(text: str) -> str:
    """A text that only says something: nothing in it moves the cursor or turns letters around."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


class Progress:
    """Says how far it is: each item by its title on a terminal, elsewhere a line in some seconds."""

    def __init__(self, total: int, stream: TextIO, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin; nothing was said yet."""
        self._total, self._stream, self._clock = total, stream, clock
        self._done, self._said_at = 0, float("-inf")

    def begin(self, count: int) -> None:
        """So many files are read now, which takes the longest."""
        self._say(f"reading {self._done + 1} to {self._done + count} of {self._total} ...")

    def end(self, title: str) -> None:
        """One more is done."""
        self._done += 1
        self._say(f"{self._done} of {self._total}  {printable(title)}")

    def _say(self, words: str) -> None:
        moment = self._clock()
        if self._stream.isatty() or moment - self._said_at >= PAUSE_S:
            self._said_at = moment
            print(words, file=self._stream, flush=True)


class Outcome:
    """Which licenses and circles the items of an import have."""

    def __init__(self) -> None:
        """Nothing was written yet."""
        self._licenses: Counter[str] = Counter()
        self._circles: Counter[str] = Counter()

    def add(self, done: Written) -> None:
        """Count one row. Ask in the transaction that wrote it."""
        if done.version is None:
            return
        item = done.version.item
        self._licenses[done.version.license_id] += 1
        circle = "drafts, which nobody finds" if item.state == "draft" else ", ".join(sorted(item.audiences))
        self._circles[circle] += 1

    def lines(self) -> list[str]:
        """What to tell at the end; nothing where nothing was written."""
        if not self._licenses:
            return []
        licenses = ", ".join(
            f"{count} {rights.get_license(name).name('en')}" for name, count in self._licenses.most_common()
        )
        circles = ", ".join(f"{count} {name}" for name, count in self._circles.most_common())
        told = [f"license: {licenses}", f"who may find them: {circles}"]
        if reserved := self._licenses[DEFAULT_LICENSE]:
            told.append(
                f"{reserved} all rights reserved: they are read in place, and nobody may download them. "
                "Name their license in the table (column license) and import again."
            )
        return told
