"""CPU time and memory of a server's processes, read from /proc (Linux)."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Process:
    """One process: its parent, its name and command line, CPU seconds used by it and its ended children."""

    parent: int
    command: str
    cpu_s: float


def table() -> dict[int, Process]:
    """Return every process of the machine by id."""
    found: dict[int, Process] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            raw = folder.joinpath("stat").read_text()
            command = folder.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue  # ended meanwhile
        name, rest = raw[raw.index("(") + 1 : raw.rindex(")")], raw[raw.rindex(")") + 2 :].split()
        found[int(folder.name)] = Process(
            int(rest[1]), f"{name}: {command}", sum(map(int, rest[11:15])) / TICK
        )
    return found


def family(root: int, processes: dict[int, Process] | None = None) -> dict[int, Process]:
    """Return a process with all its descendants."""
    processes = processes or table()
    found, waiting = {}, [root]
    while waiting:
        pid = waiting.pop()
        if pid in processes:
            found[pid] = processes[pid]
            waiting += [child for child, process in processes.items() if process.parent == pid]
    return found


def parent_of(pid: int) -> int:
    """Return the process that started `pid`."""
    return table()[pid].parent


def cpu_seconds(*roots: int, without: tuple[str, ...] = ()) -> float:
    """Return the CPU time of several families; processes whose command holds a word of `without` are left out."""
    processes = table()
    members = {pid: process for root in roots for pid, process in family(root, processes).items()}
    return sum(
        process.cpu_s for process in members.values() if not any(word in process.command for word in without)
    )


def pss_mb(root: int) -> float:
    """Return the memory of a family in MB, shared pages counted once (PSS)."""
    total = 0
    for pid in family(root):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


class PeakMemory:
    """Watches the memory of a family while used as a context manager; `mb` is the most that was seen."""

    def __init__(self, root: int, every_s: float = 0.5) -> None:
        self.mb = 0.0
        self._root, self._every_s, self._stop = root, every_s, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        while not self._stop.wait(self._every_s):
            self.mb = max(self.mb, pss_mb(self._root))

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
