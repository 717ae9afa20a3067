"""Killing a PostgreSQL server whole (`kill -9` of all its processes) and starting it again on what is on its disk."""

from __future__ import annotations

import contextlib
import os
import pwd
import shlex
import subprocess
import time
from pathlib import Path

import psutil
import psycopg
from sqlalchemy.engine import make_url

# As an installation has it: what is acknowledged is in the log. (The tests' own servers trade that for speed.)
DURABLE = {"synchronous_commit": "on", "fsync": "on", "shared_buffers": "32MB", "max_connections": "60"}
PATIENCE_S = 60.0


class Postgres:
    """A running server, found by its port."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._port = make_url(url).port
        self._parent = self._find()
        self._command = self._parent.cmdline()

    def _find(self) -> psutil.Process:
        for process in psutil.process_iter(["cmdline"]):
            words = process.info["cmdline"] or []
            if any("postgres" in word for word in words[:1]) and f"port={self._port}" in words:
                return process
        raise LookupError(f"no PostgreSQL on port {self._port}")

    def kill(self) -> None:
        """End all of its processes at once, as a power cut does."""
        family = [self._parent, *self._parent.children(recursive=True)]
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(family, timeout=10)

    def start(self) -> None:
        """Start it again; it recovers from its log by itself."""
        account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        program, _flag, data, *options = self._command
        starter = [str(Path(program).with_name("pg_ctl")), "-D", data, "-l", f"{data}/server.log", "-w"]
        subprocess.run(
            [*starter, "-o", shlex.join(options), "start"],
            check=True,
            user=account.pw_name if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + PATIENCE_S
        while not self._answers():
            if time.monotonic() > end:
                raise RuntimeError("PostgreSQL did not come back")
            time.sleep(0.1)
        self._parent = self._find()

    def _answers(self) -> bool:
        plain = make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)
        try:
            with psycopg.connect(plain, connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False
