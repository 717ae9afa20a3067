"""What a teacher may do with an item, in three words, as a filter over the licenses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from content_store.rights import LICENSES, License
from lms.core.i18n import LazyText, _l

USES: Mapping[str, LazyText] = {
    "adapt": _l("Use and change"),
    "as-is": _l("Use as it is"),
    "link": _l("Link only"),
}


def use_of(license: License) -> str:
    """Return the use that a license allows at most."""
    if license.link_only:
        return "link"
    return "adapt" if license.adapt else "as-is"


def license_ids(uses: Iterable[str]) -> frozenset[str]:
    """Return the licenses meant by `uses`; the id of a single license is understood too."""
    wanted = set(uses)
    return frozenset(one.id for one in LICENSES.values() if one.id in wanted or use_of(one) in wanted)


def count_uses(counts: Mapping[str, int]) -> dict[str, int]:
    """Return counts by use from counts by license; every item has exactly one license."""
    found = dict.fromkeys(USES, 0)
    for license_id, count in counts.items():
        if license_id in LICENSES:
            found[use_of(LICENSES[license_id])] += count
    return found
