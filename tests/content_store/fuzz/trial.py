"""Read many hostile files through the real child, each in a fork with its limits, and keep how each ended."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from content_store.errors import RefusedFile
from content_store.formats import DEFAULT, Inspection, Limits, runner

LIMITS = replace(DEFAULT, cpu_s=15, wall_s=120.0)
"""A mutant of a file of a few kilobytes has no reason to take longer; seconds of the processor, not of the clock."""
_TRACE = re.compile(r'File ".*?([^/]+/[^/]+)", line (\d+)')


@dataclass(frozen=True)
class Outcome:
    """What became of one file."""

    filename: str
    data: bytes
    seen: Inspection | None
    code: str | None
    message: str
    ended: int
    trace: str

    @property
    def unforeseen(self) -> str:
        """The error nobody foresaw and where it rose, or the signal that ended the child; else ''."""
        if self.ended:
            return f"signal {-self.ended}" if self.ended < 0 else "no result"
        if "Traceback" not in self.trace:
            return ""
        places = _TRACE.findall(self.trace)
        last = self.trace.strip().splitlines()[-1][:90]
        return f"{':'.join(places[-1]) if places else '?'} {last}"


@dataclass(frozen=True)
class Trial:
    """The outcomes, and the largest process among those that read them."""

    outcomes: list[Outcome]
    peak_mb: int

    def report(self, kind: str, outcomes: Sequence[Outcome]) -> str:
        """Lines about some of the outcomes, for a long run."""
        counted = Counter(outcome.code or "accepted" for outcome in outcomes)
        odd = Counter(filter(None, (outcome.unforeseen for outcome in outcomes)))
        lines = [f"{kind}: {len(outcomes)} files, {dict(counted)}, peak of the group {self.peak_mb} MB"]
        return "\n".join([*lines, *(f"    {count} x {what}" for what, count in odd.most_common(12))])


def read_all(files: Iterable[tuple[str, bytes]], limits: Limits = LIMITS) -> Trial:
    """Read the files in two processes that fork for each one."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        root, rows, given = Path(name), [], list(files)
        for number, (filename, data) in enumerate(given):
            folder = root / str(number)
            folder.mkdir()
            (folder / "upload").write_bytes(data)
            rows.append([str(folder / "upload"), filename, str(folder)])
        shares = [rows[start :: runner.MOST_PROCESSES] for start in range(runner.MOST_PROCESSES)]
        started = [
            runner._start_batch(root, number, share, limits) for number, share in enumerate(shares) if share
        ]
        peak = max(map(_await, started), default=0)
        return Trial([_outcome(row, data) for row, (_, data) in zip(rows, given, strict=True)], peak)


def _await(batch: subprocess.Popen[bytes]) -> int:
    """Wait, and return the megabytes of the largest process of the batch."""
    _, status, usage = os.wait4(batch.pid, 0)
    batch.returncode = os.waitstatus_to_exitcode(status)
    assert batch.returncode == 0, "the process that forks for every file must outlive them all"
    return usage.ru_maxrss // 1024


def _outcome(row: Sequence[str], data: bytes) -> Outcome:
    _, filename, place = row
    folder = Path(place)
    ended, trace = runner._ended(folder), (folder / "stderr").read_text(errors="replace")
    try:
        seen = runner._answer(ended, filename, folder)
    except RefusedFile as refused:
        return Outcome(filename, data, None, refused.code, refused.message, ended, trace)
    return Outcome(filename, data, seen, None, "", ended, trace)
