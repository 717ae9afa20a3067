"""How to cite a version: a plain line, BibTeX, RIS. What a format cannot hold is escaped or left out."""

from __future__ import annotations

import re
from types import MappingProxyType

from content_store.metadata.facts import Facts

_RIS_TYPE = MappingProxyType(
    {
        "book": "BOOK",
        "slides": "SLIDE",
        "video": "VIDEO",
        "audio": "SOUND",
        "image": "FIGURE",
        "data": "DATA",
    }
)
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def to_plain(facts: Facts, *, site_name: str) -> str:
    """One line: authors (year). Title, version. Site. Address."""
    metadata = facts.metadata
    year = f" ({_year(facts)})" if _year(facts) else ""
    by = ", ".join(metadata.authors) or metadata.rights_holder or ""
    edition = f", v{facts.number}" if facts.number else ""
    parts = [f"{by}{year}" if by else "", f"{metadata.title}{edition if by else edition + year}", site_name]
    return ". ".join(part for part in parts if part) + f". {facts.version_url}"


def to_bibtex(facts: Facts, *, key: str, site_name: str) -> str:
    """One `@misc` entry, which BibTeX and BibLaTeX both know."""
    metadata = facts.metadata
    fields = {
        "title": "{" + _tex(metadata.title) + "}",
        "author": " and ".join("{" + _tex(author) + "}" for author in metadata.authors),
        "year": _year(facts),
        "edition": str(facts.number) if facts.number else "",
        "howpublished": _tex(site_name),
        "language": _tex(metadata.language),
        "keywords": _tex(", ".join(metadata.keywords)),
        "url": facts.version_url,
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@misc{{{re.sub('[^A-Za-z0-9-]', '', key)},\n" + ",\n".join(lines) + "\n}\n"


def to_ris(facts: Facts, *, site_name: str) -> str:
    """One RIS record, lines ended as the format asks."""
    metadata = facts.metadata
    tags = [("TY", _RIS_TYPE.get(metadata.type or "", "ELEC")), ("TI", metadata.title)]
    tags += [("AU", author) for author in metadata.authors]
    tags += [("PY", _year(facts)), ("DA", (facts.day or "").replace("-", "/"))]
    tags += [("ET", str(facts.number or "")), ("PB", site_name), ("LA", metadata.language)]
    tags += [("KW", keyword) for keyword in metadata.keywords]
    tags += [("AB", metadata.description), ("UR", facts.version_url)]
    lines = [f"{tag}  - {_line(value)}" for tag, value in tags if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def _year(facts: Facts) -> str:
    return facts.changed_at[:4] if facts.changed_at else ""


def _tex(text: str) -> str:
    return _line(text).translate(_TEX)


def _line(text: str) -> str:
    return " ".join(text.split())
