"""The worker's part of moves and rollovers."""

from __future__ import annotations

from lms.core.db import write
from lms.core.jobs import job
from lms.people import moves, rollovers


@job("apply_rollover", lane="rollover")
def apply_rollover(rollover_id: int) -> None:
    """Carry a confirmed rollover out, a class a step."""
    rollovers.run_rollover(rollover_id)


@job("move_pupil")
def move_pupil(move_id: int) -> None:
    """Carry out a pupil's move on its day."""
    with write():
        moves.run_move(move_id)
