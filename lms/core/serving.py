"""`lms serve`: pages, file server and worker under one parent, for installations of one machine.

The parent is gunicorn; the file server and the worker are children (`lms.core.children`) that end with it and are
started again when they die. On several machines each part runs alone (`lms serve --only web`). On Windows waitress
serves.
"""

from __future__ import annotations

import gc
import os
import runpy
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from flask import Flask

from lms.core.children import Child, ended_together, name_process
from lms.core.config import Settings
from lms.core.db import db
from lms.core.heaps import give_back, keep_few_heaps
from lms.core.logs import share_figures
from lms.core.worker import run_worker

log = structlog.get_logger("serve")
PARTS = ("all", "web", "files", "worker")


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


def _file_server(settings: Settings, host: str, port: int) -> tuple[str, ...]:
    return (
        *("content_store", "--storage", settings.storage_url, "serve-files"),
        *("--host", host, "--port", str(port)),
        *("--base-url", settings.base_url, "--secret-file", str(_shared_secret(settings))),
    )


def _serve_files(arguments: Sequence[str]) -> None:
    """Do in this forked process what `python -m content_store ...` does in one of its own."""
    sys.argv = list(arguments)
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)


def _work(app: Flask, arguments: Sequence[str], environ: dict[str, str]) -> None:
    """Run background jobs in this forked process; told by SIGHUP to begin anew, it becomes a program of its own."""
    sys.argv = ["-m", *arguments]  # what huey then executes: never the parent's own command
    os.environ.update(environ)
    _leave_connections(app)
    run_worker(app)


def _leave_connections(app: Flask) -> None:
    """Leave the connections of the parent to the parent, after a fork."""
    with app.app_context():
        db.engine.dispose(close=False)


def _children(app: Flask, host: str, content_port: int, *, worker: bool, files: bool) -> list[Child]:
    settings: Settings = app.extensions["settings"]
    environ = child_environ(settings)
    children = []
    if files:
        arguments = _file_server(settings, host, content_port)
        children.append(Child("files", partial(_serve_files, arguments), arguments, environ))
    if worker:
        command = ("lms", "worker")
        children.append(Child("worker", partial(_work, app, command, environ), command, environ))
    return children


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
    children = _children(app, host, content_port, worker=worker, files=files)
    with ended_together(children):
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
    keep_few_heaps()
    give_back()


def _gunicorn_values(
    bind: str, workers: int, threads: int, after_fork: Callable[..., None]
) -> dict[str, Any]:
    return {
        "bind": bind,
        "workers": workers,
        "threads": threads,
        "worker_class": "lms.core.web_process.FairWorker",
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
        name_process("lms web")
        _leave_connections(app)

    class Parent(Arbiter):  # type: ignore[misc]
        """Gunicorn's parent, which also looks after the file server and the worker."""

        def manage_workers(self) -> None:
            """Called once a second, and whenever a child has ended."""
            super().manage_workers()
            for child in children:
                child.keep_running(self.let_go)

        def let_go(self) -> None:
            """Close, in a forked child, what belongs to the pages: a port that it kept open could not be taken again."""
            for listener in self.LISTENERS:
                listener.close()
            for web in self.WORKERS.values():
                web.tmp.close()

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
            for child in children:
                child.keep_running()
            time.sleep(1)

    threading.Thread(target=look_after, name="children", daemon=True).start()
    waitress.serve(app, host=host, port=port, threads=threads)
