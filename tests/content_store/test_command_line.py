"""`python -m content_store` on its own, with the application and its framework walled off."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.slow

WALL = """
import sys

class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("lms", "flask", "werkzeug"):
            raise ImportError(f"{name} is walled off")

sys.meta_path.insert(0, Wall())
"""
ROOT = Path(__file__).parents[2]


class Shell:
    """Runs the command in a folder of its own, behind the wall."""

    def __init__(self, folder: Path):
        self.folder = folder
        wall = folder / "wall"
        wall.mkdir()
        (wall / "sitecustomize.py").write_text(WALL)
        self.environment = {
            **os.environ,
            "PYTHONPATH": f"{wall}{os.pathsep}{ROOT}",
            "PYTHONIOENCODING": "utf-8",
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder, env=self.environment, capture_output=True, encoding="utf-8", timeout=120, check=False,
        )  # fmt: skip

    def store(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "content_store", *arguments)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    (tmp_path / "hoi-quy.md").write_text("# Hồi quy softmax\n\nXác suất của từng lớp.\n", encoding="utf-8")
    return Shell(tmp_path)


def test_the_wall_stands(shell: Shell):
    assert "walled off" in shell.run("-c", "import flask").stderr


def test_add_search_get_and_verify_work_without_the_application(shell: Shell):
    added = shell.store("add", "hoi-quy.md", "--license", "CC-BY-4.0", "--subject", "toan", "--grade", "6")
    assert (added.returncode, added.stderr) == (0, "")
    pin, format, title = added.stdout.strip().split(maxsplit=2)
    assert (format, title) == ("markdown", "Hồi quy softmax")

    upgraded = shell.store("upgrade")
    assert (upgraded.returncode, upgraded.stdout) == (0, "0 changes; the tables are of this release\n")

    hits = json.loads(shell.store("search", "xac", "suat", "--json").stdout)
    assert (hits["total"], hits["hits"][0]["title"]) == (1, "Hồi quy softmax")
    assert "0 found" in shell.store("search", "xac", "suat", "--filter", "type=video").stdout

    shown = json.loads(shell.store("get", pin, "--json").stdout)
    assert (shown["license"], shown["grades"], shown["state"]) == ("CC-BY-4.0", ["6"], "published")
    assert shell.store("get", pin, "--output", "out.md").returncode == 0
    assert (shell.folder / "out.md").read_bytes() == (shell.folder / "hoi-quy.md").read_bytes()

    assert shell.store("verify").returncode == 0
    assert shell.store("verify", "--sample", "half").returncode == 3
    copied = shell.store("copy", f"file://{shell.folder}/second")
    assert (copied.returncode, copied.stdout.split("\t")[2]) == (0, "copied 1")
    (blob,) = (shell.folder / "var/content_store/blobs").glob("??/??/*")
    blob.chmod(0o640)
    blob.write_bytes(blob.read_bytes().replace(b"softmax", b"softmaz"))
    damaged = shell.store("verify", "--sample", "100%")
    assert damaged.returncode == 1
    assert pin in damaged.stderr


def test_what_is_wrong_is_told_on_standard_error_with_an_exit_code(shell: Shell):
    (shell.folder / "empty.pdf").touch()
    mixed = shell.store("add", "empty.pdf", "hoi-quy.md", "absent.md")
    assert mixed.returncode == 3
    assert mixed.stdout.count("\n") == 1
    assert "empty.pdf" in mixed.stderr
    assert "absent.md" in mixed.stderr
    missing = shell.store("get", "01a2012c-c905-7254-8f7f-f69938fdfafc")
    assert missing.returncode == 3
    assert "[item-not-found]" in missing.stderr
    assert shell.store("nonsense").returncode == 2


def test_a_folder_with_a_table_is_put_in_once_and_only_once(shell: Shell):
    folder = shell.folder / "files"
    folder.mkdir()
    (folder / "1.md").write_text("# Một\n\nPhân số bằng nhau.\n", encoding="utf-8")
    (folder / "2.md").write_text("# Hai\n\nRút gọn phân số.\n", encoding="utf-8")
    table = "File,Title,Subject\n1.md,Phân số,Toán\n2.md,Rút gọn,Toánn\n"
    (folder / "metadata.csv").write_text(table, encoding="utf-8")
    dry = shell.store("import", "files", "--dry-run")
    assert dry.returncode == 3 and "create 1" in dry.stdout and "Toánn" in dry.stderr
    nothing_yet = shell.store("search", "phan so").stderr
    assert "no search index" in nothing_yet and "python -m content_store rebuild" in nothing_yet
    (folder / "metadata.csv").write_text(table.replace("Toánn", "Toán"), encoding="utf-8")
    done = shell.store("import", "files")
    assert (done.returncode, "create 2" in done.stdout) == (0, True), done.stderr
    assert "same 2" in shell.store("import", "files").stdout
    assert "2 found" in shell.store("search", "phan so").stdout
    assert "would be removed" in shell.store("gc", "--dry-run").stdout


def test_an_import_says_what_it_does_what_came_of_it_and_what_it_left_out(shell: Shell):
    folder = shell.folder / "files"
    folder.mkdir()
    (folder / "1.md").write_text(
        "# Một\n\n" + "Chữ trước. " * 40 + "Phân số. " + "Chữ sau. " * 40, encoding="utf-8"
    )
    (folder / "2.md").write_text("# Hai\n\nRút gọn.\n", encoding="utf-8")
    (folder / "Thumbs.db").write_bytes(b"x")
    dry = shell.store("import", "files", "--dry-run")
    assert (dry.stderr, dry.stdout.count("\n")) == ("1 system file left out\n", 1)
    done = shell.store("import", "files")
    assert done.returncode == 0 and "reading 1 to 2 of 2" in done.stderr, done.stderr
    counts, license, circle, reserved = done.stdout.splitlines()
    assert "create 2" in counts and license == "license: 2 All rights reserved"
    assert circle == "who may find them: 2 public" and "nobody may download them" in reserved
    found = shell.store("search", "phan so").stdout
    assert "[Phân số]" in found and "… …" not in found and found.count("…") == 2
    assert "put in, find" in shell.store("--help").stdout.replace("\n", " ")


def test_a_file_that_is_there_already_is_named_and_not_added_twice(shell: Shell):
    first = shell.store("add", "hoi-quy.md").stdout.split()[0]
    again = shell.store("add", "hoi-quy.md")
    assert again.returncode == 3 and first in again.stderr and "--again" in again.stderr
    assert shell.store("add", "--again", "hoi-quy.md").returncode == 0
    assert "2 found" in shell.store("search", "softmax").stdout


def test_an_index_that_was_lost_is_built_whole_by_the_next_command_or_by_its_own(shell: Shell):
    (shell.folder / "2.md").write_text("# Hai\n\nRút gọn phân số.\n", encoding="utf-8")
    (shell.folder / "3.md").write_text("# Ba\n\nMột giờ có sáu mươi phút.\n", encoding="utf-8")
    assert shell.store("add", "hoi-quy.md", "2.md").returncode == 0
    shutil.rmtree(shell.folder / "var/content_store/index")
    assert shell.store("add", "3.md").returncode == 0
    assert "1 found" in shell.store("search", "softmax").stdout
    shutil.rmtree(shell.folder / "var/content_store/index")
    assert "rebuild" in shell.store("--help").stdout
    assert "3 documents" in shell.store("rebuild").stdout
    assert "1 found" in shell.store("search", "softmax").stdout


def test_the_library_serves_itself_without_the_application(shell: Shell):
    added = shell.store("add", "hoi-quy.md", "--license", "CC-BY-4.0")
    uuid = added.stdout.partition("@")[0]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    command = [sys.executable, "-m", "content_store", "serve", "--port", str(port), "--name", "Kho thử"]
    server = subprocess.Popen(command, cwd=shell.folder, env=shell.environment, stderr=subprocess.PIPE)
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", transport=httpx.HTTPTransport(retries=8), timeout=30
        ) as client:
            assert "Hồi quy softmax" in client.get("/library?q=xac+suat").text
            told = client.get(f"/api/v1/library/items/{uuid}").json()
            assert client.get(told["files"][0]["url"]).content == (shell.folder / "hoi-quy.md").read_bytes()
            assert uuid in client.get("/oai?verb=ListRecords&metadataPrefix=lom").text
    finally:
        server.terminate()
        server.communicate(timeout=30)


def test_tables_of_an_older_release_are_brought_up_without_the_application(shell: Shell):
    assert shell.store("add", "hoi-quy.md").returncode == 0
    with sqlite3.connect(shell.folder / "var/content_store/store.db") as database:
        database.executescript("ALTER TABLE cs_item DROP COLUMN folder; DROP TABLE alembic_version;")
    database.close()
    assert "upgrade [old-database]" in shell.store("verify").stderr
    upgraded = shell.store("upgrade")
    assert upgraded.returncode == 0, upgraded.stderr
    assert shell.store("verify").returncode == 0
    assert "1 found" in shell.store("search", "softmax").stdout
