"""A library of learning materials by itself: put in, find, show, keep whole and serve what teachers share.

Each command opens the three engines by URL, commits once, and prints what a person needs next. Errors
go to standard error; exit codes are 0 done, 1 damage found, 2 wrong usage, 3 refused.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from content_store import rights, taxonomy
from content_store.cli_keeping import add_keeping
from content_store.cli_telling import DONE, REFUSED, Outcome, Progress, engines_of, printable
from content_store.engines import open_store, stamp_all
from content_store.errors import StoreError
from content_store.importing import (
    check_rows,
    list_known,
    open_import,
    prepare_rows,
    take_together,
    write_or_refuse,
)
from content_store.importing_checks import check_files, list_left_over
from content_store.models import Version
from content_store.near import find_same_file
from content_store.search import Fragment, Query, SearchBusy, SearchUnavailable
from content_store.store import ContentStore, Metadata, NewFile
from content_store.system_files import is_system_file

SERVERS = ("serve", "serve-files")


def main(
    argv: Sequence[str] | None = None, *, serve: Callable[[argparse.Namespace], int] | None = None
) -> int:
    """Run one command and return its exit code. `serve` is given from above, where HTTP may be known."""
    arguments = build_parser().parse_args(argv)
    try:
        if arguments.command in SERVERS:
            return serve(arguments) if serve else REFUSED
        handler: Callable[[argparse.Namespace], int] = arguments.handler
        return handler(arguments)
    except StoreError as error:
        print(f"error: {error.message} [{error.code}]", file=sys.stderr)
        if isinstance(error, SearchUnavailable) and not isinstance(error, SearchBusy):
            print("The command for it: python -m content_store rebuild", file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        return DONE


def build_parser() -> argparse.ArgumentParser:
    """Every command and option."""
    parser = argparse.ArgumentParser(prog="python -m content_store", description=__doc__.splitlines()[0])
    home = Path("var/content_store").resolve()
    parser.add_argument("--database", default=f"sqlite:///{home}/store.db", help="rows (default %(default)s)")
    parser.add_argument("--storage", default=f"file://{home}/blobs", help="bytes (default %(default)s)")
    parser.add_argument("--search", default=f"whoosh://{home}/index", help="index (default %(default)s)")
    commands = parser.add_subparsers(dest="command", required=True)
    _add_options(commands.add_parser("add", help="add files, or every file of a folder"))
    _import_options(commands.add_parser("import", help="add a folder or zip, described by a table"))
    _search_options(commands.add_parser("search", help="search titles, keywords and text"))
    _get_options(commands.add_parser("get", help="show an item, or write out its file"))
    add_keeping(commands)
    _site_options(commands.add_parser("serve", help="serve the library: search page, API, OAI-PMH, files"))
    _serve_options(commands.add_parser("serve-files", help="serve files by signed links"))
    return parser


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--title", help="instead of the title the file states (one file only)")
    parser.add_argument("--language", help="vi, en ...")
    parser.add_argument("--subject", choices=list(taxonomy.SUBJECTS), metavar="ID", help="a subject id")
    parser.add_argument(
        "--grade", action="append", type=int, default=[], help="1-12, 0 for adults; repeatable"
    )
    parser.add_argument(
        "--license", choices=list(rights.LICENSES), metavar="ID", help=", ".join(rights.LICENSES)
    )
    parser.add_argument("--author", action="append", default=[], help="repeatable")
    parser.add_argument("--keyword", action="append", default=[], help="repeatable")
    parser.add_argument("--source", help="address the file came from")
    parser.add_argument("--owner", default="cli")
    parser.add_argument("--audience", action="append", default=[], help="who may find it (default public)")
    parser.add_argument("--draft", action="store_true", help="do not publish")
    parser.add_argument("--again", action="store_true", help="also what the library has already")
    parser.set_defaults(handler=add_files)


def _import_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="DIR", help="a folder, or a zip")
    parser.add_argument("--sheet", type=Path, help="CSV or XLSX; without it, metadata.csv or .xlsx in DIR")
    parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
    parser.add_argument("--owner", default="cli")
    parser.add_argument("--audience", action="append", default=[], help="who may find it (default public)")
    parser.add_argument("--draft", action="store_true", help="do not publish")
    parser.set_defaults(handler=import_files)


def _search_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", nargs="*", help="with or without accents; empty lists the newest")
    parser.add_argument("--audience", action="append", default=[], help="search as (default public)")
    parser.add_argument(
        "--filter", action="append", default=[], metavar="FACET=VALUE", help="such as type=video"
    )
    parser.add_argument("--size", type=int, default=20)
    parser.add_argument("--after", help="the cursor printed under the page before")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(handler=search_items)


def _get_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pin", help="uuid, or uuid@number")
    parser.add_argument("--output", type=Path, help="write the main file here")
    parser.add_argument("--text", action="store_true", help="print the extracted text")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(handler=get_item)


def _site_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--base-url", default="", help="how others reach it (default http://HOST:PORT)")
    parser.add_argument("--name", default="Kho học liệu", help="the library's name (default %(default)s)")
    parser.add_argument("--admin-email", default="", help="whom harvesters write to (default root@HOST)")


def _serve_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--secret-file", type=Path, default=Path("var/content_store/secret"))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--base-url", default="", help="the site whose pages may show the files")


def add_files(arguments: argparse.Namespace) -> int:
    """Add each file as an item of its own; a refused one is named and the others go on."""
    paths = list(_files(arguments.paths))
    if not paths:
        raise StoreError("There is no file there. Check the path.", code="no-file")
    if arguments.title and len(paths) > 1:
        raise StoreError("Give --title with one file only.", code="one-title")
    refused = 0
    with open_store(engines_of(arguments)) as store:
        for path in paths:
            try:
                version = _add_file(store, path, arguments)
                store.session.commit()
                print(f"{version.pin}  {version.format:<9} {version.title}")
            except (StoreError, OSError) as error:
                store.session.rollback()
                reason = error.message if isinstance(error, StoreError) else error.strerror
                print(f"refused {path}: {reason}", file=sys.stderr)
                refused += 1
        index_all(store)
    return REFUSED if refused else DONE


def index_all(store: ContentStore) -> None:
    """Bring the index up to date, and what harvesters hear; the database is free while the engine writes."""
    while (pending := store.read_pending()).row_ids:
        store.session.rollback()
        taken_in = store.index_pending(pending)
        store.session.rollback()
        store.settle_pending(taken_in)
        store.session.commit()
    store.session.rollback()
    stamp_all(store.session.get_bind().engine)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            inside = ((each.relative_to(path).as_posix(), each) for each in sorted(path.rglob("*")))
            yield from (each for name, each in inside if each.is_file() and not is_system_file(name))
        else:
            yield path


def _add_file(store: ContentStore, path: Path, arguments: argparse.Namespace) -> Version:
    with path.open("rb") as stream:
        prepared = store.prepare([NewFile(path.name, stream)])
    if not arguments.again and (same := find_same_file(store.session, prepared[0].blob.sha256)) is not None:
        raise StoreError(
            f"The library has this very file already: {same.pin}  {same.title}. Give --again to add it once more.",
            code="same-file",
        )
    metadata = _corrected(store.guess(prepared[0]), arguments)
    audiences = frozenset(arguments.audience or ["public"])
    version = store.add(owner=arguments.owner, files=prepared, metadata=metadata, audiences=audiences)
    return version if arguments.draft else store.publish(version.item.uuid)


def _corrected(guess: Metadata, arguments: argparse.Namespace) -> Metadata:
    """The guess with what the person stated put over it."""
    stated = {
        "title": arguments.title,
        "language": arguments.language,
        "subject": arguments.subject,
        "grades": tuple(arguments.grade),
        "license_id": arguments.license,
        "authors": tuple(arguments.author),
        "keywords": tuple(arguments.keyword),
        "source_url": arguments.source,
    }
    return replace(guess, **{name: value for name, value in stated.items() if value})


def import_files(arguments: argparse.Namespace) -> int:
    """Add many files at once. Safe to repeat: a row that became an item is changed or left, never doubled."""
    source, rows = open_import(arguments.path, arguments.sheet)
    faults = [*check_rows(rows, source.names()), *check_files(rows, source)]
    problems = {fault.number: [one for one in faults if one.number == fault.number] for fault in faults}
    for name in list_left_over(rows, source.names()):
        print(f"not put in, for no row names it: {printable(name)}", file=sys.stderr)
    if source.left_out:
        files = "file" if source.left_out == 1 else "files"
        print(f"{source.left_out} system {files} left out", file=sys.stderr)
    counts = dict.fromkeys(("create", "update", "same", "error"), 0)
    publish_to = None if arguments.draft else frozenset(arguments.audience or ["public"])
    outcome = Outcome()
    with open_store(engines_of(arguments)) as store:
        if arguments.dry_run:
            known = list_known(store.session, arguments.owner, rows)
            good = [row for row in rows if row.number not in problems]
            counts |= {"create": sum(row.key not in known for row in good), "error": len(problems)}
            counts["update"] = len(good) - counts["create"]
        good = [] if arguments.dry_run else [row for row in rows if row.number not in problems]
        progress = Progress(len(good), sys.stderr)
        while good:
            taken = take_together(good, source)
            good = good[len(taken) :]
            progress.begin(len(taken))
            for ready in prepare_rows(store, taken, source):
                done = write_or_refuse(store, ready, owner=arguments.owner, publish_to=publish_to)
                counts[done.deed] += 1
                outcome.add(done)
                progress.end(done.version.title if done.version else done.row.file)
                if done.problem is not None:
                    problems[done.row.number] = [done.problem]
            store.session.commit()
        counts["error"] = len(problems)
        index_all(store)
    for problem in (one for number in sorted(problems) for one in problems[number]):
        print(f"row {problem.number}: {problem.sentence} {problem.value}".rstrip(), file=sys.stderr)
    print("\t".join(f"{deed} {count}" for deed, count in counts.items()), *outcome.lines(), sep="\n")
    return REFUSED if problems else DONE


def search_items(arguments: argparse.Namespace) -> int:
    """Print what is found, best first."""
    filters: dict[str, frozenset[str]] = {}
    for pair in arguments.filter:
        facet, _, value = pair.partition("=")
        filters[facet] = filters.get(facet, frozenset()) | {value}
    query = Query(
        text=" ".join(arguments.text),
        audiences=frozenset(arguments.audience or ["public"]),
        filters=filters,
        after=arguments.after,
        size=arguments.size,
    )
    with open_store(engines_of(arguments)) as store:
        results = store.search(query)
    if arguments.json:
        hits = [{"uuid": hit.uuid, "title": _plain(hit.title), "tier": hit.tier} for hit in results.hits]
        print(json.dumps({"total": results.total, "hits": hits, "next": results.next}, ensure_ascii=False))
        return DONE
    if results.corrected:
        print(f"(searched for: {results.corrected})")
    if results.instead:
        print(f"(did you mean: {results.instead})")
    for hit in results.hits:
        print(f"{hit.uuid}  {_plain(hit.title)}")
        for passage in hit.passages:
            print(f"    {_marked(passage)}" + (f"  ({passage.place})" if passage.place else ""))
    print(f"{results.total} found" + (f"; next page: --after {results.next}" if results.next else ""))
    return DONE


def _plain(fragment: Fragment) -> str:
    return "".join(text for text, _ in fragment.parts)


def _marked(fragment: Fragment) -> str:
    marked = "".join(f"[{text}]" if matched else text for text, matched in fragment.parts)
    return " ".join(marked.split())


def get_item(arguments: argparse.Namespace) -> int:
    """Show one version, its text, or write out its file."""
    with open_store(engines_of(arguments)) as store:
        pin = arguments.pin
        version = store.get_pinned(pin) if "@" in pin else store.get_shown(pin)
        if arguments.output:
            return _write_out(store, version, arguments.output)
        if arguments.text:
            print(version.text())
        elif arguments.json:
            print(json.dumps(_described(version), ensure_ascii=False, indent=2))
        else:
            _show(version)
    return DONE


def _write_out(store: ContentStore, version: Version, output: Path) -> int:
    if version.main is None:
        raise StoreError(f"There is no file, only the address {version.source_url}.", code="no-file")
    with store.open(version.main) as source, output.open("wb") as target:
        shutil.copyfileobj(source, target, 1024 * 1024)
    print(f"{version.main.size} bytes → {output}")
    return DONE


def _described(version: Version) -> dict[str, object]:
    return {
        "pin": version.pin,
        "title": version.title,
        "state": version.item.state,
        "format": version.format,
        "type": version.type,
        "language": version.language,
        "subject": version.subject,
        "grades": [taxonomy.grade_id(grade) for grade in version.grades],
        "license": version.license_id,
        "attribution": version.attribution(version.language),
        "files": [
            {"filename": file.filename, "role": file.role, "size": file.size, "sha256": file.sha256}
            for file in version.files
        ],
    }


def _show(version: Version) -> None:
    for name, value in _described(version).items():
        if name != "files" and value not in (None, [], ""):
            print(f"{name:<12} {', '.join(value) if isinstance(value, list) else value}")
    for file in version.files:
        print(f"{'file':<12} {file.filename} ({file.role}, {file.size} bytes, {file.media_type})")
