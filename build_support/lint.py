"""Run every check of `make lint`, all of them even when one fails, and say at the end which did."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("layout", (str(BIN / "ruff"), "format", "--check", "--quiet", "--output-format", "concise", ".")),
    ("ruff", (str(BIN / "ruff"), "check", "--quiet", "--output-format", "concise", ".")),
    ("import floors", (str(BIN / "lint-imports"), "--no-logo")),
    ("house rules", (sys.executable, "-m", "build_support.house_rules")),
    ("licenses", (sys.executable, "-m", "build_support.licenses")),
    ("translations", (sys.executable, "-m", "build_support.translations", "check")),
    ("types", (sys.executable, "-m", "mypy")),
)


def main() -> None:
    """Run the checks in order; quiet ones say nothing but their name and time."""
    failed = []
    for name, command in CHECKS:
        started = time.monotonic()
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        verdict = "kept" if result.returncode == 0 else "BROKEN"
        print(f"{name}: {verdict} ({time.monotonic() - started:.1f} s)", flush=True)
        if result.returncode:
            failed.append(name)
            print(result.stdout + result.stderr, flush=True)
    sys.exit(f"lint: {', '.join(failed)} broken" if failed else 0)


if __name__ == "__main__":
    main()
