"""The site behind a real socket, and many links in it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.serving import make_server

from content_store.store import Metadata
from lms.core import outbound
from lms.core.db import write
from lms.library.harvest import put_link, stamp_changes


@pytest.fixture
def put_links(act: Flask) -> Callable[..., list[UUID]]:
    """Put in some public links and let harvesters hear of them."""

    def put(count: int, title: str = "Bài", scope: str = "public") -> list[UUID]:
        with write():
            made = [put_link(link_said(f"{title} {number}"), scope=scope) for number in range(count)]
        stamp_changes()
        return made

    return put


def link_said(title: str, **said: object) -> Metadata:
    """What is said of a link."""
    return Metadata(title, license_id="link-only", source_url="https://example.org/1", **said)  # type: ignore[arg-type]


@pytest.fixture
def address(act: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address for harvesters of the site behind a real socket."""
    server = make_server("127.0.0.1", 0, act, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/oai"
    server.shutdown()
    thread.join(20)
    server.server_close()


@pytest.fixture
def open_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let our own machine count as a place out in the world."""
    monkeypatch.setattr(outbound, "is_reachable", lambda address: True)
