"""Markdown and HTML made safe to show, and turned into plain text.

Everything people write or upload passes here before a page shows it: one strict allow-list, MathML
included, scripts and styles never. Pure and quick, so lessons use it on every save.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from html import escape, unescape

import nh3
from lxml import etree
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from content_store.allowed_html import ATTRIBUTES, DROPPED_WITH_CONTENT, TAGS, URL_SCHEMES, keep_attribute
from content_store.book_directives import strip_directives
from content_store.mathml import tex_to_mathml

_LONGEST = 8_000_000
_TAG_NAME = re.compile(r"</?([a-zA-Z][^\s/>]*)")
_IMAGE = re.compile(r'<img((?:\s+[\w-]+="[^"]*")*)\s*/?>')
_ALT = re.compile(r'\salt="([^"]*)"')
_HEADING = re.compile(r"<h([1-6])((?:\s+[\w-]+=\"[^\"]*\")*)>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_ANY_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
_CLOSED_BY_ITSELF = frozenset(
    {"br", "col", "colgroup", "dd", "dt", "hr", "img", "input", "li", "link", "meta", "option", "p", "source"}
    | {"tbody", "td", "tfoot", "th", "thead", "tr", "wbr", "area", "base", "embed", "html", "head", "body"}
)
_DEEPEST = 200
_MOST_BRACKETS = 300
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_SPACES = re.compile(r"[^\S\n]+")
_SOURCE_BREAKS = re.compile(r"\s+")
_BLANK_LINES = re.compile(r"\s*\n\s*\n\s*")
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ALIGN = re.compile(r"text-align:\s*(left|center|right)")
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "caption",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_SIGNS = {"mfrac": "/", "msup": "^"}
_UNREAD = frozenset({"script", "style", "head", "annotation", "annotation-xml", "template", "noscript"})


def render_markdown(text: str, *, image_urls: Mapping[str, str] | None = None) -> str:
    """Safe HTML of a Markdown text: tables, code, formulas as MathML, footnotes, book directives removed."""
    stripped, _ = strip_directives(_readable(text))
    crowded = any(part.count("[") > _MOST_BRACKETS for part in stripped.split("\n\n"))
    engine = _WITHOUT_LINKS if crowded else _MARKDOWN
    return sanitize_html(engine.render(stripped), image_urls=image_urls)


def sanitize_html(html: str, *, image_urls: Mapping[str, str] | None = None) -> str:
    """The HTML reduced to the allow-list; images that may not load leave their alt text as a caption."""
    urls = image_urls or {}
    readable = _readable(html)
    if _nests_too_deep(readable):
        readable = f"<p>{escape(_words_only(readable))}</p>"
    cleaned = _clean(readable, urls)
    if not TAGS.issuperset(name.lower() for name in _TAG_NAME.findall(readable)):
        # what is taken out may have parted what must not nest, such as two headings: it is read once more as a browser
        # will read it
        cleaned = _clean(cleaned, {address: address for address in urls.values()})
    return _with_heading_ids(_IMAGE.sub(_image_or_caption, cleaned))


def _clean(html: str, urls: Mapping[str, str]) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=DROPPED_WITH_CONTENT,
        attributes=ATTRIBUTES,
        attribute_filter=lambda tag, name, value: keep_attribute(tag, name, value, urls),
        url_schemes=URL_SCHEMES,
        link_rel="noopener nofollow",
        strip_comments=True,
    )


def html_to_text(html: str) -> str:
    """The words of an HTML text, a line per block, NFC."""
    readable = _readable(html)
    if not readable.strip():
        return ""
    if _nests_too_deep(readable):
        return tidy_text(_words_only(readable))
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, recover=True)
    root = etree.fromstring(f"<div>{readable}</div>", parser)
    return "" if root is None else tree_to_text(root)


def tree_to_text(root: etree._Element) -> str:
    """The same for a parsed tree of plain tag names: a book's chapters are not parsed twice."""
    pieces: list[str] = []
    _collect(root, pieces)
    return tidy_text("".join(pieces))


def tidy_text(text: str) -> str:
    """NFC, single spaces, no runs of empty lines."""
    plain = _SPACES.sub(" ", _readable(text).replace("\xad", ""))
    return _BLANK_LINES.sub("\n\n", plain).strip()


