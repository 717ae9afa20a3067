"""What putting in a thousand files costs: 1 GB by the worker, killed once half way, until every file is found.

A zip of documents, slides, pictures, sounds and films goes in as by the page. The clock runs from the confirmation until
the index has everything, the half minute that a dead worker's lease lasts among it; then every file is looked for, and
none may be there twice or be missing. Memory is the kernel's word for the worker's process: the most that was resident
(`VmHWM`), and of it, looked at twice a second, its own (`RssAnon`). The worker gives an import, and each batch for the
index, to a process of its own: `job_rss_mb` is the most that one of those had, with what it shares with the worker and
the mapped files of the index; `family_mb` is everything together, shared memory counted once, those who read files among
it. Linux only.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from bench import _import_corpus as corpus
from bench._processes import PeakMemory, family
from bench.figures import Figure, is_asked
from tests.browser.live import ROOT, run_module, site_environ

NAMES = tuple(
    f"library.import_1000.{name}"
    for name in ("s", "peak_rss_mb", "peak_own_mb", "job_rss_mb", "family_mb", "standstill_s")
)
LOOK_EVERY_S = 1.0
PATIENCE_S = 1800.0
_STATE_NAMES = ("state", "row", "created", "again", "problems", "waiting", "items", "versions", "different")
_STATE = """
    SELECT state, next_row, created, updated + unchanged, problems,
        (SELECT count(*) FROM cs_search_queue), (SELECT count(*) FROM cs_item), (SELECT count(*) FROM cs_version),
        (SELECT count(DISTINCT sha256) FROM cs_version_file WHERE role = 'main')
    FROM library_import
"""


def measure() -> Iterator[Figure]:
    """Yield the time, the memory of the worker, its own, that of its jobs, all of it, and how long nobody worked."""
    if not any(is_asked(name) for name in NAMES):
        return
    archive, files = corpus.kept(), corpus.files()
    with tempfile.TemporaryDirectory(prefix="benhoc-import-") as home:
        environ = site_environ(Path(home), 8000, 8001)
        run_module("lms", "db", "upgrade", environ=environ)
        told = ask(environ, "put", str(archive))
        if told != {"rows": len(files), "problems": 0}:
            raise RuntimeError(f"the import was read as {told}")
        began = time.monotonic()
        with worker(environ, Path(home)) as first:
            wait_for(Path(home), lambda state: state["row"] >= len(files) // 2)
            peaks = [first.peak_mb()]
        fell = time.monotonic()
        with worker(environ, Path(home)) as second:
            stood = state_of(Path(home))["row"]
            wait_for(Path(home), lambda state: state["row"] > stood)
            standstill = time.monotonic() - fell
            wait_for(Path(home), lambda state: state["state"] == "done" and not state["waiting"])
            seconds = time.monotonic() - began
            peaks.append(second.peak_mb())
        check(environ, files)
    values = (seconds, *(max(of_both) for of_both in zip(*peaks, strict=True)), standstill)
    for name, value, unit in zip(NAMES, values, ("s", "MB", "MB", "MB", "MB", "s"), strict=True):
        yield Figure(name, value, unit)


class Worker:
    """A worker of the installation, in a process of its own."""

    def __init__(self, process: subprocess.Popen[bytes], memory: PeakMemory) -> None:
        """Watch it."""
        self._process, self._memory, self._own_mb, self._job_mb = process, memory, 0.0, 0.0
        threading.Thread(target=self.watch, daemon=True).start()

    def peak_mb(self) -> tuple[float, float, float, float]:
        """The most memory that its process ever had resident, of that its own, that a job had, and that all had."""
        return self._of("VmHWM"), self._own_mb, self._job_mb, self._memory.mb

    def watch(self) -> None:
        """Look how much of its own memory it has, until it is no more."""
        with suppress(OSError, StopIteration):
            while True:
                self._own_mb = max(self._own_mb, self._of("RssAnon"))
                for pid, process in family(self._process.pid).items():
                    if process.command.startswith("lms job:"):
                        with suppress(OSError, StopIteration):  # it may have ended just now
                            self._job_mb = max(self._job_mb, self._of("VmHWM", pid))
                time.sleep(0.5)

    def _of(self, name: str, pid: int | None = None) -> float:
        lines = Path(f"/proc/{pid or self._process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024


@contextmanager
def worker(environ: dict[str, str], home: Path) -> Iterator[Worker]:
    """Start a worker, and kill it in the end: it finishes nothing."""
    with (home / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "lms", "worker"], cwd=ROOT, env=environ, stdout=log, stderr=log
        )
    try:
        with PeakMemory(process.pid) as memory:
            yield Worker(process, memory)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()


def state_of(home: Path) -> dict[str, Any]:
    """How far the import is, what waits for the index, what there is; asked of the database at no cost to speak of."""
    with closing(sqlite3.connect(f"file:{home / 'benhoc.db'}?mode=ro", uri=True, timeout=30)) as database:
        values = database.execute(_STATE).fetchone()
    return dict(zip(_STATE_NAMES, values, strict=True))


def wait_for(home: Path, is_so: Callable[[dict[str, Any]], bool]) -> None:
    """Ask how far it is until it is so."""
    began = time.monotonic()
    while not is_so(state := state_of(home)):
        if time.monotonic() - began > PATIENCE_S:
            raise RuntimeError(f"the import stands still: {state}")
        time.sleep(LOOK_EVERY_S)


def check(environ: dict[str, str], files: list[corpus.Made]) -> None:
    """Nothing twice, nothing missing, everything found by its title, and by its text where it has one."""
    state, count = state_of(Path(environ["DATA_DIR"])), len(files)
    wanted = {
        "created": count,
        "again": 0,
        "problems": "[]",
        "items": count,
        "versions": count,
        "different": count,
    }
    if wrong := {name: state[name] for name, value in wanted.items() if state[name] != value}:
        raise RuntimeError(f"{count} files became {wrong}")
    words = [
        (word, f"Học liệu {made.title_word}")
        for made in files
        for word in (made.title_word, made.text_word)
        if word
    ]
    lost = ask(environ, "look", words="\n".join("\t".join(pair) for pair in words))
    if lost:
        raise RuntimeError(f"{len(lost)} of {len(words)} words find nothing: {lost[:10]}")


def ask(environ: dict[str, str], *arguments: str, words: str = "") -> Any:
    """Ask the installation."""
    done = subprocess.run(
        [sys.executable, "-m", "bench._import_site", *arguments],
        cwd=ROOT, env=environ, input=words, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return json.loads(done.stdout.splitlines()[-1])
