"""What works under several licenses may become together, said of the works themselves in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from content_store.rights import HOWS, LICENSES, Clash, How, Limit, combine, fitting, without_limit
from lms.core.i18n import current_locale

LIMITS = frozenset({"limit-here", "limit-sector", "limit-changes", "limit-selling"})


@dataclass(frozen=True, slots=True)
class Part:
    """One work in the whole: a key its reader knows it by, its title and its license."""

    key: str
    title: str
    license_id: str

    @property
    def license_label(self) -> str:
        """The short name of its license."""
        return LICENSES[self.license_id].label(current_locale())


@dataclass(frozen=True, slots=True)
class Finding:
    """Something said of some parts, in one sentence; `fits` names the filter under which others are free of it."""

    sentence: str
    parts: tuple[Part, ...]
    fits: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What the whole may carry when its parts are combined in one of the two ways."""

    how: How
    licenses: tuple[tuple[str, str], ...]
    is_shareable: bool
    conflicts: tuple[Finding, ...]
    limits: tuple[Finding, ...]


def judge_parts(parts: Sequence[Part], how: How, changed: Sequence[Part] = ()) -> Judged:
    """Return which licenses the whole may carry (name and address, the freest ones), and what stands in the way.

    `changed` are works that it was made from by changing them, whatever happens to the others.
    """
    found = combine({part.license_id for part in parts}, how, {part.license_id for part in changed})
    parts = [*parts, *changed]
    return Judged(
        how=how,
        licenses=tuple((one.label(current_locale()), one.url or "") for one in found.best),
        is_shareable=any(one.redistribute for one in found.best),
        conflicts=tuple(_finding(clash, parts, how) for clash in found.clashes),
        limits=tuple(
            _finding(limit, parts, limit.code if limit.code in LIMITS else "") for limit in found.limits
        ),
    )


def _finding(said: Clash | Limit, parts: Sequence[Part], fits: str) -> Finding:
    """The works that are fewer come first: they are the ones to replace."""
    groups = [[part for part in parts if part.license_id == one] for one in said.licenses]
    named = [part for group in sorted(groups, key=len) for part in group]
    return Finding(said.sentence(current_locale()), tuple(named), fits)


def fitting_licenses(fits: str, others: Iterable[str]) -> frozenset[str] | None:
    """Return the licenses under which a replacement is free of a finding; None where there is no such filter."""
    if fits in LIMITS:
        return without_limit(fits)
    for how in HOWS:
        if fits == how:
            return fitting(others, how)
    return None
