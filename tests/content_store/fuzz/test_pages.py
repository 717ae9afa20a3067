"""Hostile HTML, Markdown, captions and names by the thousand, where no child is needed to read them."""

from __future__ import annotations

import random
import re

import pytest

from content_store.errors import RefusedFile
from content_store.filenames import LONGEST_BYTES, clean_filename, file_suffix
from content_store.formats import captions_to_vtt
from content_store.formats.captions import parse_cues
from content_store.formats.refusals import CODES
from content_store.links import LinkSigner, content_disposition
from content_store.markup import render_markdown, sanitize_html
from lms.library.refusal_words import WORDS
from tests.content_store.fuzz.invariants import page_faults
from tests.content_store.fuzz.mutations import mutants
from tests.content_store.fuzz.test_mutants import ROUNDS

_PIECES = (
    "<math>", "</math>", "<mtext>", "<mi>", "<mo>", "<annotation-xml encoding='text/html'>", "<mglyph>", "<malignmark>",
    "<svg>", "</svg>", "<foreignObject>", "<desc>", "<title>", "</title>", "<style>", "</style>", "<!--", "-->", "--!>",
    "<table>", "<tr>", "<td>", "</table>", "<p>", "</p>", "<a href='", "'>", "\">", "<img src=\"", "<img src=x alt=\"",
    "javascript:alert(1)", "JaVa\tScRiPt:alert(1)", "&#106;avascript:alert(1)", "data:text/html,<script>x</script>",
    "data:image/png;base64,AAAA", "data:image/svg+xml;base64,AAAA", "//evil.example", "https://evil.example/a.png",
    " onerror=alert(1) ", " onclick='x' ", " style='a:url(x)' ", " srcset=x ", " class=\"language-a\" ", " id=\"s-a\" ",
    "<script>", "</script>", "<noscript>", "<template>", "<textarea>", "<xmp>", "<plaintext>", "<iframe srcdoc='",
    "<form action=x>", "<input autofocus onfocus=x>", "<details open ontoggle=x>", "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=javascript:x'>", "<link rel=stylesheet href=x>", "<![CDATA[", "]]>", "<?x ?>",
    "&lt;script&gt;", "&amp;lt;", "\x00", "\u2028", "\ufeff", "<\x00script>", "</p/onclick=x>", "<h1>", "</h2>", "<li>",
    "[a](", "![a](", ")", "[^1]", "[^1]: ", "`", "```\n", "$", "$$", "\\text{<script>}", "\\href{javascript:x}{a}", "\n\n",
    "| a |\n|---|\n", "> ", "- ", "::: {.note}\n", "```{note} <img src=x onerror=x>\n", ":ref:`<script>`", "<div title='",
)  # fmt: skip


def _mixtures(count: int, seed: str) -> list[str]:
    rng = random.Random(seed)
    return ["".join(rng.choices(_PIECES, k=rng.randrange(2, 14))) for _ in range(count)]


def test_no_mixture_of_html_leaves_anything_that_runs_or_loads() -> None:
    wrong = [
        (mixed, found)
        for mixed in _mixtures(4_000 * ROUNDS, "html")
        if (found := page_faults(sanitize_html(mixed)))
    ]
    assert wrong[:3] == []


def test_no_mixture_of_markdown_leaves_anything_that_runs_or_loads() -> None:
    wrong = [
        (mixed, found)
        for mixed in _mixtures(1_500 * ROUNDS, "md")
        if (found := page_faults(render_markdown(mixed)))
    ]
    assert wrong[:3] == []


@pytest.mark.parametrize("kind", ["vtt", "srt"])
def test_damaged_captions_become_sound_ones_or_are_refused(kind: str) -> None:
    for _, data in mutants(kind, 800 * ROUNDS, seed=7):
        try:
            made = captions_to_vtt(data).decode()
        except RefusedFile as refused:
            assert refused.code in CODES
            continue
        assert made.startswith("WEBVTT\n\n")
        for block in made.removeprefix("WEBVTT\n\n").rstrip("\n").split("\n\n"):
            timing, *lines = block.split("\n")
            assert re.match(r"\d{2,}:\d\d:\d\d\.\d{3} --> \d{2,}:\d\d:\d\d\.\d{3}", timing), block
            assert not any("-->" in line for line in lines)
            assert not re.search(r"<(?!/?[biu]>|v |/?v>)[^<>]{0,200}>", "\n".join(lines)), block
        assert len(parse_cues(captions_to_vtt(made.encode()).decode())) == len(parse_cues(made))


def test_no_name_reaches_a_header_or_link_in_a_form_that_could_break_it() -> None:
    rng, signer = random.Random("names"), LinkSigner("secret")
    letters = "aB1._- /\\:\"'%;\r\n\t\x00\x7f\u202e\u2066\u200b\ufeffe\u0302\u0301đẫ漢😀\ud800<>|?*"
    for _ in range(3_000 * ROUNDS):
        name = "".join(rng.choices(letters, k=rng.choice((1, 3, 12, 300)))) + rng.choice(
            ("", ".pdf", "../x", ".exe ")
        )
        clean = clean_filename(name)
        assert clean == clean_filename(clean)
        assert 0 < len(clean.encode()) <= LONGEST_BYTES
        assert not set(clean) & set('/\\\r\n\x00\u202e\u2066<>:"|?*')
        assert len(file_suffix(clean)) <= 16
        header = content_disposition("attachment", clean)
        assert header.isascii() and header.isprintable()
        token = signer.link("0" * 64, filename=clean, media_type="text/plain").split("/")[2]
        assert signer.read(token, clean).sha256 == "0" * 64


def test_every_refusal_has_a_sentence_in_both_languages() -> None:
    assert set(WORDS) >= CODES
