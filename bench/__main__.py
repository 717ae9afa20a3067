"""`python -m bench [prefix]`: the machine and the date, then every figure whose name begins with the prefix."""

from __future__ import annotations

import os
import platform
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from bench.figures import ask_for, is_asked

# Modules of this package that measure nothing.
ASIDE = {"__init__", "__main__", "demo_site", "figures", "shots", "shots_of_places"}


# What the figures of a module begin with, where it is not its own name.
BEGINNINGS = {
    "library_import": "library.import_1000.",
    "library_rebuild": "library.rebuild_",
    "library_search": "library.",
    "ranges": "library.ranges_500.",
    "relevance": "library.ndcg10",
}


def measures(prefix: str) -> list[str]:
    """Return the modules that may yield figures beginning with `prefix`."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("*.py"))
    ours = [name for name in names if name not in ASIDE and not name.startswith("_")]
    begun = {name: BEGINNINGS.get(name, f"{name}.") for name in ours}
    return [name for name in ours if begun[name].startswith(prefix) or prefix.startswith(begun[name])]


def heading() -> str:
    """Return the line that says on what and when this was measured."""
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return f"# {system} {datetime.now(UTC):%Y-%m-%d}"


def main(prefix: str = "") -> None:
    """Print the figures as they come, so that a long run shows where it is."""
    ask_for(prefix)
    print(heading(), flush=True)
    for name in measures(prefix):
        for figure in import_module(f"bench.{name}").measure():
            if is_asked(figure.name):
                print(figure, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:2])
