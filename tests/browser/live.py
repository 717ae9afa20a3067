"""A real site for the browser: `lms serve` with its worker and file server, on ports and in a folder of its own.

The server is another process, as on a school's machine; what tests need in it is made by `tests.browser.seed` before
it starts, through the services.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.ports import free_ports

ROOT = Path(__file__).parents[2]
PATIENCE_S = 90


@dataclass(frozen=True)
class Site:
    """A running site: where it is and how to speak to it at a terminal."""

    url: str
    files_url: str
    environ: dict[str, str]
    log: Path
    made: dict[str, Any]

    def run(self, *arguments: str) -> str:
        """Run a command of this installation (`records`, `replay`) and return what it prints."""
        return run_module("lms", *arguments, environ=self.environ)

    def ask(self, *arguments: str) -> Any:
        """Run `tests.browser.seed` with a question and return its answer."""
        return json.loads(run_module("tests.browser.seed", *arguments, environ=self.environ).splitlines()[-1])


def run_module(module: str, *arguments: str, environ: dict[str, str]) -> str:
    """Run a module of the checkout and return its standard output; what it complained of when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, env=environ, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def site_environ(
    folder: Path, port: int, files_port: int, *, host: str = "127.0.0.1", **settings: str
) -> dict[str, str]:
    """Return the environment of an installation in `folder`; of ours only what finds programs."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
    return {
        **kept,
        "PYTHONUTF8": "1",
        "PYTHONPATH": str(ROOT),
        "DATA_DIR": str(folder),
        "BASE_URL": f"http://{host}:{port}",
        "CONTENT_URL": f"http://127.0.0.1:{files_port}",
        "SECRET_KEY": secrets.token_urlsafe(32),
        "DEVELOPMENT": "yes",
        **settings,
    }


@contextmanager
def live_site(folder: Path, *prepare: str, host: str = "127.0.0.1", **settings: str) -> Iterator[Site]:
    """Serve an installation in `folder` after `tests.browser.seed <prepare>` (or `lms demo` for "demo").

    `host` is the name readers type; a passkey needs one, such as localhost.
    """
    port, files_port = free_ports(2)
    environ = site_environ(folder, port, files_port, host=host, **settings)
    if prepare == ("cast",) and "DATABASE_URL" not in settings:
        shutil.copytree(folder_with_cast(folder.parent), folder, dirs_exist_ok=True)
        made: dict[str, Any] = json.loads((folder / "made.json").read_text("utf-8"))
    else:
        made = prepare_site(environ, *prepare)
    log = folder / "server.log"
    with log.open("wb") as stream:
        server = subprocess.Popen(
            [sys.executable, "-m", "lms", "serve", "--port", str(port), "--content-port", str(files_port)],
            cwd=ROOT,
            env=environ,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )
    try:
        wait_until_up(
            server, log, f"http://127.0.0.1:{port}/readyz", f"http://127.0.0.1:{files_port}/healthz"
        )
        yield Site(environ["BASE_URL"], environ["CONTENT_URL"], environ, log, made)
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def prepare_site(environ: dict[str, str], *prepare: str) -> dict[str, Any]:
    """Give an installation its tables and what `live_site` is asked for; return what the seed tells."""
    run_module("lms", "db", "upgrade", environ=environ)
    if prepare == ("demo",):
        run_module("lms", "demo", environ=environ)
    elif prepare:
        told: dict[str, Any] = json.loads(
            run_module("tests.browser.seed", *prepare, environ=environ).splitlines()[-1]
        )
        return told
    return {}


def folder_with_cast(beside: Path) -> Path:
    """Return a folder of SQLite with the cast in it, which many sites begin with: made once, then copied."""
    folder = beside / "with-cast"
    if not folder.exists():
        making = beside / "with-cast-in-making"
        making.mkdir()
        made = prepare_site(site_environ(making, 1, 1), "cast")
        (making / "made.json").write_text(json.dumps(made), "utf-8")
        making.rename(folder)
    return folder


def wait_until_up(server: subprocess.Popen[bytes], log: Path, *urls: str) -> None:
    """Wait until every address answers at all; show the log when the server ends or is too slow."""
    deadline = time.monotonic() + PATIENCE_S
    for url in urls:
        while not answers(url):
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"no answer from {url}:\n{log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.05)


def answers(url: str) -> bool:
    """Tell whether something speaks HTTP at `url`."""
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
