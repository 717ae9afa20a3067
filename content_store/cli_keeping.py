"""The commands that keep a library whole: verify, rebuild, upgrade, copy, gc."""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

from content_store.blobs import open_blobs
from content_store.clearing import clear_orphans
from content_store.cli_telling import DAMAGED, DONE, engines_of
from content_store.copying import copy_blobs
from content_store.engines import connect, open_store
from content_store.schema import upgrade_tables
from content_store.store import DEFAULT_GRACE
from content_store.verifying import Choice, choose_blobs, look_again

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_keeping(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Their names and options."""
    verify = commands.add_parser("verify", help="read every stored file and report damage")
    verify.add_argument(
        "--sample", metavar="N|N%", help="read only so many, or such a share, picked at random"
    )
    verify.add_argument("--newest", type=int, help="read only, or also, so many of the newest")
    verify.set_defaults(handler=verify_files)
    rebuild = commands.add_parser("rebuild", help="build the search index anew, out of the rows")
    rebuild.set_defaults(handler=rebuild_index)
    upgrade = commands.add_parser("upgrade", help="bring the tables of an older release up to this one")
    upgrade.set_defaults(handler=upgrade_database)
    _copy_options(commands.add_parser("copy", help="copy every stored file to another storage"))
    _clear_options(commands.add_parser("gc", help="remove stored files that no version needs"))


def _copy_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="URL", help="file:///folder or s3://bucket")
    parser.add_argument("--dry-run", action="store_true", help="only say what is missing there")
    parser.add_argument("--verify", action="store_true", help="also read what is there, and put it right")
    parser.set_defaults(handler=copy_files)


def _clear_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="only say what would be removed")
    parser.add_argument("--grace-days", type=int, default=DEFAULT_GRACE.days, help="(default %(default)s)")
    parser.add_argument("--verify-all", action="store_true", help="read every file first, not a sample")
    parser.set_defaults(handler=clear_files)


def upgrade_database(arguments: argparse.Namespace) -> int:
    """Run the migrations that the database lacks. What is in it stays; another run changes nothing."""
    engine = connect(arguments.database)
    try:
        done = upgrade_tables(engine)
    finally:
        engine.dispose()
    for name in done:
        print(name)
    print(f"{len(done)} changes; the tables are of this release")
    return DONE


def rebuild_index(arguments: argparse.Namespace) -> int:
    """Build the whole index anew, aside, and swap; searches go on meanwhile."""
    with open_store(engines_of(arguments)) as store:
        rebuilt = store.rebuild_index()
        store.session.rollback()
        store.settle_rebuilt(rebuilt)
    print(f"{rebuilt.count} documents are in the index")
    return DONE


def verify_files(arguments: argparse.Namespace) -> int:
    """Compare stored bytes with their names; exit code 1 if any differ."""
    count = 0
    with open_store(engines_of(arguments)) as store:
        names = choose_blobs(store.session, Choice.read(arguments.sample, arguments.newest))
        found = (look_again(store.session, store.blobs, [name])[0] for name in names)
        for damage in found:
            if isinstance(damage, str):
                continue
            count += 1
            used = f" Used by {', '.join(damage.pins)}." if damage.pins else ""
            print(f"{damage.code} {damage.sha256}: {damage.sentence}{used}", file=sys.stderr)
    print(f"{count} damaged" if count else "every stored file is as it was stored")
    return DAMAGED if count else DONE


def copy_files(arguments: argparse.Namespace) -> int:
    """Copy what the other storage has not; safe to kill and to repeat. Exit code 1 if anything could not be copied."""
    counts = dict.fromkeys(("there", "missing", "copied", "damaged", "gone"), 0)
    source, target = open_blobs(arguments.storage), open_blobs(arguments.target)
    for one in copy_blobs(source, target, dry_run=arguments.dry_run, verify=arguments.verify):
        counts[one.outcome] += 1
        if one.outcome in ("damaged", "gone"):
            print(f"{one.outcome} {one.name}", file=sys.stderr)
    print("\t".join(f"{outcome} {count}" for outcome, count in counts.items()))
    return DAMAGED if counts["damaged"] or counts["gone"] else DONE


def clear_files(arguments: argparse.Namespace) -> int:
    """Remove what no version needs, after a look at what is stored; versions themselves are never removed."""
    count = size = 0
    with open_store(engines_of(arguments)) as store:
        for cleared in clear_orphans(
            store.session,
            store.blobs,
            grace=timedelta(days=arguments.grace_days),
            dry_run=arguments.dry_run,
            sample=None if arguments.verify_all else 200,
        ):
            count, size = count + 1, size + cleared.size
            print(f"{'would remove' if arguments.dry_run else 'removed'} {cleared.sha256} {cleared.size}")
    print(f"{count} files, {size} bytes {'would be removed' if arguments.dry_run else 'removed'}")
    return DONE
