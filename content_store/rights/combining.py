"""What several works together may become: which licenses the result may carry, and what stands in the way.

For each license we say which licenses a result that contains such a work may carry (`outbound`); the result of
many is what all of them agree on. So the order and grouping of the parts cannot matter, saying a part twice
changes nothing, and one more part can only take away. No license is ever offered that is freer than a part's.

Two ways of combining, told apart as Creative Commons does (creativecommons.org/faq, “If I create a collection…”,
“When is my use considered an adaptation?”, and creativecommons.org/compatiblelicenses):

collection
    The works stand side by side, unaltered, each under its own license. Share-alike and no-derivatives do not
    stand in the way. What is said of the whole must not promise more than its least free part.
adaptation
    The works are changed, translated, cut or mixed into one. No-derivatives forbids it. Share-alike wants the same
    license, in the same or a later version (3.0 becomes 4.0, never back). GFDL 1.3 wants itself. What may not leave
    the sector stays in it. Everything else takes any license that is no freer. The few one-way roads out of
    BY-SA 4.0 (GPLv3, Free Art License) lead to licenses that nobody here can choose, so they are not data here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import combinations
from typing import Literal, get_args

from content_store.license_words import SENTENCES
from content_store.rights.licenses import LICENSES, License, get_license

How = Literal["collection", "adaptation"]
HOWS: tuple[How, ...] = get_args(How)

# What a new work can be put under: the mark is for what is free already, and one's own work is not a link.
_OFFERED = frozenset(LICENSES) - {"public-domain", "link-only"}
_REACH_LINK, _REACH_HERE, _REACH_SECTOR, _REACH_ALL = range(4)
_CHANGES_NONE, _CHANGES_SAME, _CHANGES_ANY = range(3)


def freedom(license: License) -> tuple[int, int, int, int]:
    """How free a license is: without credit, for selling, in changes, in how far it may go. More is freer."""
    reach = _REACH_ALL
    if license.sector_only:
        reach = _REACH_SECTOR
    elif not license.redistribute:
        reach = _REACH_HERE if license.embed else _REACH_LINK
    changes = _CHANGES_NONE
    if license.adapt:
        changes = _CHANGES_SAME if license.share_alike or reach < _REACH_ALL else _CHANGES_ANY
    return (int(not license.attribution), int(license.commercial), changes, reach)


def is_no_freer(one: License, other: License) -> bool:
    """Whether `one` lets people do nothing that `other` does not."""
    return all(ours <= theirs for ours, theirs in zip(freedom(one), freedom(other), strict=True))


@lru_cache(maxsize=128)
def outbound(license_id: str, how: How) -> frozenset[str]:
    """The licenses that a result containing a work under this one may carry; none where it may not be contained."""
    license = get_license(license_id)
    if not (license.embed if how == "collection" else license.adapt):
        return frozenset()
    offered = (LICENSES[offer] for offer in _OFFERED)
    if how == "adaptation" and license.share_alike:
        return frozenset(offer.id for offer in offered if _same_or_later(offer, license))
    return frozenset(offer.id for offer in offered if is_no_freer(offer, license))


def _same_or_later(offer: License, license: License) -> bool:
    return offer.family == license.family and (offer.version or "") >= (license.version or "")


@dataclass(frozen=True)
class Clash:
    """One license that cannot be combined at all, or two that cannot be combined with each other, and why."""

    code: str
    licenses: tuple[str, ...]

    def sentence(self, language: str) -> str:
        """Why, in one sentence."""
        return _said(self.code, self.licenses, language)


@dataclass(frozen=True)
class Limit:
    """What the result may not do, and the licenses that ask for it."""

    code: str
    licenses: tuple[str, ...]

    def sentence(self, language: str) -> str:
        """What is asked for, in one sentence."""
        return _said(self.code, self.licenses, language)


def _said(code: str, licenses: tuple[str, ...], language: str) -> str:
    labels = [get_license(one).label(language) for one in licenses]
    words = SENTENCES["vi" if language == "vi" else "en"]
    return words[code].format(*labels, all=", ".join(labels))


@dataclass(frozen=True)
class Combination:
    """The parts, how they are combined, and what comes of it."""

    how: How
    parts: frozenset[str]
    allowed: frozenset[str]
    best: tuple[License, ...]
    clashes: tuple[Clash, ...]
    limits: tuple[Limit, ...]

    @property
    def is_possible(self) -> bool:
        """Whether there is any license that the result may carry."""
        return bool(self.allowed)


def combine(licenses: Iterable[str], how: How, changed: Iterable[str] = ()) -> Combination:
    """What works under these licenses may become together. Raises StoreError for an unknown license.

    Those of `changed` were changed already, however the others are used: their terms bind as an adaptation's do.
    """
    return _combine(frozenset(licenses), how, frozenset(changed))


@lru_cache(maxsize=1024)
def _combine(parts: frozenset[str], how: How, changed: frozenset[str]) -> Combination:
    if how == "adaptation":
        parts, changed = parts | changed, frozenset()
    allowed, everything = _common(parts, how) & _common(changed, "adaptation"), parts | changed
    return Combination(
        how=how,
        parts=everything,
        allowed=allowed,
        best=_freest(allowed, everything),
        clashes=tuple(
            dict.fromkeys(
                [
                    *_clashes(sorted(parts), how),
                    *_clashes(sorted(changed), "adaptation"),
                    *_across(parts, how, changed),
                ]
            )
        ),
        limits=_limits(sorted(everything)) if allowed else (),
    )


def _across(parts: frozenset[str], how: How, changed: frozenset[str]) -> Iterable[Clash]:
    """What clashes between the works as they are and those that were changed."""
    for part in sorted(parts):
        for other in sorted(changed):
            ours, theirs = outbound(part, how), outbound(other, "adaptation")
            if ours and theirs and not ours & theirs:
                first, second = sorted((part, other))
                yield _why_together((first, second))


def _common(parts: Iterable[str], how: How) -> frozenset[str]:
    return reduce(frozenset.intersection, (outbound(part, how) for part in parts), _OFFERED)


def _freest(allowed: frozenset[str], parts: frozenset[str]) -> tuple[License, ...]:
    """Those that nothing else allowed is freer than; of equally free ones a part's own, then the newest CC license."""
    ranked = sorted((LICENSES[one] for one in allowed), key=lambda one: _rank(one, parts))
    kept: list[License] = []
    for one in ranked:
        freer = (other for other in ranked if freedom(other) != freedom(one))
        if any(is_no_freer(one, other) for other in freer):
            continue
        if all(freedom(one) != freedom(other) for other in kept):
            kept.append(one)
    return tuple(kept)


