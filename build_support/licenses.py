"""Licenses of what the site runs on: `python -m build_support.licenses` fails where a lock asks for what we refuse.

Read offline, from the packages installed here. Refused are licenses that would reach over to a school's own changes
(GPL, AGPL, SSPL) and packages that say nothing; the lesser GPL is fine for a library used as it is. A lock also names
packages of other systems: those are told, not judged.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements" / "run.txt"
NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==", re.MULTILINE)
# GPL, AGPL and their long names, but not the lesser ones.
REFUSED = re.compile(
    r"(?<![A-Za-z])A?GPL|(?<!Lesser )(?<!Library )General Public License|Affero|SSPL|Server Side Public",
    re.IGNORECASE,
)
# Packages whose metadata is silent, and what their license file says.
SILENT = {"huey": "MIT"}


def locked_names(lock: str) -> list[str]:
    """Return the packages that a lock names, once each."""
    return sorted({match.lower() for match in NAME.findall(lock)})


def find_licenses(found: Distribution) -> list[str]:
    """Return what a package says of its license: the expression, else classifiers, else the first words of the field."""
    told = found.metadata
    if expressions := told.get_all("License-Expression"):
        return list(expressions)
    classes = [one.split(" :: ")[-1] for one in told.get_all("Classifier", []) if one.startswith("License")]
    field = "".join(told.get_all("License", [])).strip().splitlines()[:1]
    return [one for one in (*classes, *(line[:80] for line in field)) if one]


def judge(name: str, licenses: Iterable[str]) -> str | None:
    """Return what is wrong with the licenses of a package, None when nothing is. One allowed choice of several is enough."""
    told = [choice for text in licenses for choice in re.split(r"\s+OR\s+", text)]
    told = told or ([SILENT[name]] if name in SILENT else [])
    if not told:
        return f"{name}: says nothing of its license; read it and name it in build_support/licenses.py"
    if all(REFUSED.search(one) for one in told):
        return f"{name}: {', '.join(told)} is refused"
    return None


def main() -> None:
    """Judge every package of the site's lock that is installed here."""
    problems, absent = [], []
    names = locked_names(LOCK.read_text(encoding="utf-8"))
    for name in names:
        try:
            problem = judge(name, find_licenses(distribution(name)))
        except PackageNotFoundError:
            absent.append(name)
            continue
        if problem:
            problems.append(problem)
    print("\n".join(problems) or f"licenses: {len(names) - len(absent)} packages kept")
    if absent:
        print(f"not for this system: {', '.join(absent)}")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
