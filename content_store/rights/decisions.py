"""What a person may do with one item: a pure decision over the license and the person's ties to the item."""

from __future__ import annotations

from dataclasses import dataclass

from content_store.rights.licenses import Action, License


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
    "recalled": "This version was recalled. Choose a newer version, or another item.",
    "link-only": "This work may only be linked to. Open it at its publisher's address.",
    "sector-only": "This item may be used inside the education sector only. Sign in with a school account.",
    "no-download": "Its holder keeps all rights: read it here, or ask the holder for a copy.",
    "no-embed": "Its license does not let it stand inside a lesson. Link to it instead.",
    "no-adapt": "Its license does not allow changes. Use it as it is, or choose another item.",
    "holds-answers": "This file holds the right answers. Only those who teach may keep a copy.",
    "no-redistribute": "Its license does not let you pass it on. Share the address instead.",
}


def verdict(code: str) -> Verdict:
    """The verdict of that code with its English sentence."""
    return Verdict(code in ("allowed", "owner"), code, _VERDICTS[code])


@dataclass(frozen=True)
class Relation:
    """How a person stands to an item: its state, and whether the person owns it, is meant by it, is of the sector.

    `holds_answers` is said of the file of a lesson to whoever is no staff: which answers are right stands in it,
    whatever its license allows.
    """

    state: str = "published"
    is_owner: bool = False
    in_audience: bool = False
    in_sector: bool = False
    is_recalled: bool = False
    holds_answers: bool = False


def may(relation: Relation, action: Action, license: License) -> Verdict:
    """May a person who stands to the item like this do this with it?

    The first reason that forbids is the one given; a recalled version is closed to everyone. A retired item can still be seen and downloaded,
    because lessons already published go on using it; it cannot be newly embedded.
    """
    if relation.is_recalled:
        seen = relation.is_owner or (relation.in_audience and relation.state != "draft")
        return verdict("recalled" if seen else "not-visible")
    if relation.is_owner and not license.link_only:
        return verdict("owner")
    if not (relation.in_audience or relation.is_owner) or (
        relation.state == "draft" and not relation.is_owner
    ):
        return verdict("not-visible")
    if relation.state == "retired" and action not in ("view", "download"):
        return verdict("retired")
    if license.link_only:
        return verdict("link-only")
    if license.sector_only and not relation.in_sector:
        return verdict("sector-only")
    if action == "download" and relation.holds_answers:
        return verdict("holds-answers")
    if action != "view" and not getattr(license, action):
        return verdict(f"no-{action}")
    return verdict("allowed")
