"""`lms serve`: pages, file server and worker under one parent, for installations of one machine.

The parent is gunicorn; the file server and the worker are children that end with it and are started again when they
die. On several machines each part runs alone (`lms serve --only web`). On Windows waitress serves.
"""

from __future__ import annotations

import ctypes
import gc
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from flask import Flask

from lms.core.config import Settings
from lms.core.db import db
from lms.core.logs import share_figures

log = structlog.get_logger("serve")
PR_SET_PDEATHSIG = 1
PARTS = ("all", "web", "files", "worker")
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
SETTLED_S = 60.0


def _end_with_parent() -> None:
    """Ask Linux to stop this child when its parent dies, even by `kill -9`."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _start(arguments: Sequence[str], environ: dict[str, str]) -> subprocess.Popen[bytes]:
    before: Callable[[], None] | None = _end_with_parent if sys.platform == "linux" else None
    return subprocess.Popen([sys.executable, "-m", *arguments], env=environ, preexec_fn=before)


def child_environ(settings: Settings) -> dict[str, str]:
    """Return the environment of the children: this process's own, completed by the settings that were derived."""
    derived = {
        "DATA_DIR": settings.data_dir,
        "DATABASE_URL": settings.database_url,
        "STORAGE_URL": settings.storage_url,
        "SEARCH_URL": settings.search_url,
        "QUEUE_URL": settings.queue_url,
        "BASE_URL": settings.base_url,
        "CONTENT_URL": settings.content_url,
        "SECRET_KEY": settings.secret_key,
    }
    return {**os.environ, **derived}


def _shared_secret(settings: Settings) -> Path:
    """Keep the key of file links where the file server reads it: never on a command line, which all may see."""
    path = Path(settings.data_dir) / "file_links_key"
    part = path.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_text(settings.secret_key)
    part.replace(path)
    return path


@dataclass
class Child:
    """A process that is to run as long as the parent does. One that dies at once is given longer and longer pauses."""

    name: str
    arguments: Sequence[str]
    environ: dict[str, str]
    pause_s: float = FIRST_PAUSE_S
    began: float = 0.0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def keep_running(self) -> None:
        """Start it, or start it again when it has ended and its pause is over."""
        moment = time.monotonic()
        if self.process is not None:
            if self.process.poll() is None or moment < self.began + self.pause_s:
                return
            calm = moment - self.began >= SETTLED_S
            self.pause_s = FIRST_PAUSE_S if calm else min(self.pause_s * 2, LONGEST_PAUSE_S)
            log.warning("serve.child_died", child=self.name, again_after_s=self.pause_s)
        self.began = moment
        self.process = _start(self.arguments, self.environ)

    def end(self) -> None:
        """Ask it to finish."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self) -> None:
        """Wait for its end, 20 s at most."""
        if self.process is not None:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=20)


def _file_server(settings: Settings, host: str, port: int) -> tuple[str, ...]:
    return (
        *("content_store", "--storage", settings.storage_url, "serve-files"),
        *("--host", host, "--port", str(port)),
        *("--base-url", settings.base_url, "--secret-file", str(_shared_secret(settings))),
    )


@contextmanager
def _running(children: Sequence[Child]) -> Iterator[None]:
    parent = os.getpid()
    for child in children:
        child.keep_running()
    try:
        yield
    finally:
        if os.getpid() == parent:  # a web process that ends is no reason to end the others
            for child in children:
                child.end()
            for child in children:
                child.wait()


def serve_files_only(app: Flask, host: str, port: int) -> None:
    """Become the file server: nothing of the site stays in memory."""
    settings: Settings = app.extensions["settings"]
    arguments = [sys.executable, "-m", *_file_server(settings, host, port)]
    if sys.platform == "win32":
        raise SystemExit(subprocess.call(arguments, env=child_environ(settings)))
    os.execve(sys.executable, arguments, child_environ(settings))


def serve_site(
    app: Flask,
    host: str,
    port: int,
    content_port: int,
    *,
    workers: int,
    threads: int,
    worker: bool = True,
    files: bool = True,
) -> None:
    """Serve until SIGTERM or SIGINT; requests in hand are finished (graceful stop, 20 s at most)."""
    settings: Settings = app.extensions["settings"]
    environ = child_environ(settings)
    children = []
    if files:
        children.append(Child("files", _file_server(settings, host, content_port), environ))
    if worker:
        children.append(Child("worker", ("lms", "worker"), environ))
    with _running(children):
        log.info("serve.started", url=f"http://{host}:{port}", workers=workers, threads=threads)
        if sys.platform == "win32":
            _serve_waitress(app, host, port, threads, children)
        else:
            _serve_gunicorn(app, f"{host}:{port}", workers, threads, children)


def _figures_folder(app: Flask, bind: str) -> Path:
    """Return an empty folder in which the web processes of this parent keep their figures for `/metrics`."""
    settings: Settings = app.extensions["settings"]
    folder = Path(settings.data_dir) / f"figures-{bind.rpartition(':')[2]}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _settle_memory() -> None:
    """Take what is loaded out of the collector's sight before the fork, so that the processes go on sharing it.

    A page makes some thousand short-lived objects: looking for cycles after every 700 of them found nothing and cost
    a twentieth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _gunicorn_values(
    bind: str, workers: int, threads: int, after_fork: Callable[..., None]
) -> dict[str, Any]:
    return {
        "bind": bind,
        "workers": workers,
        "threads": threads,
        "worker_class": "gthread",
        "preload_app": True,
        "graceful_timeout": 20,
        "timeout": 120,
        "keepalive": 15,
        "max_requests": 0,
        "accesslog": None,
        "post_fork": after_fork,
        "control_socket_disable": True,
    }


def _serve_gunicorn(app: Flask, bind: str, workers: int, threads: int, children: Sequence[Child]) -> None:
    from gunicorn.app.base import BaseApplication  # POSIX only, hence here
    from gunicorn.arbiter import Arbiter

    figures = _figures_folder(app, bind) if workers > 1 else None
    _settle_memory()

    def after_fork(_arbiter: object, _worker: object) -> None:
        if figures is not None:
            share_figures(figures)
        with app.app_context():
            db.engine.dispose(close=False)  # connections must not be shared with the parent

    class Parent(Arbiter):  # type: ignore[misc]
        """Gunicorn's parent, which also looks after the file server and the worker."""

        def manage_workers(self) -> None:
            """Called once a second, and whenever a child has ended."""
            super().manage_workers()
            for child in children:
                child.keep_running()

    class Site(BaseApplication):  # type: ignore[misc]
        """Gunicorn around the application that this process has already built; nothing is read from files."""

        def load_config(self) -> None:
            """Set what we serve with."""
            for name, value in _gunicorn_values(bind, workers, threads, after_fork).items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Flask:
            """Return the application."""
            return app

        def run(self) -> None:
            """Run under our parent instead of gunicorn's own."""
            Parent(self).run()

    Site().run()


def _serve_waitress(app: Flask, host: str, port: int, threads: int, children: Sequence[Child]) -> None:
    import waitress  # Windows only, hence here

    def look_after() -> None:
        while True:
            time.sleep(1)
            for child in children:
                child.keep_running()

    threading.Thread(target=look_after, name="children", daemon=True).start()
    waitress.serve(app, host=host, port=port, threads=threads)
