"""What a long command says while it goes on."""

from __future__ import annotations

import io

from content_store.cli_telling import PAUSE_S, Progress, printable


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def told(stream: io.StringIO, moments: list[float]) -> list[str]:
    progress = Progress(3, stream, clock=iter(moments).__next__)
    progress.begin(3)
    for title in ("Một", "Hai", "B\u202ea\x1b[2J"):
        progress.end(title)
    return stream.getvalue().splitlines()


def test_a_terminal_hears_of_every_title_and_a_log_of_one_in_some_seconds() -> None:
    moments = [0.0, 1.0, PAUSE_S, PAUSE_S + 1]
    assert told(Terminal(), moments) == [
        "reading 1 to 3 of 3 ...",
        "1 of 3  Một",
        "2 of 3  Hai",
        "3 of 3  B a [2J",
    ]
    assert told(io.StringIO(), moments) == ["reading 1 to 3 of 3 ...", "2 of 3  Hai"]


def test_a_text_only_says_something() -> None:
    assert printable("bài\n1\u202egnp.md") == "bài 1 gnp.md"
