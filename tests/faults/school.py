"""A small school whose processes are killed: it remembers what was acknowledged and looks whether all of it is there."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from lms.core.config import Settings
from tests.faults import deeds
from tests.faults.dying import Deed, Ended, do_forked, must
from tests.faults.invariants import tell_halves, tell_losses

Told = dict[str, Any]


@dataclass
class School:
    """One installation under fire."""

    settings: Settings
    dice: random.Random
    acknowledged: list[Told] = field(default_factory=list)
    number: int = 0
    points: dict[str, int] = field(default_factory=dict)

    def found(self) -> None:
        """Make the school."""
        must(do_forked(deeds.found_school, self.settings))

    def do(self, name: str, *, die_at: int = 0) -> Ended:
        """Do the deed once, with a number of its own; what it acknowledges is remembered, even when it dies."""
        self.number += 1
        deed: Deed = deeds.DEEDS[name]
        ended = do_forked(deed, self.settings, self.number, die_at=die_at)
        self.acknowledged += ended.told
        return ended

    def kill_during(self, name: str) -> Ended:
        """Do the deed and die at a point drawn by lot; the number of points is learned from a whole one first."""
        if name not in self.points:
            whole = self.do(name)
            must(whole)
            self.points[name] = whole.points
        ended = self.do(name, die_at=self.dice.randint(1, self.points[name]))
        while not ended.was_killed:  # it had less to do than the first time
            must(ended)
            ended = self.do(name, die_at=self.dice.randint(1, ended.points))
        return ended

    def look(self) -> tuple[list[Told], list[Told]]:
        """Let the worker settle what it can, then return what is lost and what is half made."""
        must(do_forked(deeds.settle, self.settings))
        lost = must(do_forked(tell_losses, self.settings, self.acknowledged))
        return lost, must(do_forked(tell_halves, self.settings))
