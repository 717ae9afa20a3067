"""Who made what a lesson uses: the credit of pinned versions, which never changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from content_store.models import Version
from content_store.rights import LICENSES
from lms.core.i18n import current_locale
from lms.core.web import settings
from lms.library.door import open_store, saying_refusals
from lms.library.remixes.family import find_origins
from lms.library.values import PinnedItem

_AT_ONCE = 200  # one condition a pin: SQLite takes a thousand


@dataclass(frozen=True, slots=True)
class Credit:
    """One version of a work: its title, its authors, where it comes from, its license.

    `address` is the permanent one of this very version, for readers and for paper; '' where it has left the library.
    `origins` are the works it was made from, over all generations, as far as everybody may be told of them.
    """

    pin: str
    item_uuid: str
    number: int
    title: str
    authors: tuple[str, ...]
    holder: str
    source_url: str
    license_id: str
    language: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)
    origins: tuple[Credit, ...] = ()
    address: str = ""

    @property
    def line(self) -> str:
        """What was written below the work when it was inserted; '' while its own words are known."""
        return self.kept.get(current_locale()) or self.kept.get("vi", "")

    @property
    def license_url(self) -> str:
        """Where the license can be read; '' for those that have no text of their own."""
        license = LICENSES.get(self.license_id)
        return (license.url if license else None) or ""

    @property
    def license_label(self) -> str:
        """The short name of the license, in the reader's language where it is words."""
        license = LICENSES.get(self.license_id)
        return license.label(current_locale()) if license else self.license_id

    @property
    def is_link(self) -> bool:
        """Whether the work is only pointed at, and so no part of what points there."""
        return self.license_id == "link-only"


def load_credits(items: Iterable[PinnedItem]) -> dict[str, Credit]:
    """Return the credit of each pinned item by its pin; of one that has left the library, what the pin keeps."""
    kept = {item.pin: item for item in items}
    pins = list(kept)
    found: dict[str, Version] = {}
    for start in range(0, len(pins), _AT_ONCE):
        with saying_refusals():
            found |= open_store().get_pinned_many(pins[start : start + _AT_ONCE])
    origins = find_origins(None, found.values())
    return {
        pin: _of_version(found[pin], origins.get(found[pin].id, ())) if pin in found else _of_pin(item)
        for pin, item in kept.items()
    }


def _of_version(version: Version, origins: Iterable[Version] = ()) -> Credit:
    holder = version.rights_holder or ""
    return Credit(
        pin=version.pin,
        item_uuid=str(version.item.uuid),
        number=version.number,
        title=version.title,
        authors=tuple(version.authors),
        holder="" if holder in version.authors else holder,
        source_url=version.source_url or "",
        license_id=version.license_id,
        language=version.language or "",
        origins=tuple(map(_of_version, origins)),
        address=f"{settings().base_url}/library/{version.item.uuid}/versions/{version.number}",
    )


def _of_pin(item: PinnedItem) -> Credit:
    return Credit(
        pin=item.pin,
        item_uuid=item.item_uuid,
        number=item.number,
        title=item.title,
        authors=(),
        holder="",
        source_url=item.source_url or "",
        license_id=item.license_id,
        kept=item.attribution,
    )
