"""`lms serve`: pages, file server and worker under one parent, for installations of one machine.

The parent is gunicorn; the file server and the worker are children that end with it. On Windows waitress serves.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import structlog
from flask import Flask

from lms.core.config import Settings
from lms.core.db import db

log = structlog.get_logger("serve")
PR_SET_PDEATHSIG = 1


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


@contextmanager
def _children(settings: Settings, host: str, content_port: int, worker: bool) -> Iterator[None]:
    environ = child_environ(settings)
    files = (
        *("content_store", "--storage", settings.storage_url, "serve-files"),
        *("--host", host, "--port", str(content_port)),
        *("--base-url", settings.base_url, "--secret-file", str(_shared_secret(settings))),
    )
    running = [_start(files, environ)]
    if worker:
        running.append(_start(("lms", "worker"), environ))
    try:
        yield
    finally:
        for child in running:
            child.terminate()
        for child in running:
            with suppress(subprocess.TimeoutExpired):
                child.wait(timeout=20)


def serve_site(
    app: Flask, host: str, port: int, content_port: int, *, workers: int, threads: int, worker: bool
) -> None:
    """Serve until SIGTERM or SIGINT; requests in hand are finished (graceful stop, 20 s at most)."""
    settings: Settings = app.extensions["settings"]
    with _children(settings, host, content_port, worker):
        log.info("serve.started", url=f"http://{host}:{port}", workers=workers, threads=threads)
        if sys.platform == "win32":
            _serve_waitress(app, host, port, threads)
        else:
            _serve_gunicorn(app, f"{host}:{port}", workers, threads)


def _serve_gunicorn(app: Flask, bind: str, workers: int, threads: int) -> None:
    from gunicorn.app.base import BaseApplication  # POSIX only, hence here

    class Site(BaseApplication):  # type: ignore[misc]
        """Gunicorn around the application that this process has already built."""

        def load_config(self) -> None:
            """Set what we serve with; nothing is read from files or the command line."""
            values: dict[str, Any] = {
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
                "post_fork": _after_fork,
                "control_socket_disable": True,
            }
            for name, value in values.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Flask:
            """Return the application."""
            return app

    def _after_fork(_arbiter: object, _worker: object) -> None:
        with app.app_context():
            db.engine.dispose(close=False)  # connections must not be shared with the parent

    Site().run()


def _serve_waitress(app: Flask, host: str, port: int, threads: int) -> None:
    import waitress  # Windows only, hence here

    waitress.serve(app, host=host, port=port, threads=threads)
