"""Licenses as data, and what they let a person do. Pure: values in, values out.

A verdict carries a code, so that an application can say it in the reader's language, and an English
sentence for those that do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from content_store.errors import StoreError
from content_store.license_words import SENTENCES

Action = Literal["view", "download", "embed", "adapt", "redistribute"]
ACTIONS: tuple[Action, ...] = ("view", "download", "embed", "adapt", "redistribute")


@dataclass(frozen=True)
class License:
    """One license in one version; the flags are what our own decisions rest on."""

    id: str
    version: str | None
    url: str | None
    name_vi: str
    name_en: str
    short: str
    embed: bool = True
    download: bool = True
    adapt: bool = True
    redistribute: bool = True
    commercial: bool = True
    share_alike: bool = False
    attribution: bool = True
    sector_only: bool = False
    link_only: bool = False

    def name(self, language: str) -> str:
        """The license's name in `vi`, or in English."""
        return self.name_vi if language == "vi" else self.name_en

    def label(self, language: str) -> str:
        """The short name that stands for it everywhere (CC BY 4.0), or its words where there is none."""
        return self.short if self.url else self.name(language)

    @property
    def open(self) -> bool:
        """Whether anyone may pass it on."""
        return self.redistribute


def _creative_commons(code: str, version: str, vi: str, en: str) -> License:
    parts = code.split("-")
    return License(
        id=f"CC-{code}-{version}",
        version=version,
        url=f"https://creativecommons.org/licenses/{code.lower()}/{version}/",
        name_vi=f"Creative Commons {vi} {version}",
        name_en=f"Creative Commons {en} {version}",
        short=f"CC {code} {version}",
        adapt="ND" not in parts,
        commercial="NC" not in parts,
        share_alike="SA" in parts,
    )


_FAMILY = (
    ("BY", "Ghi công", "Attribution"),
    ("BY-SA", "Ghi công - Chia sẻ tương tự", "Attribution-ShareAlike"),
    ("BY-NC", "Ghi công - Phi thương mại", "Attribution-NonCommercial"),
    ("BY-NC-SA", "Ghi công - Phi thương mại - Chia sẻ tương tự", "Attribution-NonCommercial-ShareAlike"),
    ("BY-ND", "Ghi công - Không phái sinh", "Attribution-NoDerivatives"),
    ("BY-NC-ND", "Ghi công - Phi thương mại - Không phái sinh", "Attribution-NonCommercial-NoDerivatives"),
)

LICENSES: dict[str, License] = {
    license.id: license
    for license in (
        License(
            id="CC0-1.0",
            version="1.0",
            url="https://creativecommons.org/publicdomain/zero/1.0/",
            name_vi="CC0 1.0 - Hiến tặng cho cộng đồng",
            name_en="CC0 1.0 Universal",
            short="CC0 1.0",
            attribution=False,
        ),
        *(_creative_commons(code, "4.0", vi, en) for code, vi, en in _FAMILY),
        *(_creative_commons(code, "3.0", vi, en) for code, vi, en in _FAMILY),
        License(
            id="GFDL-1.3",
            version="1.3",
            url="https://www.gnu.org/licenses/fdl-1.3.html",
            name_vi="Giấy phép Tài liệu Tự do GNU 1.3",
            name_en="GNU Free Documentation License 1.3",
            short="GFDL 1.3",
            share_alike=True,
        ),
        License(
            id="public-domain",
            version=None,
            url="https://creativecommons.org/publicdomain/mark/1.0/",
            name_vi="Phạm vi công cộng (hết thời hạn bảo hộ)",
            name_en="Public domain",
            short="Public domain",
            attribution=False,
        ),
        License(
            id="sector-only",
            version=None,
            url=None,
            name_vi="Dùng trong ngành giáo dục",
            name_en="Use inside the education sector",
            short="Sector only",
            redistribute=False,
            commercial=False,
            sector_only=True,
        ),
        License(
            id="all-rights-reserved",
            version=None,
            url=None,
            name_vi="Giữ mọi quyền",
            name_en="All rights reserved",
            short="All rights reserved",
            download=False,
            adapt=False,
            redistribute=False,
            commercial=False,
        ),
        License(
            id="link-only",
            version=None,
            url=None,
            name_vi="Chỉ dẫn liên kết (sách của nhà xuất bản)",
            name_en="Link only (publisher's book)",
            short="Link only",
            embed=False,
            download=False,
            adapt=False,
            redistribute=False,
            commercial=False,
            link_only=True,
        ),
    )
}

DEFAULT_LICENSE = "all-rights-reserved"


def get_license(license_id: str) -> License:
    """The license of that id; an unknown one is refused rather than guessed."""
    try:
        return LICENSES[license_id]
    except KeyError:
        raise StoreError(
            f"There is no license “{license_id}”. Choose one of the list.",
            code="unknown-license",
            license=license_id,
        ) from None


@dataclass(frozen=True)
class Verdict:
    """Whether something may be done, why, and a sentence that says so."""

    allowed: bool
    code: str
    sentence: str


_VERDICTS = {
    "allowed": "You may do this.",
    "owner": "You may do this: the item is yours.",
    "not-visible": "This item is not shared with you. Ask its owner to share it.",
    "retired": "This item has been retired. Lessons that already use it keep it; choose another one.",
    "link-only": "This work may only be linked to. Open it at its publisher's address.",
    "sector-only": "This item may be used inside the education sector only. Sign in with a school account.",
    "no-download": "Its holder keeps all rights: read it here, or ask the holder for a copy.",
    "no-embed": "Its license does not let it stand inside a lesson. Link to it instead.",
    "no-adapt": "Its license does not allow changes. Use it as it is, or choose another item.",
    "no-redistribute": "Its license does not let you pass it on. Share the address instead.",
}


def verdict(code: str) -> Verdict:
    """The verdict of that code with its English sentence."""
    return Verdict(code in ("allowed", "owner"), code, _VERDICTS[code])


def decide(
    license: License, action: Action, *, state: str, is_owner: bool, in_audience: bool, in_sector: bool
) -> Verdict:
    """May a person with these ties to the item do this with it?

    The first reason that forbids is the one given. A retired item can still be seen and downloaded,
    because lessons already published go on using it; it cannot be newly embedded.
    """
    if is_owner and not license.link_only:
        return verdict("owner")
    if not (in_audience or is_owner) or (state == "draft" and not is_owner):
        return verdict("not-visible")
    if state == "retired" and action not in ("view", "download"):
        return verdict("retired")
    if license.link_only:
        return verdict("link-only")
    if license.sector_only and not in_sector:
        return verdict("sector-only")
    if action != "view" and not getattr(license, action):
        return verdict(f"no-{action}")
    return verdict("allowed")


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


def attribution(
    *,
    title: str,
    authors: Sequence[str],
    rights_holder: str | None,
    license: License,
    source_url: str | None,
    language: str,
) -> str:
    """One line naming title, authors, license and source, in the way Creative Commons advises."""
    words = SENTENCES["vi" if language == "vi" else "en"]
    parts = [words["quote"].format(title=title)]
    if authors:
        parts.append(words["by"].format(authors=", ".join(authors)))
    if rights_holder and rights_holder not in authors:
        parts.append(f"© {rights_holder}")
    name = license.label(language)
    parts.append(words["license"].format(name=f"{name} ({license.url})" if license.url else name))
    if source_url:
        parts.append(words["source"].format(url=source_url))
    return " · ".join(parts)
