"""Recognize a license in a sentence about rights.

Answers only ids of the store's own table, and None for a family without its version: a wrong license is
worse than an unknown one, which the uploader is asked for.
"""

from __future__ import annotations

import re

from content_store.rights import LICENSES

_URL = re.compile(
    r"creativecommons\.org/(?:licenses/([a-z-]+)/(\d\.\d)|publicdomain/(zero|mark))", re.IGNORECASE
)
_SHORT = re.compile(
    r"\bCC[ -](BY(?:[ -](?:NC|ND|SA)){0,2})(?:[ -]+v?(\d(?:\.\d)?))?(?![ -]?(?:NC|ND|SA)\b)", re.IGNORECASE
)
_LONG = re.compile(
    r"(?:creative commons|\bCC\b)\W+(attribution(?:\W+(?:non-?commercial|no-?deriv\w*|share-?alike)){0,2})"
    r"(?:\W+(\d\.\d))?",
    re.IGNORECASE,
)
_GFDL = re.compile(r"GNU Free Documentation License|\bGFDL\b", re.IGNORECASE)
_GFDL_VERSION = re.compile(r"(?:version|GFDL)\W*(1\.[1-3])", re.IGNORECASE)
_LATER = re.compile(r"any later version", re.IGNORECASE)
_PUBLIC = re.compile(r"\bpublic domain\b|phạm vi công cộng", re.IGNORECASE)
_ZERO = re.compile(r"\bCC0\b", re.IGNORECASE)
_RESERVED = re.compile(r"all rights reserved|bảo lưu mọi quyền|giữ bản quyền", re.IGNORECASE)
_WORDS = (("noncommercial", "NC"), ("noderiv", "ND"), ("sharealike", "SA"))


def recognize_license(rights: str | None) -> str | None:
    """The license id a statement of rights names, or None."""
    named = _named(rights) if rights else None
    return named if named in LICENSES else None


def _named(rights: str) -> str | None:
    if found := _URL.search(rights):
        if found[3]:
            return "CC0-1.0" if found[3].lower() == "zero" else "public-domain"
        return _cc(found[1].upper(), found[2])
    if _ZERO.search(rights):
        return "CC0-1.0"
    if found := _SHORT.search(rights):
        return _cc(found[1].upper().replace(" ", "-"), found[2])
    if found := _LONG.search(rights):
        words = re.sub(r"[^a-z]", "", found[1].lower())
        return _cc("-".join(["BY", *(short for word, short in _WORDS if word in words)]), found[2])
    return _other(rights)


def _other(rights: str) -> str | None:
    if _GFDL.search(rights):
        # Without a version the license itself lets the reader choose any published one.
        version = _GFDL_VERSION.search(rights)
        return f"GFDL-{version[1]}" if version and not _LATER.search(rights) else "GFDL-1.3"
    if _PUBLIC.search(rights):
        return "public-domain"
    return "all-rights-reserved" if _RESERVED.search(rights) else None


def _cc(conditions: str, version: str | None) -> str | None:
    number = version if version is None or "." in version else f"{version}.0"
    return f"CC-{conditions}-{number}" if number else None
