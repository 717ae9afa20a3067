"""The wheel alone is a site: built here, installed into an empty environment, served from an empty folder."""

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from build_support.environment import uv_environment
from tests.ports import free_port

pytestmark = pytest.mark.packaging
ROOT = Path(__file__).resolve().parents[2]
UV = Path(sys.executable).with_name("uv")
PATIENCE_S = 90


def run(*command: object, **options: object) -> str:
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    return next(folder.glob("benhoc-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """An environment holding the wheel and what it declares, in the locked versions; returns its bin folder."""
    venv = tmp_path_factory.mktemp("empty") / "venv"
    env = {**uv_environment(), "VIRTUAL_ENV": str(venv)}
    run(UV, "venv", "--quiet", "--python", sys.executable, venv, env=env)
    run(UV, "pip", "install", "--quiet", "-c", ROOT / "requirements" / "run.txt", wheel, env=env, cwd=venv)
    return venv / "bin"


@pytest.fixture
def site(installed, tmp_path) -> Iterator[str]:
    """The address of a site served from an empty folder, with nothing of the checkout in its environment."""
    port, content_port = free_port(), free_port()
    base = f"http://127.0.0.1:{port}"
    kept = {name: os.environ[name] for name in ("LANG", "HOME", "TMPDIR") if name in os.environ}
    env = {
        **kept,
        "PATH": f"{installed}:/usr/bin:/bin",
        "DATA_DIR": str(tmp_path / "data"),
        "BASE_URL": base,
        "CONTENT_URL": f"http://127.0.0.1:{content_port}",
    }
    run(installed / "lms", "db", "upgrade", cwd=tmp_path, env=env)
    command = [installed / "lms", "serve", "--port", str(port), "--content-port", str(content_port)]
    with (tmp_path / "serve.log").open("w") as log:
        server = subprocess.Popen(command, cwd=tmp_path, env=env, stdout=log, stderr=log)
        try:
            yield wait_until_up(base, server, tmp_path / "serve.log")
        finally:
            server.terminate()
            server.wait(timeout=30)
            print((tmp_path / "serve.log").read_text()[-4000:])  # pytest shows it when the test fails


def wait_until_up(base: str, server: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{base}/readyz", timeout=5):
                return base
        except (OSError, urllib.error.URLError):
            time.sleep(0.2)
    pytest.fail(f"the site did not come up:\n{log.read_text()[-4000:]}")


def test_the_wheel_carries_pages_tables_styles_and_vietnamese(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        r"lms/templates/.+\.html",
        r"lms/migrations/.+\.py",
        r"lms/static/manifest\.json",
        r"lms/static/.+\.css",
        r"lms/translations/vi/LC_MESSAGES/messages\.mo",
        r"content_store/.+\.py",
    ):
        assert any(re.fullmatch(wanted, name) for name in names), wanted
    assert not [
        name for name in names if name.startswith(("tests/", "bench/", "build_support/", "lms/assets/"))
    ]


def test_a_store_by_itself_is_brought_up_by_the_installed_wheel(installed, tmp_path):
    for _ in range(2):
        told = run(installed / "python", "-m", "content_store", "upgrade", cwd=tmp_path)
        assert told.endswith("changes; the tables are of this release\n")
    assert told.startswith("0 changes")


def test_the_installed_wheel_serves_the_front_page_and_its_style(site):
    with urllib.request.urlopen(f"{site}/", timeout=30) as answer:
        page = answer.read().decode()
    assert answer.status == 200
    assert '<html lang="vi"' in page
    style = re.search(r'href="(/static/[^"]+\.css)"', page)
    assert style, page[:2000]
    with urllib.request.urlopen(site + style[1], timeout=30) as answer:
        assert answer.headers["Content-Type"].startswith("text/css")
        assert len(answer.read()) > 1000
