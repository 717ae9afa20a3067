"""Find Chromium for the browser tests, or install it where that is allowed; print its path.

Order: CHROMIUM_PATH, a browser on PATH, the one Playwright keeps; then Debian's package (as root), then
Playwright's own download. When nothing works, one sentence says what to install and the run fails.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from build_support.packages import attempt, install_package

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ADVICE = "Chromium is missing: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH to it."


def find() -> str | None:
    """Return the path of a usable Chromium, or None."""
    chosen = os.environ.get("CHROMIUM_PATH")
    if chosen:
        return chosen if os.access(chosen, os.X_OK) else None
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in found if path), None) or next(kept_by_playwright(), None)


def kept_by_playwright() -> Iterator[str]:
    """Yield the browsers in Playwright's cache, the newest first."""
    asked = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    homes = (
        (Path(asked),)
        if asked
        else (Path.home() / ".cache/ms-playwright", Path.home() / "Library/Caches/ms-playwright")
    )
    for home in homes:
        for pattern in ("chromium-*/chrome-*/chrome", "chromium-*/chrome-*/*.app/Contents/MacOS/*"):
            yield from (
                str(path) for path in sorted(home.glob(pattern), reverse=True) if os.access(path, os.X_OK)
            )


def install() -> None:
    """Try the ways of installing that this machine offers; each may fail without harm."""
    install_package("chromium")
    if find() is None:
        attempt(sys.executable, "-m", "playwright", "install", "chromium")


def main() -> None:
    """Print the path of Chromium, installing it first where need be."""
    path = find()
    if path is None and not os.environ.get("CHROMIUM_PATH"):
        install()
        path = find()
    if path is None:
        sys.exit(ADVICE)
    print(path)


if __name__ == "__main__":
    main()
