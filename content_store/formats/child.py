"""The process that reads one hostile file: limits first, then sniff, read, finish, write the result.

Run by `runner.py` as `python -m content_store.formats.child <path> <filename> <folder> <limits>`. Each
format's module is loaded by name only when needed, so a text file does not wait for the PDF libraries.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
import traceback
import warnings
from pathlib import Path
from typing import Any, Protocol, cast

from content_store.errors import RefusedFile
from content_store.formats.finish import finish
from content_store.formats.refusals import refusal
from content_store.formats.sniff import Sniffed, sniff
from content_store.formats.values import Draft, Inspection, Limits, to_json

_NETWORK = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto")


class Reader(Protocol):
    """What each format's module offers."""

    def read(self, path: Path, sniffed: Sniffed, limits: Limits) -> Draft:
        """Read the file as far as is needed; raise RefusedFile when it cannot be trusted."""


def main(arguments: list[str]) -> int:
    """Inspect one file and leave `result.json`, and `preview.webp` when there is one."""
    path, filename, folder, given = arguments
    limits = Limits(**json.loads(given))
    limit_process(limits)
    sys.addaudithook(refuse_network)
    try:
        inspection = _inspect(Path(path), filename, limits)
        answer: dict[str, Any] = {"inspection": to_json(inspection)}
        if inspection.preview:
            (Path(folder) / "preview.webp").write_bytes(inspection.preview)
    except RefusedFile as refused:
        told = {key: str(value) for key, value in refused.params.items()}
        answer = {"refused": {"code": refused.code, "message": refused.message, "params": told}}
    (Path(folder) / "result.json").write_text(json.dumps(answer), encoding="utf-8")
    return 0


def _inspect(path: Path, filename: str, limits: Limits) -> Inspection:
    try:
        sniffed = sniff(path, filename, limits)
        module = importlib.import_module(f"content_store.formats.{sniffed.reader}")
        draft = cast(Reader, module).read(path, sniffed, limits)
        for warning in sniffed.warnings:
            draft.warn(warning)
        return finish(draft, filename, limits)
    except RefusedFile:
        raise
    except MemoryError:
        raise refusal("too-big-inside") from None
    except Exception as error:
        # Whatever a parser trips over, the file is at fault as far as the person is concerned;
        # the trace goes to the parent's log so that a fault of ours is seen too.
        traceback.print_exc()
        raise refusal("corrupt", reason=type(error).__name__) from error


def limit_process(limits: Limits) -> None:
    """Bound this process and its children; where the system has no limits, the parent's clock remains."""
    warnings.simplefilter("ignore")
    if importlib.util.find_spec("resource") is None:
        return
    resource = importlib.import_module("resource")
    for which, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_FSIZE, limits.output_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(which, (most, most))


def refuse_network(event: str, _arguments: tuple[Any, ...]) -> None:
    if event in _NETWORK:
        raise PermissionError(f"{event} is not allowed while reading a file")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
