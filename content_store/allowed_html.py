"""The allow-list of HTML and MathML that may reach a page.

Data rather than code, and strict: what is not named here is dropped. No styles, no forms, no frames,
no SVG; images only from `data:` or from an address the caller maps.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_HTML = frozenset(
    [
        "a",
        "abbr",
        "article",
        "aside",
        "b",
        "bdi",
        "bdo",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
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
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "section",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "u",
        "ul",
        "var",
        "wbr",
    ]
)
_MATHML = frozenset(
    [
        "math",
        "maligngroup",
        "malignmark",
        "menclose",
        "merror",
        "mfenced",
        "mfrac",
        "mi",
        "mlabeledtr",
        "mmultiscripts",
        "mn",
        "mo",
        "mover",
        "mpadded",
        "mphantom",
        "mprescripts",
        "mroot",
        "mrow",
        "ms",
        "mspace",
        "msqrt",
        "mstyle",
        "msub",
        "msubsup",
        "msup",
        "mtable",
        "mtd",
        "mtext",
        "mtr",
        "munder",
        "munderover",
        "none",
        "semantics",
    ]
)
TAGS = set(_HTML | _MATHML)
DROPPED_WITH_CONTENT = {
    *(
        [
            "script",
            "style",
            "template",
            "iframe",
            "object",
            "embed",
            "noscript",
            "svg",
            "title",
            "textarea",
            "select",
        ]
    ),
    *(["annotation", "annotation-xml"]),
}
_MATH_ATTRIBUTES = frozenset(
    [
        "accent",
        "accentunder",
        "columnalign",
        "columnlines",
        "columnspacing",
        "depth",
        "dir",
        "display",
        "displaystyle",
        "fence",
        "form",
        "frame",
        "height",
        "largeop",
        "linethickness",
        "lspace",
        "mathvariant",
        "maxsize",
        "minsize",
        "movablelimits",
        "notation",
        "rowalign",
        "rowlines",
        "rowspacing",
        "rspace",
        "scriptlevel",
        "separator",
        "stretchy",
        "symmetric",
        "voffset",
        "width",
        "columnspan",
        "rowspan",
        "open",
        "close",
        "separators",
        "bevelled",
    ]
)
ATTRIBUTES: dict[str, set[str]] = {
    "*": {"lang", "dir", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "loading"},
    "code": {"class"},
    "div": {"class"},
    "span": {"class"},
    "details": {"class", "open"},
    "ol": {"start", "type"},
    "li": {"value"},
    "td": {"colspan", "rowspan", "class"},
    "th": {"colspan", "rowspan", "scope", "class"},
    "col": {"span"},
    "colgroup": {"span"},
    "time": {"datetime"},
    **{tag: set(_MATH_ATTRIBUTES) for tag in _MATHML},
    **{f"h{level}": {"id"} for level in range(1, 7)},
}
URL_SCHEMES = {"http", "https", "mailto", "data"}

_CLASSES = re.compile(
    r"language-[\w+#-]{1,30}|callout(?: callout-[\w-]{1,30})?|align-(?:left|center|right)|image-caption|equation-number"
)
_DATA_IMAGE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+\Z")
_LINK = re.compile(r"(?:https?://|mailto:|#s-)", re.IGNORECASE)


def keep_attribute(tag: str, name: str, value: str, image_urls: Mapping[str, str]) -> str | None:
    """The value to keep, or None to drop the attribute."""
    if name == "src":
        return image_urls.get(value) or (value if _DATA_IMAGE.match(value) else None)
    if name == "href":
        return value if _LINK.match(value.strip()) else None
    if name == "class":
        return value if _CLASSES.fullmatch(value) else None
    if name == "id":
        return value if value.startswith("s-") else None
    return value
