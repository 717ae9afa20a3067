"""A served site whose web process, worker and file server are killed from outside while somebody uploads and answers.

Nothing is started again by us: the parent of `lms serve` must do that.
"""

from __future__ import annotations

import hashlib
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.browser.live import ROOT, site_environ, wait_until_up
from tests.factories.people import PASSWORD
from tests.faults import deeds
from tests.faults.dying import do_forked, make_settings, must
from tests.faults.reader import Reader
from tests.faults.school import School
from tests.ports import free_ports

PARTS = ("web", "worker", "files")
PATIENCE_S = 90.0
ROUNDS = 5


def kill_site_parts(
    folder: Path, dice: random.Random, rounds: int = ROUNDS
) -> tuple[int, list[Any], list[Any]]:
    """Kill each part once a round; return how many kills there were, what was lost and what is half made."""
    folder.mkdir(parents=True, exist_ok=True)
    port, files_port = free_ports(2)
    environ = {**site_environ(folder, port, files_port), "SECRET_KEY": "s" * 40}
    school = School(make_settings(str(folder), secret_key="s" * 40), dice)
    school.found()
    urls = (f"http://127.0.0.1:{port}/readyz", f"http://127.0.0.1:{files_port}/healthz")
    command = [sys.executable, "-m", "lms", "serve", "--port", str(port), "--content-port", str(files_port)]
    log = folder / "server.log"
    with log.open("wb") as stream:
        server = subprocess.Popen(
            command, cwd=ROOT, env=environ, stdout=stream, stderr=stream, start_new_session=True
        )
    where = must(do_forked(_where, school.settings))[0]
    try:
        wait_until_up(server, log, *urls)
        with Visit(f"http://127.0.0.1:{port}", school, where) as visit:
            for _round in range(rounds):
                for part in PARTS:
                    _kill_during(visit, server.pid, part, dice)
                    wait_until_up(server, log, *urls)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)
    return rounds * len(PARTS), *school.look()


def _kill_during(visit: Visit, parent: int, part: str, dice: random.Random) -> None:
    walking = threading.Thread(target=visit.walk)
    walking.start()
    time.sleep(dice.uniform(0.0, 1.0))
    victim = _find(parent, part)
    victim.kill()
    walking.join()
    if not _wait_for(lambda: _find_other(parent, victim.pid, part)):
        raise RuntimeError(f"{part} did not come back")


def _find(parent: int, part: str) -> psutil.Process:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        for child in psutil.Process(parent).children():
            with suppress(psutil.Error):
                if child.name() == f"lms {part}":
                    return child
        time.sleep(0.05)
    raise RuntimeError(f"no process of the {part}")


def _find_other(parent: int, gone: int, part: str) -> bool:
    return _find(parent, part).pid != gone


def _wait_for(is_so: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.05)
    return False


def _where(_app: object) -> Any:
    run, asked = deeds.run_of(deeds.TAUGHT), deeds.activity_of(deeds.TAUGHT, "question")
    minh = deeds.actor_of("minh")
    lesson = deeds.lesson_of(deeds.TAUGHT)
    yield {
        "path": f"/learn/runs/{run.uuid}/{lesson.uuid}/{asked.uuid}",
        "account": str(minh.uuid),
        "asked": asked.uuid.hex,
    }


class Visit:
    """Lan uploads and Minh answers; what the site acknowledges is remembered."""

    def __init__(self, site: str, school: School, where: dict[str, str]) -> None:
        self._site, self._school, self._where = site, school, where
        self._lan, self._minh = Reader(), Reader()
        self._lan.sign_in(site, "lan", PASSWORD)
        self._minh.sign_in(site, "minh", PASSWORD)

    def __enter__(self) -> Visit:
        """Visit within a block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the connections."""
        self._lan.close()
        self._minh.close()

    def walk(self) -> None:
        """One upload and two answers; a connection that breaks acknowledges nothing."""
        for step in (self._upload, self._answer, self._answer):
            self._school.number += 1
            with suppress(httpx.HTTPError):
                step(self._school.number)

    def _upload(self, number: int) -> None:
        content = f"# Bài gửi số {number}\n\nMột đoạn văn.\n".encode()
        sent = self._lan.upload(self._site, f"bai-gui-{number}.md", content)
        if sent.status_code == 200 and sent.json()["files"][0]["ok"]:
            item = sent.json()["files"][0]["item"]
            self._school.acknowledged.append(
                {"deed": "upload", "item": item, "sha256": hashlib.sha256(content).hexdigest()}
            )

    def _answer(self, number: int) -> None:
        path = self._where["path"]
        page = self._minh.get(self._site, path).text
        key = re.search(r'name="key" value="([^"]+)"', page)
        form = {"key": key[1] if key else "", "answer": f"Huế {number}"}
        if self._minh.post(self._site, f"{path}/answer", form, seen=path).status_code == 303:
            told = {"deed": "answer", "account": self._where["account"]}
            self._school.acknowledged.append({**told, "key": f"{self._where['asked']}:{form['key']}"})
