"""An installation to measure: the corpus made once and kept, a copy of it served as in production."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench import _corpus as corpus
from bench._pages import Seats
from bench._processes import parent_of
from tests.browser.live import ROOT, free_ports, run_module, site_environ, wait_until_up
from tests.fixtures_postgres import fresh_database, postgres_server

KEPT = Path(os.environ.get("BENCH_DIR", ROOT / "var" / "bench"))
WORKERS, THREADS = 2, 8
DURABLE = {
    "shared_buffers": "128MB",
    "max_connections": "100",
}  # fsync and synchronous_commit as they come: on


@dataclass(frozen=True)
class Installation:
    """A database and a folder, not served yet."""

    folder: Path
    environ: dict[str, str]
    database_pid: int | None

    def ask(self, what: str, given: object = None, **settings: str) -> Any:
        """Run `bench._seats` in this installation with `given` as JSON and return what it printed."""
        command = [sys.executable, "-m", "bench._seats", what]
        environ = {**self.environ, **settings}
        done = subprocess.run(
            command, cwd=ROOT, env=environ, input=json.dumps(given), capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"bench._seats {what} failed:\n{done.stdout}{done.stderr}")
        sys.stderr.write(done.stderr if "BENCH_SQL" in self.environ else "")
        return json.loads(done.stdout.splitlines()[-1])

    def sign_in(self) -> Seats:
        """Sign everyone in."""
        return Seats(**self.ask("seats"))


@dataclass(frozen=True)
class Served:
    """A site that answers on `port`; `pid` is the parent of all its processes."""

    port: int
    pid: int
    database_pid: int | None

    @property
    def measured(self) -> tuple[int, ...]:
        """The processes whose CPU time pages cost."""
        return (self.pid,) if self.database_pid is None else (self.pid, self.database_pid)


@contextmanager
def installation(engine: str) -> Iterator[Installation]:
    """Give the corpus on `sqlite` or `postgres`: a copy that may be written to."""
    with tempfile.TemporaryDirectory(prefix="benhoc-bench-") as name:
        if engine == "sqlite":
            shutil.copytree(_kept_corpus(), name, dirs_exist_ok=True)
            yield Installation(Path(name), _environ(Path(name)), None)
            return
        with postgres_server(DURABLE) as server:
            url = fresh_database(server)
            with psycopg.connect(url.replace("+psycopg", "")) as connection:
                pid = parent_of(connection.info.backend_pid)
            environ = _environ(Path(name), DATABASE_URL=url)
            _build(environ)
            with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")
            yield Installation(Path(name), environ, pid)


def _environ(folder: Path, **settings: str) -> dict[str, str]:
    port, content_port = free_ports(2)
    settings = {"SECRET_KEY": "bench", "DEVELOPMENT": "no", "CACHE_URL": "none:", **settings}
    environ = site_environ(folder, port, content_port, **settings)
    kept = {name: os.environ[name] for name in ("BENCH_SQL",) if name in os.environ}
    return {**environ, **kept}


def _build(environ: dict[str, str]) -> None:
    run_module("lms", "db", "upgrade", environ=environ)
    run_module("bench._corpus", "build", environ=environ)


def _kept_corpus() -> Path:
    """Return the folder of the corpus on SQLite, built when the one kept is of another state of the code."""
    state = hashlib.sha256(Path(corpus.__file__).read_bytes())
    for path in sorted(ROOT.glob("migrations/*/*.py")):
        state.update(path.name.encode())
    kept = KEPT / f"sqlite-{state.hexdigest()[:12]}"
    if not kept.exists():
        part = kept.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        _build(_environ(part))
        part.rename(kept)
    return kept


@contextmanager
def served(place: Installation, **settings: str) -> Iterator[Served]:
    """Serve an installation by `lms serve`: two web processes, worker and file server."""
    port, files_port = free_ports(2)
    environ = {**place.environ, **settings}
    environ |= {"BASE_URL": f"http://127.0.0.1:{port}", "CONTENT_URL": f"http://127.0.0.1:{files_port}"}
    command = [sys.executable, "-m", "lms", "serve", "--port", str(port), "--content-port", str(files_port),
               "--workers", str(WORKERS), "--threads", str(THREADS)]  # fmt: skip
    log = place.folder / "server.log"
    with log.open("ab") as stream:
        server = subprocess.Popen(
            command, cwd=ROOT, env=environ, stdout=stream, stderr=stream, start_new_session=True
        )
    try:
        addresses = (f"http://127.0.0.1:{port}/readyz", f"http://127.0.0.1:{files_port}/healthz")
        wait_until_up(server, log, *addresses)
        yield Served(port, server.pid, place.database_pid)
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