def _rank(license: License, parts: frozenset[str]) -> tuple[bool, bool, float, str]:
    is_common = license.id.startswith("CC")
    return (license.id not in parts, not is_common, -float(license.version or 0), license.id)


def _clashes(parts: list[str], how: How) -> tuple[Clash, ...]:
    alone = [part for part in parts if not outbound(part, how)]
    fit = [part for part in parts if part not in alone]
    pairs = (pair for pair in combinations(fit, 2) if not _common(pair, how))
    return (*(Clash(_why_alone(part), (part,)) for part in alone), *map(_why_together, pairs))


def _why_alone(part: str) -> str:
    license = LICENSES[part]
    if license.link_only:
        return "clash-link"
    return "clash-no-changes" if license.redistribute else "clash-reserved"


def _why_together(pair: tuple[str, str]) -> Clash:
    """Only share-alike has demands on the result that another license cannot meet; it is named first."""
    first, second = sorted(pair, key=lambda part: not LICENSES[part].share_alike)
    other = LICENSES[second]
    if other.share_alike:
        return Clash("clash-share-alike", (first, second))
    return Clash("clash-sector" if other.sector_only else "clash-selling", (first, second))


def _limits(parts: list[str]) -> tuple[Limit, ...]:
    licenses = [LICENSES[part] for part in parts]
    asked = (
        ("limit-here", [one for one in licenses if freedom(one)[3] == _REACH_HERE]),
        ("limit-sector", [one for one in licenses if one.sector_only]),
        ("limit-changes", [one for one in licenses if not one.adapt and one.redistribute]),
        ("limit-selling", [one for one in licenses if not one.commercial and one.redistribute]),
        ("limit-share-alike", [one for one in licenses if one.share_alike]),
    )
    return tuple(Limit(code, tuple(one.id for one in askers)) for code, askers in asked if askers)


def fitting(others: Iterable[str], how: How) -> frozenset[str]:
    """The licenses a work may have to clash with none of the others, whatever these do among themselves."""
    kept = [outbound(other, how) for other in others if outbound(other, how)]
    return frozenset(
        one for one in LICENSES if outbound(one, how) and all(outbound(one, how) & other for other in kept)
    )


def without_limit(code: str) -> frozenset[str]:
    """The licenses of works that may be contained and do not ask for what this limit says."""
    return frozenset(
        one
        for one in LICENSES
        if outbound(one, "collection") and code not in {limit.code for limit in _limits([one])}
    )
