"""What may be done with an item, in three words: to change it, to use it as it is, or only to link to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from content_store.rights.licenses import LICENSES, License

USES = ("adapt", "as-is", "link")


def use_of(license: License) -> str:
    """The use that a license allows at most."""
    if license.link_only:
        return "link"
    return "adapt" if license.adapt else "as-is"


def license_ids(uses: Iterable[str]) -> frozenset[str]:
    """The licenses meant by `uses`; the id of a single license is understood too."""
    wanted = set(uses)
    return frozenset(one.id for one in LICENSES.values() if one.id in wanted or use_of(one) in wanted)


def count_uses(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts by use from counts by license; every item has exactly one license."""
    found = dict.fromkeys(USES, 0)
    for license_id, count in counts.items():
        if license_id in LICENSES:
            found[use_of(LICENSES[license_id])] += count
    return found
