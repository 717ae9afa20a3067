"""`lms storage`: from one storage to another, and how much room materials take."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import click
from flask.cli import with_appcontext

from content_store import accounting
from content_store.blobs import Blobs, open_blobs
from content_store.clearing import clear_orphans
from content_store.copying import Copied, copy_blobs, copy_parts
from content_store.errors import StoreError
from content_store.store import DEFAULT_GRACE
from lms.core.actor import SYSTEM
from lms.core.db import db
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.i18n import _, current_locale
from lms.core.web import settings
from lms.library.door import open_store
from lms.library.storage.report import Report, make_report
from lms.library.taxonomy import facet_label
from lms.orgs.queries import find_org

CURRENT = "current"
SAID_EVERY_S = 2.0
FAULTS = ("damaged", "gone")
LOOKED_AT = 200  # files that are read again before anything is removed


@click.group("storage", help="Where files are kept.")
def cli() -> None:
    """Root of the commands."""


@cli.command("copy")
@click.argument("source")
@click.argument("target")
@click.option("--dry-run", is_flag=True, help="Only say what is missing in TARGET.")
@click.option(
    "--verify", is_flag=True, help="Also read what is in TARGET already, and put damaged files right."
)
@with_appcontext
def copy(source: str, target: str, dry_run: bool, verify: bool) -> None:
    """Copy every file from SOURCE to TARGET (storage URLs; `current` is the site's own).

    Safe to kill and to repeat: only what is missing is copied, and each file is compared with its name on the way.
    """
    found, wanted = _open(source), _open(target)
    if problem := (found.check() or wanted.check()):
        raise Conflict(problem)
    told = _Told(dry_run)
    try:
        for one in copy_blobs(found, wanted, dry_run=dry_run, verify=verify):
            told.note(one)
        for one in copy_parts(found, wanted, dry_run=dry_run):
            told.note(one)
    except StoreError as error:
        told.say()
        raise Conflict(
            _("The storage does not answer. Run the same command again; it goes on there.")
        ) from error
    told.say()
    if any(told.counts[outcome] for outcome in FAULTS):
        raise Conflict(_("Some files are damaged. Restore them from a backup."))


def _open(url: str) -> Blobs:
    wanted = settings().storage_url if url == CURRENT else url
    if not urlsplit(wanted).scheme:
        raise Invalid({}, _("Give a storage as file:///folder or s3://bucket, or say current."))
    try:
        return open_blobs(wanted)
    except StoreError as error:
        raise Invalid({}, error.message) from error


class _Told:
    """What has been done, said every few seconds and at the end."""

    def __init__(self, is_dry: bool) -> None:
        self.counts: Counter[str] = Counter()
        self.bytes = 0
        self._is_dry = is_dry
        self._said_at = time.monotonic()

    def note(self, one: Copied) -> None:
        """Count one file; name it when something is wrong with it."""
        self.counts[one.outcome] += 1
        self.bytes += one.size if one.outcome in {"copied", "missing"} else 0
        if one.outcome in FAULTS:
            click.echo(f"{one.outcome}  {one.name}", err=True)
        if time.monotonic() - self._said_at >= SAID_EVERY_S:
            self._said_at = time.monotonic()
            self.say(aside=True)

    def say(self, *, aside: bool = False) -> None:
        """Print one line of counts."""
        names = ("there", "missing" if self._is_dry else "copied", *FAULTS)
        line = "\t".join(f"{name} {self.counts[name]}" for name in names)
        click.echo(f"{line}\tbytes {self.bytes}", err=aside)


@cli.command("gc")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@click.option(
    "--grace-days",
    type=click.IntRange(1),
    default=DEFAULT_GRACE.days,
    show_default=True,
    help="What came in later than so many days ago stays.",
)
@click.option("--verify-all", is_flag=True, help="Read every file first, not a sample.")
@with_appcontext
def clear(dry_run: bool, grace_days: int, verify_all: bool) -> None:
    """Remove stored files that no version needs, such as those of uploads that were broken off.

    The site goes on meanwhile. Versions are never removed, and so nothing that somebody put in is.
    """
    count = size = 0
    try:
        for cleared in clear_orphans(
            db.session(),
            open_store().blobs,
            grace=timedelta(days=grace_days),
            dry_run=dry_run,
            sample=None if verify_all else LOOKED_AT,
        ):
            count, size = count + 1, size + cleared.size
            click.echo(f"{cleared.sha256}  {cleared.size}")
    except StoreError as error:
        raise Conflict(
            _("Stored files are missing or damaged. Run `lms library verify`, bring them back, then clear.")
        ) from error
    said = (
        _("Would be removed: %(count)s files, %(size)s bytes.")
        if dry_run
        else _("Removed: %(count)s files, %(size)s bytes.")
    )
    click.echo(said % {"count": count, "size": size})


@cli.command("report")
@click.option("--org", "code", help="Code of a unit; without it, the whole site.")
@with_appcontext
def report(code: str | None) -> None:
    """Say how much room materials take, by unit and by type: materials, different files, bytes."""
    org = find_org(code) if code else None
    if code and org is None:
        raise NotFound(_("No unit has this code. Check it with `lms orgs list`."))
    rows = list(_rows(make_report(SYSTEM, org)))
    if org is None:
        files, size = accounting.count_stored(db.session())
        rows.append((_("Stored in all"), "", files, size))
    for line in _in_columns(rows):
        click.echo(line)


def _rows(found: Report) -> Iterator[tuple[str, object, object, object]]:
    whole = found.whole
    yield _("Place or type"), _("Materials"), _("Different files"), _("Bytes")
    for row in found.rows:
        yield row.org.name, row.items, row.files, row.size
    for share in found.types:
        yield facet_label("type", share.key or "", current_locale()), share.items, share.files, share.size
    yield _("Together, each file once"), whole.items, whole.files, whole.size
    yield _("Of these kept by several units"), "", whole.shared_files, whole.shared_size
    yield _("Small pictures of them"), "", "", whole.pictures


def _in_columns(rows: list[tuple[str, object, object, object]]) -> Iterator[str]:
    """Lines whose numbers stand below each other, with tabs between for programs."""
    widths = [max(len(str(row[at])) for row in rows) for at in range(4)]
    for name, *numbers in rows:
        cells = (str(number).rjust(width) for number, width in zip(numbers, widths[1:], strict=True))
        yield "\t".join([name.ljust(widths[0]), *cells])
