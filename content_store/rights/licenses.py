"""Licenses as data: id, version, address, names, and the flags that every decision rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from content_store.errors import StoreError

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
    short_vi: str = ""
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
        if language == "vi" and self.short_vi:
            return self.short_vi
        return self.short if self.url else self.name(language)

    @property
    def family(self) -> str:
        """The license without its version: `CC-BY-SA`."""
        return self.id.removesuffix(f"-{self.version}")

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
            version="1.0",
            url="https://creativecommons.org/publicdomain/mark/1.0/",
            name_vi="Phạm vi công cộng (hết thời hạn bảo hộ)",
            name_en="Public domain",
            short="Public domain",
            short_vi="Phạm vi công cộng",
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
