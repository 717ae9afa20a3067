"""Several processes write to one SQLite file at once, as with `lms serve --workers 4`: they queue, none is refused."""

from __future__ import annotations

import random
from pathlib import Path

from tests.faults import deeds
from tests.faults.dying import Child, make_settings
from tests.faults.school import School


def test_processes_that_write_at_once_all_get_their_turn(tmp_path: Path):
    """Cure: the write gate's file lock and BEGIN IMMEDIATE. Without them some fail with a stale snapshot."""
    school = School(make_settings(str(tmp_path)), random.Random(2))
    school.found()
    names = ("answer", "enroll", "answer", "publish", "enroll", "answer", "upload", "upload")
    children = [
        Child(deeds.DEEDS[name], school.settings, number) for number, name in enumerate(names, start=1)
    ]
    for child in children:
        ended = child.wait()
        assert ended.error == ""
        school.acknowledged += ended.told
    assert sum(told["deed"] == "answer" for told in school.acknowledged) == 9
    assert school.look() == ([], [])
