"""Commands of the ground floor: database, serving, working, checking."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from lms.core.checks import check_deployment
from lms.core.db import db, write
from lms.core.events import announce
from lms.core.jobs import release_leases, run_due_jobs
from lms.core.migrate import DatabaseRestored, DatabaseUpgraded, upgrade_database
from lms.core.serving import PARTS, serve_files_only, serve_site
from lms.core.worker import run_worker


@click.group("db", help="The database.")
def database() -> None:
    """Group of database commands."""


@database.command("upgrade", help="Bring the tables to the shape this version needs.")
@with_appcontext
def upgrade() -> None:
    """Run the missing migrations."""
    upgrade_database(db.engine)
    with write():
        announce(DatabaseUpgraded())
    click.echo("The database is up to date.")


@database.command("recover", help="After restoring a backup: tables, jobs and search indexes agree again.")
@with_appcontext
def recover() -> None:
    """Bring everything that is derived from the rows back to them. Safe to repeat."""
    upgrade_database(db.engine)
    with write():
        release_leases()
        announce(DatabaseUpgraded())
        announce(DatabaseRestored())
    click.echo("The database is up to date; the worker builds the search indexes anew.")


@click.command("serve", help="Serve the site, the file server and a worker until stopped.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port of the pages.")
@click.option("--content-port", default=8001, show_default=True, help="Port of the file server.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1), help="Web processes.")
@click.option("--threads", default=8, show_default=True, help="Threads of each web process.")
@click.option("--no-worker", is_flag=True, help="Do not start a background worker.")
@click.option(
    "--only", default="all", type=click.Choice(PARTS), help="Run one part alone: for several machines."
)
@with_appcontext
def serve(
    host: str, port: int, content_port: int, workers: int, threads: int, no_worker: bool, only: str
) -> None:
    """Serve everything from one terminal, or one part of it."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if only == "worker":
        run_worker(app)
    elif only == "files":
        serve_files_only(app, host, content_port)
    else:
        alone = only == "web"
        serve_site(
            app,
            host,
            port,
            content_port,
            workers=workers,
            threads=threads,
            worker=not alone and not no_worker,
            files=not alone,
        )


@click.command("worker", help="Run background jobs until stopped.")
@click.option("--threads", default=2, show_default=True, help="Jobs at the same time.")
@with_appcontext
def worker(threads: int) -> None:
    """Work in this terminal."""
    run_worker(current_app._get_current_object(), threads)  # type: ignore[attr-defined]


@click.group("jobs", help="Background jobs.")
def jobs() -> None:
    """Group of job commands."""


@jobs.command("run", help="Run everything that is due, then stop.")
@with_appcontext
def run_jobs() -> None:
    """Run due jobs in this process."""
    click.echo(f"{run_due_jobs()} jobs done.")


@click.command("check", help="Say in plain words what is wrong with this deployment.")
@with_appcontext
def check() -> None:
    """Print one line for each finding; exit 1 when something must be mended."""
    findings = check_deployment(current_app)
    for finding in findings:
        click.echo(f"{'MEND' if finding.must_mend else 'NOTE'}  {finding.text}")
    if not findings:
        click.echo("Everything looks right.")
    if any(finding.must_mend for finding in findings):
        raise SystemExit(1)


ALL: tuple[click.Command, ...] = (database, serve, worker, jobs, check)
