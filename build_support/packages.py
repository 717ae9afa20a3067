"""Installing Debian's packages for the tests, where that is allowed; each way may fail without harm."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


def install_package(name: str) -> None:
    """Install one package with nothing that it only recommends; needs root and apt-get, else nothing happens."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        attempt("apt-get", "update", "-qq", env=env)
        attempt("apt-get", "install", "-y", "-qq", "--no-install-recommends", name, env=env)


def attempt(*command: str, env: dict[str, str] | None = None) -> None:
    """Run one installing command; what it prints goes to stderr, so that stdout stays the caller's."""
    print("-", " ".join(command), file=sys.stderr, flush=True)
    try:
        subprocess.run(command, env=env, stdout=sys.stderr, timeout=600, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"- {error}", file=sys.stderr)
