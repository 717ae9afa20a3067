"""A license in plain words, for those who will never read its text."""

from __future__ import annotations

from dataclasses import dataclass

from content_store.license_words import SENTENCES
from content_store.rights.licenses import License, get_license


@dataclass(frozen=True)
class PlainWords:
    """A license said to a teacher: what one may, must and must not do."""

    may: tuple[str, ...]
    must: tuple[str, ...]
    must_not: tuple[str, ...]


def plain_words(license_id: str, language: str) -> PlainWords:
    """The license in plain words, in `vi` or `en`."""
    license = get_license(license_id)
    if license.link_only:
        keys = (["may-link"], ["must-open-there"], ["not-copy", "not-embed"])
    else:
        keys = (_permissions(license), _duties(license), _prohibitions(license))
    words = SENTENCES["vi" if language == "vi" else "en"]
    may, must, must_not = (tuple(words[key] for key in group) for group in keys)
    return PlainWords(may, must, must_not)


def _permissions(license: License) -> list[str]:
    scope = "may-use-sector" if license.sector_only else "may-use"
    flags = (
        (scope, True),
        ("may-download", license.download),
        ("may-adapt", license.adapt),
        ("may-share", license.redistribute),
        ("may-sell", license.commercial),
    )
    return [key for key, holds in flags if holds]


def _duties(license: License) -> list[str]:
    flags = (
        ("must-credit", license.attribution),
        ("must-mark-changes", license.attribution and license.adapt and license.redistribute),
        ("must-share-alike", license.share_alike),
    )
    return [key for key, holds in flags if holds]


def _prohibitions(license: License) -> list[str]:
    flags = (
        ("not-download", not license.download),
        ("not-adapt", not license.adapt),
        ("not-share", not license.redistribute),
        ("not-sell", not license.commercial),
        ("not-restrict", license.redistribute and license.attribution),
    )
    return [key for key, holds in flags if holds]
