"""What the page of an item offers for improving it together; the numbers come with those of the page."""

from __future__ import annotations

from dataclasses import dataclass

from content_store.models import Version
from lms.core.actor import Actor
from lms.library.permissions import can_contribute, owner_token
from lms.library.queries import may_use
from lms.library.refusal_words import words_of_code
from lms.library.remixes.family import Ties


@dataclass(frozen=True, slots=True)
class Improve:
    """What one may do; why not, where the license stands in the way; how many works and offers are tied to it."""

    can_remix: bool = False
    can_suggest: bool = False
    refusal: str = ""
    above: int = 0
    below: int = 0
    waiting: int = 0


def improve_of(actor: Actor, version: Version, ties: Ties, *, can_change: bool) -> Improve:
    """Return what the actor may do to improve an item; offers that wait are shown to its keepers alone."""
    verdict = may_use(actor, version, "adapt")
    works_here = can_contribute(actor) and version.recall is None
    may = works_here and verdict.allowed and version.format != "lesson"  # that becomes a lesson of one's own
    is_license = verdict.code in {"no-adapt", "sector-only"}
    return Improve(
        can_remix=may,
        can_suggest=may and version.item.owner != owner_token(actor) and version.item.state == "published",
        refusal=words_of_code(verdict.code) if works_here and is_license else "",
        above=ties.above,
        below=ties.below,
        waiting=ties.waiting if can_change else 0,
    )
