"""Two nodes with nothing of their own: one PostgreSQL, one S3, one Redis, and every next request at the other node.

Each node is a whole `lms serve` with two web processes, a worker and a folder of its own. Whatever lived in that
folder or in a process's memory would be missed here at the next step.
"""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import httpx
import pytest
from PIL import Image
from sqlalchemy import Engine, create_engine, text

from tests.browser.live import ROOT, site_environ, wait_until_up
from tests.factories.people import PASSWORD
from tests.faults import deeds
from tests.faults.dying import do_forked, make_settings, must
from tests.faults.reader import Reader
from tests.fixtures_postgres import fresh_database
from tests.fixtures_redis import redis_server
from tests.ports import free_ports

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
PATIENCE_S = 90.0


@dataclass(frozen=True)
class Cluster:
    """Two running nodes and what they share."""

    a: str
    b: str
    files: tuple[str, str]
    database: Engine
    parents: tuple[subprocess.Popen[bytes], ...]
    logs: tuple[Path, ...]

    def one(self, query: str) -> str:
        """The first value that the database answers."""
        with self.database.connect() as connection:
            return str(connection.scalar(text(query)))


@contextmanager
def node(
    folder: Path, port: int, files_port: int, shared: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    environ = {**site_environ(folder, port, files_port), **shared}
    log = folder / "server.log"
    command = [sys.executable, "-m", "lms", "serve", "--workers", "2", "--threads", "4"]
    with log.open("wb") as stream:
        server = subprocess.Popen(
            [*command, "--port", str(port), "--content-port", str(files_port)],
            cwd=ROOT, env=environ, stdout=stream, stderr=stream, start_new_session=True,
        )  # fmt: skip
    try:
        wait_until_up(
            server, log, f"http://127.0.0.1:{port}/readyz", f"http://127.0.0.1:{files_port}/healthz"
        )
        yield server
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


@pytest.fixture(scope="module")
def cluster(postgres_url: str, s3_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folders = [tmp_path_factory.mktemp(name) for name in ("node-a", "node-b")]
    url = fresh_database(postgres_url)
    ports = free_ports(4)
    with ExitStack() as stack:
        redis = stack.enter_context(redis_server())
        shared = {
            "DATABASE_URL": url,
            "STORAGE_URL": s3_url,
            "QUEUE_URL": redis,
            "CACHE_URL": redis,
            "SECRET_KEY": "k" * 40,
            "BASE_URL": f"http://127.0.0.1:{ports[0]}",
            "CONTENT_URL": f"http://127.0.0.1:{ports[2]}",
        }
        founder = make_settings(
            str(tmp_path_factory.mktemp("founder")), database_url=url, storage_url=s3_url, secret_key="k" * 40
        )
        must(do_forked(deeds.found_school, founder))
        parents = tuple(
            stack.enter_context(node(folder, port, files_port, shared))
            for folder, port, files_port in zip(folders, ports[:2], ports[2:], strict=True)
        )
        addresses = [f"http://127.0.0.1:{port}" for port in ports]
        database = create_engine(url)
        stack.callback(database.dispose)
        yield Cluster(
            addresses[0],
            addresses[1],
            (addresses[2], addresses[3]),
            database,
            parents,
            tuple(folder / "server.log" for folder in folders),
        )


@pytest.fixture
def reader() -> Iterator[Reader]:
    browser = Reader()
    yield browser
    browser.close()


def wait_for(is_so: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.25)
    return False


def picture() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (400, 300), (30, 120, 90)).save(stream, "PNG")
    return stream.getvalue()


def test_a_day_at_two_nodes(cluster: Cluster, reader: Reader):
    """Sign in at A, upload at B, found at A, used at A, published at B, learned at both, signed out at A and B."""
    a, b = cluster.a, cluster.b
    assert reader.sign_in(a, "lan", PASSWORD).status_code == 303
    assert reader.get(b, "/teach").status_code == 200
    sent = reader.upload(b, "ban-do-thuy-van.png", picture())
    assert sent.status_code == 200, sent.text
    item = sent.json()["files"][0]["item"]
    published = reader.post(a, f"/library/{item}/publish", {"scope": "sector"})
    assert published.status_code in {200, 303}, published.text
    for site in (a, b):
        assert wait_for(lambda site=site: item in reader.get(site, "/library?q=ban do thuy van").text), site
    lesson = cluster.one(
        "SELECT lesson.uuid FROM lesson JOIN unit ON unit.id = unit_id JOIN course ON course.id = course_id "
        f"WHERE course.title = '{deeds.TAUGHT}'"
    )
    run = cluster.one(f"SELECT uuid FROM run WHERE title = '{deeds.TAUGHT} A'")
    used = reader.post(a, f"/teach/lessons/{lesson}/items", {"item": item})
    assert used.status_code == 303, used.text
    revision = reader.post(b, f"/teach/lessons/{lesson}/publish", {"run": run})
    assert revision.status_code == 303, revision.text
    learn(cluster, run, lesson)
    assert reader.post(a, "/sign-out", {}, seen="/account").status_code == 303
    assert reader.get(b, "/teach").status_code == 303


def learn(cluster: Cluster, run: str, lesson: str) -> None:
    """Em Minh walks through the lesson, each step at the other node."""
    minh = Reader()
    nodes = cycle((cluster.b, cluster.a))
    assert minh.sign_in(next(nodes), "minh", PASSWORD).status_code == 303
    at = minh.get(next(nodes), f"/learn/runs/{run}/{lesson}").headers["Location"]
    links: list[str] = []
    for _step in range(6):
        page = minh.get(next(nodes), at)
        links += re.findall(r'<img src="(http[^"]+)"', page.text)
        key = re.search(r'name="key" value="([^"]+)"', page.text)
        if key:
            answered = minh.post(next(nodes), f"{at}/answer", {"key": key[1], "answer": "Hà Nội"}, seen=at)
            assert answered.status_code == 303, answered.text
        step = minh.post(next(nodes), f"{at}/next", {}, seen=at)
        assert step.status_code == 303, step.text
        at = step.headers["Location"]
        if at.endswith("/end"):
            break
    assert at.endswith("/end")
    done, total = (cluster.one(f"SELECT {name} FROM lesson_progress") for name in ("done", "total"))
    assert done == total == "3"
    assert links
    for link in links:
        assert httpx.get(link.replace("&amp;", "&")).content[:4] == b"\x89PNG"
    minh.close()


def test_limits_are_counted_together(cluster: Cluster, reader: Reader):
    """Twenty tries a minute at both nodes and all four processes together. Cure: CACHE_URL is Redis; in memory each
    process would allow twenty."""
    answers = [
        reader.sign_in(site, "phuc", "wrong-password").status_code
        for _try, site in zip(range(24), cycle((cluster.a, cluster.b)), strict=False)
    ]
    assert answers[:20] == [422] * 20
    assert answers[20:] == [429] * 4


def test_a_job_is_run_once_by_either_worker(cluster: Cluster, reader: Reader):
    reader.sign_in(cluster.a, "lan", PASSWORD)
    for number, site in zip(range(6), cycle((cluster.a, cluster.b)), strict=False):
        assert reader.upload(site, f"bai-{number}.md", f"# Bài {number}\n\nChữ.".encode()).status_code == 200
    assert wait_for(
        lambda: (
            cluster.one(
                "SELECT count(*) FROM job WHERE state IN ('queued', 'running') AND run_after <= now()"
            )
            == "0"
        )
    )
    assert cluster.one("SELECT count(*) FROM job WHERE state = 'failed'") == "0"
    assert cluster.one("SELECT count(*) FROM cs_search_queue") == "0"


def test_when_a_node_is_lost_the_other_goes_on(cluster: Cluster, reader: Reader):
    """The last test of the file: node A is killed whole, with its web processes, worker and file server."""
    assert reader.sign_in(cluster.a, "an", PASSWORD).status_code == 303
    os.killpg(cluster.parents[0].pid, signal.SIGKILL)
    cluster.parents[0].wait()
    assert reader.get(cluster.b, "/learn").status_code == 200