def cap_html(html: str, most_bytes: int) -> tuple[str, bool]:
    """Sanitized HTML cut to a size at the end of a block, and whether it was cut."""
    encoded = html.encode()
    if len(encoded) <= most_bytes:
        return html, False
    head = encoded[: most_bytes - most_bytes // 50].decode(errors="ignore")
    end = max(head.rfind(mark) + len(mark) for mark in ("</p>", "</tr>", "</li>", "</pre>", "</h2>"))
    return sanitize_html(head[: end if end > len(head) // 2 else head.rfind("<")]), True


def headings_of(html: str) -> list[tuple[int, str, str]]:
    """(level, id, words) of each heading of sanitized HTML, in order."""
    found = []
    for level, attributes, inner in _HEADING.findall(html):
        identifier = re.search(r'\sid="([^"]*)"', attributes)
        words = tidy_text(unescape(_TAG.sub("", inner))).replace("\n", " ")
        if words:
            found.append((int(level), identifier[1] if identifier else "", words))
    return found


def _nests_too_deep(html: str) -> bool:
    """Whether tags that must be closed pile up: every parser is slow or blind past a depth no page needs."""
    depth = 0
    for closing, name in _ANY_TAG.findall(html):
        if name.lower() not in _CLOSED_BY_ITSELF:
            depth = max(0, depth - 1) if closing else depth + 1
            if depth > _DEEPEST:
                return True
    return False


def _words_only(html: str) -> str:
    return unescape(_TAG.sub(" ", html))


def _readable(text: str) -> str:
    return unicodedata.normalize("NFC", _UNREADABLE.sub("", text[:_LONGEST]))


def _image_or_caption(image: re.Match[str]) -> str:
    if ' src="' in image[1]:
        return f'<img{image[1]} loading="lazy">' if " loading=" not in image[1] else image[0]
    alt = _ALT.search(image[1])
    return f'<span class="image-caption">{alt[1]}</span>' if alt and alt[1].strip() else ""


def _with_heading_ids(html: str) -> str:
    """Every heading gets an id from its words: `s-` keeps it from colliding with the page's own."""
    taken: Counter[str] = Counter()

    def numbered(heading: re.Match[str]) -> str:
        level, attributes, inner = heading.groups()
        slug = f"s-{_slug(unescape(_TAG.sub('', inner))) or level}"
        taken[slug] += 1
        identifier = slug if taken[slug] == 1 else f"{slug}-{taken[slug]}"
        rest = re.sub(r'\sid="[^"]*"', "", attributes)
        return f'<h{level} id="{identifier}"{rest}>{inner}</h{level}>'

    return _HEADING.sub(numbered, html)


def _slug(words: str) -> str:
    folded = unicodedata.normalize("NFKD", words.lower().replace("đ", "d"))
    letters = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return _NOT_SLUG.sub("-", letters).strip("-")[:60]


def _collect(root: etree._Element, pieces: list[str]) -> None:
    """Text in reading order; a walk without recursion, since hostile HTML nests deeper than Python calls."""
    skipping: etree._Element | None = None
    preformatted = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            preformatted += name == "pre"
            if skipping is None and name in _UNREAD:
                skipping = element
            if skipping is None:
                pieces.append(_before(name))
                pieces.append("(" if _is_compound(element) else "")
                pieces.append(_flowed(element.text, preformatted))
        else:
            preformatted -= name == "pre"
            if skipping is element:
                skipping = None
            elif skipping is None and name in _BLOCKS:
                pieces.append("\n")
            if skipping is None:
                pieces.append(_after_formula_part(element))
                pieces.append(_flowed(element.tail, preformatted))


def _is_compound(element: etree._Element) -> bool:
    """Whether a formula's part needs brackets on one line, as the sum above a fraction's bar does."""
    parent = element.getparent()
    return parent is not None and parent.tag in _SIGNS and element.tag == "mrow" and len(element) > 1


def _after_formula_part(element: etree._Element) -> str:
    """The sign that a line of text has instead of a place above or below: 1/2, x^2."""
    parent = element.getparent()
    if parent is None or parent.tag not in _SIGNS:
        return ""
    closing = ")" if _is_compound(element) else ""
    return closing + (_SIGNS[parent.tag] if element is parent[0] else "")


def _flowed(text: str | None, preformatted: int) -> str:
    """Line breaks of the source are only spaces, except in `<pre>`."""
    if not text or preformatted:
        return text or ""
    return _SOURCE_BREAKS.sub(" ", text)


def _before(name: str) -> str:
    if name in _BLOCKS or name == "br":
        return "\n"
    if name == "msqrt":
        return "√"
    return " " if name in {"td", "th", "math"} else ""


def _code_language(info: str) -> str:
    language = re.match(r"[\w+#-]+", info.strip())
    return f' class="language-{escape(language[0].lower())}"' if language else ""


def _fence(
    renderer: RendererProtocol, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[index]
    if token.info.strip() == "math":
        return f"<p>{tex_to_mathml(token.content, display=True)}</p>\n"
    return f"<pre><code{_code_language(token.info)}>{escape(token.content)}</code></pre>\n"


def _cell(
    renderer: RendererProtocol, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[index]
    side = _ALIGN.search(str(token.attrs.get("style", "")))
    scope = ' scope="col"' if token.tag == "th" else ""
    aligned = f' class="align-{side[1]}"' if side else ""
    return f"<{token.tag}{scope}{aligned}>"


def _formula(content: str, options: Mapping[str, object]) -> str:
    return tex_to_mathml(content, display=bool(options.get("display_mode")))


def _markdown() -> MarkdownIt:
    engine = MarkdownIt("commonmark", {"html": True, "linkify": False, "maxNesting": 40})
    engine.enable(["table", "strikethrough"])
    render: Callable[[str, Mapping[str, object]], str] = _formula
    dollarmath_plugin(
        engine,
        allow_space=False,  # so that "$5 and $10" stays money
        allow_digits=False,
        double_inline=True,
        renderer=render,
        label_renderer=lambda number: f'<span class="equation-number">({escape(number)})</span>',
    )
    footnote_plugin(engine)
    engine.add_render_rule("fence", _fence)
    engine.add_render_rule("th_open", _cell)
    engine.add_render_rule("td_open", _cell)
    return engine


_MARKDOWN = _markdown()
_WITHOUT_LINKS = _markdown().disable(["link", "image"])  # links cost the square of unclosed brackets
