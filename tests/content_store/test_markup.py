"""Markdown and HTML come out safe, readable and quickly."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from content_store.markup import html_to_text, render_markdown, sanitize_html

_ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<p onclick='alert(1)'>x</p>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='data:text/html,<b>alert(1)'>x</a>",
        "<img src=x onerror=alert(1)>",
        "<iframe src='//evil'>alert(1)</iframe>",
        "<svg><script>alert(1)</script></svg>",
        "<math><annotation-xml encoding='text/html'><img src=x onerror=alert(1)></annotation-xml></math>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
        "<p style='background:url(javascript:alert(1))'>x</p>",
    ],
)
def test_nothing_that_runs_survives(hostile: str) -> None:
    for html in (sanitize_html(hostile), render_markdown(hostile)):
        assert "alert(1)" not in html


def test_links_to_elsewhere_are_marked() -> None:
    html = render_markdown("[trang](https://example.org)")
    assert '<a href="https://example.org" rel="noopener nofollow">trang</a>' in html


def test_mapped_images_are_shown_and_others_leave_their_caption() -> None:
    html = render_markdown("![Mèo](img/a.png) ![Chó](http://x/b.png)", image_urls={"img/a.png": "/f/1/a.png"})
    assert '<img src="/f/1/a.png" alt="Mèo" loading="lazy">' in html
    assert '<span class="image-caption">Chó</span>' in html
    assert "http://x" not in html


def test_formulas_become_mathml_and_money_stays_money() -> None:
    html = render_markdown("Cho $x^2$, giá từ $5 đến 6 đồng.\n\n$$\\frac{a}{b}$$")
    assert html.count("<math") == 2
    assert '<math display="block">' in html
    assert "giá từ $5 đến" in html


def test_a_formula_that_cannot_be_read_shows_its_tex() -> None:
    assert '<code class="language-tex">\\frac{</code>' in render_markdown("$\\frac{$")


def test_headings_get_ids_of_their_own_without_accents() -> None:
    html = render_markdown("# Đường tròn\n\n## Bài\n\n## Bài")
    assert 'id="s-duong-tron"' in html
    assert 'id="s-bai"' in html
    assert 'id="s-bai-2"' in html


def test_tables_and_code_keep_their_shape() -> None:
    html = render_markdown("|a|b|\n|-|-:|\n|1|2|\n\n```python\nx<1\n```")
    assert '<th scope="col" class="align-right">b</th>' in html
    assert '<pre><code class="language-python">x&lt;1\n</code></pre>' in html


def test_sanitizing_twice_changes_nothing() -> None:
    once = render_markdown("# A\n\n$x$ ![b](c) <details><summary>d</summary>e</details>\n\n|a|\n|:-:|\n|1|")
    assert sanitize_html(once) == once


def test_text_of_html_has_a_line_per_block_and_no_scripts() -> None:
    text = html_to_text(
        "<h1>Một</h1><p>hai\n ba<br>bốn</p><script>x</script><table><tr><td>a</td><td>b</td></tr></table>"
    )
    assert [line for line in text.split("\n") if line] == ["Một", "hai ba", "bốn", "a b"]


def test_book_directives_vanish_and_references_become_words() -> None:
    source = "# Giải tích\n:label:`sec`\n\nXem :numref:`sec` và :numref:`khac`.\n\n:begin_tab:`torch`\nnội dung\n:end_tab:\n\n$$x$$ :eqlabel:`eq`\n\nTheo :eqref:`eq`."
    text = html_to_text(render_markdown(source))
    assert "Xem “Giải tích” và …." in text
    assert "Theo (1)." in text
    assert "nội dung" in text
    assert "label" not in text
    assert "begin_tab" not in text


def test_directives_inside_code_are_left_alone() -> None:
    html = render_markdown(":label:`a`\n\n```text\n:label:`b`\n[**c**]\n```")
    assert ":label:`b`\n[**c**]" in html


def test_boxes_and_solutions_become_elements() -> None:
    html = render_markdown(
        "::: challenge\n## Thử\n::: solution\nĐáp án\n:::\n:::\n\n```{note}\nNhớ **nhé**\n```"
    )
    assert '<div class="callout callout-challenge">' in html
    assert '<details class="callout callout-solution"><summary>Solution</summary>' in html
    assert "<strong>nhé</strong>" in html


@pytest.mark.parametrize(
    "source",
    [
        "[" * 50_000,
        "![a" * 20_000,
        "<div>" * 50_000,
        ">" * 100_000,
        "(**a " * 20_000,
        "<h2>" * 20_000,
        "$a " * 20_000,
    ],
)
def test_hostile_repetition_does_not_hold_up_a_request(source: str) -> None:
    started = time.process_time()
    render_markdown(f":label:`x`\n\n{source}")
    assert time.process_time() - started < 10, "quadratic before: minutes"


def test_every_formula_of_the_real_chapters_converts() -> None:
    folder = Path(os.environ.get("BENHOC_SAMPLES", _ROOT.parent / "shared" / "samples")) / "vi"
    if not folder.is_dir():
        pytest.skip(f"no sample chapters at {folder}: set BENHOC_SAMPLES to the folder of samples")
    pages = [render_markdown(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.md"))]
    assert sum(page.count("<math") for page in pages) == 725
    assert not any("language-tex" in page or ":numref:" in html_to_text(page) for page in pages)


def test_a_formula_keeps_its_meaning_on_one_line():
    html = render_markdown(r"$\frac{1}{2} + \frac{1}{3} = \frac{5}{6}$ và $\frac{a+b}{c^2}$, $\sqrt{9}$")
    text = html_to_text(html).replace(" ", "")
    assert "1/2+1/3=5/6" in text
    assert "(a+b)/c^2" in text
    assert "√9" in text
