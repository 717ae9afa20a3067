"""House rules that no linter knows: `python -m build_support.house_rules` prints every breach and fails.

Project imports stand at the top of a module, no code file exceeds 500 lines, every module says what it is for, and
no committed file names a package registry's host.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROJECT = {"lms", "content_store", "build_support", "bench"}
CODE = {".py", ".js", ".mjs", ".css", ".html", ".sh"}
LONGEST = 500
# Written so that this file does not match itself.
HOSTS = re.compile(
    r"https?://[^\s\"']*(?:/simple(?:/|\b)|[.]whl\b|[.]tgz\b|/dists/)|registry[.]npmjs|python[h]osted|\bpypi[.]org"
)


def project_files(root: Path = ROOT) -> list[Path]:
    """Return the files that are or would be committed."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    return sorted(path for name in listed.split("\0") if name and (path := root / name).is_file())


def breaches(paths: Iterable[Path]) -> Iterator[str]:
    """Yield one line for every broken rule."""
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
        yield from (f"{name}:{line}: {what}" for line, what in file_breaches(name, text))


def file_breaches(name: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield line and sentence for every rule that one file breaks."""
    lines = text.splitlines()
    if Path(name).suffix in CODE and len(lines) > LONGEST:
        yield len(lines), f"has {len(lines)} lines, at most {LONGEST}: two nouns?"
    for number, line in enumerate(lines, 1):
        if HOSTS.search(line):
            yield number, "names a registry's host; the machine's own settings choose it"
    if name.endswith(".py"):
        yield from module_breaches(name, ast.parse(text, name))


def module_breaches(name: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield breaches that need the syntax tree: hidden imports and a missing docstring."""
    is_test = name.startswith("tests/")
    if tree.body and not ast.get_docstring(tree) and not is_test:
        yield 1, "has no docstring: say what this module is for"
    for function in ast.walk(tree):
        if (
            isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda)
            and not is_test
        ):
            for node in ast.walk(function):
                for module in imported(node):
                    if module.split(".")[0] in PROJECT:
                        yield node.lineno, f"hides the import of {module}: move the code instead"  # type: ignore[attr-defined]


def imported(node: ast.AST) -> list[str]:
    """Return the modules that an import statement names, relative ones counted as ours."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return ["lms." if node.level else node.module or ""]
    return []


def main() -> None:
    """Check the whole project and fail when a rule is broken."""
    found = sorted(set(breaches(project_files())))
    print("\n".join(found) or "house rules: kept")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
