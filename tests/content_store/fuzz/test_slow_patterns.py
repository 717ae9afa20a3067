"""No reader takes the square of a text's length: a few kilobytes must never cost a processor for a minute."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from content_store.markup import render_markdown
from tests.content_store.fuzz.samples import EPUB_PARTS, ODT_PARTS, zipped
from tests.content_store.fuzz.trial import LIMITS, read_all

_LONG = 40_000
_FEW_SECONDS = replace(LIMITS, cpu_s=5)
_TOKENS = (
    "<!-- a -->", "<!---->", "<!--", "<?xml?>", "<!DOCTYPE svg ", "<img ", "<img src ", "<a href=", "<meta ", "<x ",
    "![", "[", "](", "![a](", "[^1]", "[a]: ", "`", "``` ", "```a\n", "$", "$$", "*", "_", "**a", "~~", "| ", "|-", "- ", "> ",
    "1. ", "# ", " #", " ", "\t", "\n", " \n", "{%", "%}", "{:", "{a}`", ":label:`", "[**", "(**", ":::", "&amp", "&",
    "\\", "<", ">", "</", "a@", "http://", "on", " on", "on =", "---\na: ", "a: [", "00:00.000 --> ", "-->", "{\\", "e\u0302",
    ",", '"', '",', ";", "'", "(", "{", "\\frac{", "^{", "\\left(", "\ufeff", "\u200b", "đ",
)  # fmt: skip
_STARTS = {
    "a.html": ("<!doctype html><html><body>",),
    "a.md": ("", ":::", "---\n", "``` {.", "# a"),
    "a.txt": ("",),
    "a.csv": ("a;b\n",),
    "a.svg": ("<svg xmlns='http://www.w3.org/2000/svg'><text>",),
    "a.vtt": ("WEBVTT\n\n00:00.000 --> 00:01.000\n",),
}


def _texts() -> Iterator[tuple[str, str, str]]:
    for name, starts in _STARTS.items():
        for start in starts:
            for token in _TOKENS:
                yield f"{name}: {start!r} + {token!r}", name, start + token * (_LONG // len(token)) + "}x"


def test_a_repeated_token_is_read_in_a_few_seconds() -> None:
    texts = list(_texts())
    trial = read_all([(name, text.encode()) for _, name, text in texts], _FEW_SECONDS)
    slow = [
        what
        for (what, _, _), outcome in zip(texts, trial.outcomes, strict=True)
        if outcome.code == "too-slow"
    ]
    assert slow == []


@pytest.mark.parametrize(
    "source",
    [
        ":::" + " " * 4_000 + "}x",
        ":::" + "a" * 20_000 + "}x",
        "# a" + " " * 4_000 + "x",
        "``` {." + "a" * 20_000,
        ":::a\n" + "```a\n" * 10_000,
    ],
)
def test_a_long_line_of_a_lesson_does_not_hold_up_a_request(source: str) -> None:
    started = time.process_time()
    render_markdown(source)
    assert time.process_time() - started < 3, "the cube of its length before: minutes"


def test_a_repeated_token_inside_a_book_or_document_is_read_in_a_few_seconds() -> None:
    texts = [token * (_LONG // len(token)) for token in _TOKENS]
    escaped = [text.replace("&", "&amp;").replace("<", "&lt;") for text in texts]
    books = [
        zipped(EPUB_PARTS | {"b/a.xhtml": f"<html><body><p>{text}</p></body></html>"})
        for text in [*texts, *escaped]
    ]
    documents = [
        zipped(ODT_PARTS | {"content.xml": ODT_PARTS["content.xml"].replace("một", text)}) for text in escaped
    ]
    trial = read_all(
        [*(("a.epub", book) for book in books), *(("a.odt", odt) for odt in documents)], _FEW_SECONDS
    )
    assert [place for place, outcome in enumerate(trial.outcomes) if outcome.code == "too-slow"] == []
