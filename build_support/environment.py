"""Make `.venv` and install a hashed lock into it: `python3 build_support/environment.py run|test|lock`.

Runs on the machine's own Python before anything is installed, so it uses the standard library only. Every step
leaves a stamp holding the digest of what it was made from; when nothing changed it ends at once, without network.
The machine's pip settings (index, find-links, certificate) are passed on to uv, which does not read pip's files;
where uv fails all the same, pip itself installs the same hashed lock, slower.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / os.environ.get("VENV", ".venv")
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
# pip's setting, uv's variable, how several values are joined
PASSED_ON = (
    ("index-url", "UV_DEFAULT_INDEX", " "),
    ("extra-index-url", "UV_INDEX", " "),
    ("find-links", "UV_FIND_LINKS", ","),
    ("no-index", "UV_NO_INDEX", " "),
    ("trusted-host", "UV_INSECURE_HOST", " "),
    ("cert", "SSL_CERT_FILE", " "),
)

LOCK_OPTIONS = (
    *("--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-emit-index-url", "--no-header", "--upgrade"),
)


def digest(*sources: Path | str) -> str:
    """Return one digest of the given files and words, and of the Python in use."""
    total = hashlib.sha256(sys.version.encode())
    for source in sources:
        total.update(source.read_bytes() if isinstance(source, Path) else source.encode())
        total.update(b"\0")
    return total.hexdigest()


def is_fresh(name: str, expected: str) -> bool:
    """Tell whether the step `name` was already done from exactly these sources."""
    stamp = VENV / f"stamp-{name}"
    return stamp.is_file() and stamp.read_text() == expected


def note_done(name: str, expected: str) -> None:
    """Remember that the step `name` was done from these sources."""
    (VENV / f"stamp-{name}").write_text(expected)


def say(text: str) -> None:
    """Tell the person what is going on, at once."""
    print(f"- {text}", flush=True)


def call(*command: str | Path, env: dict[str, str] | None = None) -> int:
    """Run a command from the top of the checkout and return its exit code."""
    return subprocess.run([str(part) for part in command], cwd=ROOT, env=env).returncode


def must(*command: str | Path, hint: str) -> None:
    """Run a command; where it fails, end with a sentence that says what to do."""
    if call(*command) != 0:
        sys.exit(hint)


def pip_settings() -> dict[str, str]:
    """Return what `pip config` knows on this machine, environment over files, by setting name."""
    listed = subprocess.run(
        [str(PYTHON), "-m", "pip", "config", "list"], cwd=ROOT, capture_output=True, text=True
    ).stdout
    found: dict[str, str] = {}
    for scope in ("global.", "install.", ":env:."):
        for line in listed.splitlines():
            key, _, value = line.partition("=")
            if key.startswith(scope):
                found[key.removeprefix(scope)] = value.strip().strip("'\"").replace("\\n", " ")
    return found


def uv_environment() -> dict[str, str]:
    """Return the environment for uv: this one, and pip's settings where uv was told nothing of its own."""
    env = dict(os.environ)
    settings = pip_settings()
    for setting, variable, joint in PASSED_ON:
        if settings.get(setting):
            env.setdefault(variable, joint.join(settings[setting].split()))
    # Every file is checked against its hash, so an index may safely be picked by best version.
    env.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    env["VIRTUAL_ENV"] = str(VENV)
    return env


def make_venv() -> None:
    """Create `.venv`, unless one of this very Python is already in this place."""
    expected = digest(str(VENV))
    if PYTHON.exists() and (is_fresh("venv", expected) or is_sound()):
        note_done("venv", expected)
        return
    say(f"making {VENV.name} with Python {sys.version.split()[0]}")
    if VENV.exists():
        shutil.rmtree(VENV)
    must(sys.executable, "-m", "venv", VENV, hint="Python's venv module is missing: install python3-venv.")
    note_done("venv", expected)


def is_sound() -> bool:
    """Tell whether a `.venv` made by other means is of this Python and still in its place."""
    asked = "import pip, sys; print(sys.version, sys.prefix)"
    told = subprocess.run([str(PYTHON), "-c", asked], capture_output=True, text=True).stdout.strip()
    has_stamp = (VENV / "stamp-venv").exists()
    return not has_stamp and told == f"{sys.version} {VENV}"


def install_installer() -> None:
    """Install uv by pip, checked by hash."""
    lock = ROOT / "requirements" / "installer.txt"
    expected = digest(lock)
    if is_fresh("installer", expected) and (VENV / "bin" / "uv").exists():
        return
    must(
        *(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--require-hashes", "-r", lock),
        hint="uv could not be installed: pip reached no package index; see pip's message above.",
    )
    note_done("installer", expected)


def install_lock(name: str) -> None:
    """Install `requirements/<name>.txt`, every file checked by hash."""
    lock = ROOT / "requirements" / f"{name}.txt"
    expected = digest(lock)
    if is_fresh(f"lock-{name}", expected):
        return
    say(f"installing {lock.relative_to(ROOT)}")
    if call(
        VENV / "bin" / "uv", "pip", "install", "--quiet", "--require-hashes", "-r", lock, env=uv_environment()
    ):
        say("uv did not manage; trying pip, which is slower")
        must(
            *(PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r", lock),
            hint=f"The packages of {lock.name} could not be installed; see the message above.",
        )
    note_done(f"lock-{name}", expected)


def install_project() -> None:
    """Install the checkout itself, editable, so that `lms` runs from `.venv/bin`."""
    expected = digest(ROOT / "pyproject.toml", str(ROOT))
    if is_fresh("project", expected) and (VENV / "bin" / "lms").exists():
        return
    say("installing the lms command")
    must(
        *(PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"),
        *("--disable-pip-version-check", "--editable", ROOT),
        hint="The project itself could not be installed; see the message above.",
    )
    note_done("project", expected)


def write_locks() -> None:
    """Write the locks anew: hashes for every platform, no host; the site's lock leads the tests' lock."""
    run, test = "requirements/run.txt", "requirements/test.txt"
    for arguments in (
        ("requirements/installer.in", "-o", "requirements/installer.txt"),
        ("--extra", "build", "pyproject.toml", "-o", run),
        ("--all-extras", "-c", run, "pyproject.toml", "-o", test),
    ):
        command = (VENV / "bin" / "uv", "pip", "compile", "--quiet", *LOCK_OPTIONS, *arguments)
        if call(*command, env=uv_environment()):
            sys.exit("The locks could not be written; see the message above.")


def main(lock: str) -> None:
    """Bring `.venv` to the state that `requirements/<lock>.txt` describes; `lock` writes the locks instead."""
    if sys.version_info < OLDEST:
        sys.exit(
            f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}: make PYTHON=python3.12 run"
        )
    make_venv()
    install_installer()
    if lock == "lock":
        write_locks()
        return
    install_lock(lock)
    install_project()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "run")
