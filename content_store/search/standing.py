"""How well a document stands apart from what it says: reviewed, used, rated well. It breaks ties and no more.

Search knows only a number of whole steps; what earns a step is said by whoever writes the document. A step is written as
the value of a facet of its own, so every engine stores it as it stores any facet. All steps together are worth less
than what a word in the title is worth beside one in the body (`Presence.score`), and a tier is never left.
"""

from __future__ import annotations

from collections.abc import Mapping

STANDING_FACET = "standing"
"""A facet that is written for documents with a standing, and that no document states itself."""

MOST = 6
STEP = 0.01
"""What a document gains by each step."""


def standing_token(steps: int) -> str | None:
    """The facet token of so many steps, none for none; more than there are count as the most."""
    return f"{STANDING_FACET}={min(steps, MOST)}" if steps > 0 else None


GAINS: Mapping[str, float] = {
    f"{STANDING_FACET}={steps}": round(steps * STEP, 4) for steps in range(1, MOST + 1)
}
"""What a document gains by its standing, by facet token; it has one at most."""
