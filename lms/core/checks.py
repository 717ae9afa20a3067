"""`lms check`: what is wrong with a deployment, in plain words. Rooms add checks of their own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from lms.core.assets import load_manifest
from lms.core.clock import now
from lms.core.config import Settings
from lms.core.db import db, is_sqlite
from lms.core.migrate import missing_migrations

MOST_IN_WHOOSH = 20_000
MOST_APART_S = 30


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence that says what is wrong and what to do."""

    text: str
    must_mend: bool = True


Check = Callable[[Flask], Iterable[Finding]]
_checks: list[Check] = []


def deployment_check(check: Check) -> Check:
    """Register a check that yields findings."""
    _checks.append(check)
    return check


def check_deployment(app: Flask) -> list[Finding]:
    """Run every check and return what was found."""
    return [finding for check in _checks for finding in check(app)]


def _settings(app: Flask) -> Settings:
    found: Settings = app.extensions["settings"]
    return found


@deployment_check
def check_addresses(app: Flask) -> Iterable[Finding]:
    """Addresses must be absolute, encrypted in public, and of two origins."""
    settings = _settings(app)
    base, content = urlsplit(settings.base_url), urlsplit(settings.content_url)
    for name, parts in (("BASE_URL", base), ("CONTENT_URL", content)):
        if not parts.scheme or not parts.netloc:
            yield Finding(f"{name} must be a full address such as https://learn.example.vn.")
    local = base.hostname in {"localhost", "127.0.0.1", "::1"}
    if base.scheme != "https" and not local:
        yield Finding("BASE_URL is not https: passwords would travel in the open. Put a TLS proxy in front.")
    if (base.scheme, base.netloc) == (content.scheme, content.netloc):
        yield Finding(
            "CONTENT_URL must be another origin than BASE_URL: uploads must not share the site's cookies."
        )
    if not local and settings.trusted_proxies == 0:
        yield Finding(
            "TRUSTED_PROXIES is 0: behind a proxy every visitor would look like one.", must_mend=False
        )


@deployment_check
def check_secrets(app: Flask) -> Iterable[Finding]:
    """A short key can be guessed; development mode shows inner things."""
    settings = _settings(app)
    if len(settings.secret_key) < 32:
        yield Finding("SECRET_KEY is shorter than 32 signs: choose a long random one.")
    if settings.development:
        yield Finding("DEVELOPMENT is on: switch it off for real use.", must_mend=False)
    if settings.mail_url.startswith("console"):
        yield Finding("MAIL_URL is console: letters are only printed, nobody gets them.", must_mend=False)


@deployment_check
def check_nodes(app: Flask) -> Iterable[Finding]:
    """With PostgreSQL there may be several machines: nothing may live on one of them."""
    settings = _settings(app)
    if not settings.database_url.startswith("postgresql"):
        return
    if settings.search_url.startswith(("whoosh", "tantivy")):
        yield Finding(
            "SEARCH_URL is a folder of this machine, but the database is shared: the other machines would find "
            "nothing. Leave it empty, so that PostgreSQL searches."
        )
    for name, is_local, sentence in (
        (
            "CACHE_URL",
            settings.cache_url.startswith("memory"),
            "each process counts tries at signing in by itself; set it to Redis (redis://...).",
        ),
        (
            "QUEUE_URL",
            settings.queue_url.startswith("sqlite"),
            "workers of other machines are not woken and look only every few seconds; set it to Redis or PostgreSQL.",
        ),
        (
            "STORAGE_URL",
            settings.storage_url.startswith("file"),
            "files lie on this machine; with several set it to s3://..., or mount one shared folder on all.",
        ),
        (
            "SECRET_KEY",
            _is_kept_key(settings),
            "this machine made its own; with several give all the same, or nobody stays signed in.",
        ),
    ):
        if is_local:
            yield Finding(f"{name}: {sentence}", must_mend=False)


def _is_kept_key(settings: Settings) -> bool:
    kept = Path(settings.data_dir) / "secret_key"
    return kept.is_file() and kept.read_text().strip() == settings.secret_key


@deployment_check
def check_clock(app: Flask) -> Iterable[Finding]:
    """Nodes and the database must agree on the time: leases, due dates and signed links depend on it."""
    if is_sqlite():
        return
    try:
        theirs = db.session.scalar(select(func.clock_timestamp()))
        db.session.rollback()
    except SQLAlchemyError:
        return  # said by the check of the database
    apart = abs((now() - theirs).total_seconds()) if theirs is not None else 0.0
    if apart > MOST_APART_S:
        yield Finding(
            f"The clocks of this machine and of the database are {apart:.0f} s apart: set up NTP on both."
        )


@deployment_check
def check_database(app: Flask) -> Iterable[Finding]:
    """The database must answer and be up to date."""
    try:
        missing = missing_migrations(db.engine)
    except SQLAlchemyError as error:
        yield Finding(f"The database does not answer ({type(error).__name__}): check DATABASE_URL.")
        return
    if missing:
        yield Finding("The database is older than this version: run `lms db upgrade`.")


@deployment_check
def check_engines(app: Flask) -> Iterable[Finding]:
    """Files and search must answer."""
    problem = app.extensions["blobs"].check()
    if problem:
        yield Finding(f"STORAGE_URL: {problem}")
    for name, command in (("item_index", "lms library rebuild"), ("page_index", "lms search rebuild")):
        problem = app.extensions[name].check()
        if problem:
            yield Finding(f"SEARCH_URL: {problem} The command for it: `{command}`.")
        elif (held := _too_many_for_whoosh(app, name)) is not None:
            yield Finding(
                f"SEARCH_URL: the index holds {held} documents, and Whoosh answers slowly beyond {MOST_IN_WHOOSH}. "
                "Move to tantivy:///folder (one machine; pip install tantivy) or to PostgreSQL, then run "
                "`lms library rebuild` and `lms search rebuild`.",
                must_mend=False,
            )


def _too_many_for_whoosh(app: Flask, name: str) -> int | None:
    """How many documents there are, where it is time to change the engine."""
    if not _settings(app).search_url.startswith("whoosh"):
        return None
    held: int = app.extensions[name].count()
    return held if held > MOST_IN_WHOOSH else None


@deployment_check
def check_machine(app: Flask) -> Iterable[Finding]:
    """Room on the disk, built assets, helpful programs."""
    folder = Path(_settings(app).data_dir)
    free_gb = shutil.disk_usage(folder).free / 1e9
    if free_gb < 1:
        yield Finding(f"Only {free_gb:.1f} GB are free where the data stands ({folder}).")
    if not load_manifest():
        yield Finding("Front-end files are missing: run `make assets` (a wheel carries them).")
    if shutil.which("ffmpeg") is None:
        yield Finding("ffmpeg is not installed: videos get no poster picture.", must_mend=False)
