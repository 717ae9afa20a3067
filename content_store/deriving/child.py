"""The process that makes derived files of one hostile source: limits first, then whatever its format allows.

Run by `runner.py` as `python -m content_store.deriving.child <path> <format> <type> <folder> <limits>`. A line in
`made.jsonl` stands for each file that is whole, so what was made before a limit struck is not lost.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from content_store.formats.child import limit_process, refuse_network
from content_store.formats.values import Limits

MAKERS = {"image": "stills", "pdf": "stills", "audio": "moving", "video": "moving"}
Keep = Callable[..., None]


def main(arguments: list[str]) -> int:
    """Make all that can be made and leave it in the folder."""
    path, format, media_type, folder, given = arguments
    limits = Limits(**json.loads(given))
    limit_process(limits)
    with suppress(OSError):
        os.nice(10)
    sys.addaudithook(refuse_network)
    listed = Path(folder) / "made.jsonl"

    def keep(
        kind: str, file: str, media_type: str, width: int | None = None, height: int | None = None
    ) -> None:
        row = {"kind": kind, "file": file, "media_type": media_type, "width": width, "height": height}
        with listed.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(row) + "\n")

    module = importlib.import_module(f"content_store.deriving.{MAKERS[format]}")
    maker: Callable[[Path, str, Path, Limits, Keep], None] = getattr(module, f"make_{format}")
    maker(Path(path), media_type, Path(folder), limits, keep)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
