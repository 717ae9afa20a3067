"""Harvesting other libraries: ourselves over a real socket, and servers that mean no good."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from content_store.models import Item
from lms.core import fetching
from lms.core.actor import SYSTEM
from lms.core.db import db, write
from lms.core.errors import Invalid, NotAllowed, NotFound
from lms.core.fetching import ComeBackLater, FetchFailed, fetch
from lms.core.jobs import Job, run_due_jobs
from lms.core.outbound import is_reachable
from lms.interop.oai_pmh import jobs, services
from lms.interop.oai_pmh.models import OaiSource, OaiTaken
from lms.interop.oai_pmh.queries import list_sources
from lms.library.door import open_store
from lms.library.harvest import change_link, retire_link, stamp_changes
from tests.cast import Cast
from tests.lms.interop.oai_pmh.conftest import link_said

PutLinks = Callable[..., list[UUID]]
HEAD = (
    '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-06-01T19:20:30Z</responseDate>'
)


def add(url: str, **values: object) -> OaiSource:
    """Add a source, as the site's keeper does, without running its harvest."""
    with write():
        return services.add_source(SYSTEM, name="Kho bạn", url=url, **values)  # type: ignore[arg-type]


def harvest(source: OaiSource) -> OaiSource:
    """Run a harvest as the worker does and read the row anew."""
    jobs.harvest_source(source.id)
    return db.session.get_one(OaiSource, source.id, populate_existing=True)


def taken(source: OaiSource) -> dict[str, Item]:
    """The items that were taken in, by identifier."""
    query = select(OaiTaken.identifier, Item).join(Item, Item.uuid == OaiTaken.item_uuid)
    db.session.expire_all()
    return {row[0]: row[1] for row in db.session.execute(query.where(OaiTaken.source_id == source.id))}


@pytest.mark.usefixtures("open_network")
@pytest.mark.parametrize("prefix", ["oai_dc", "lom"])
def test_a_library_is_taken_in_as_links_and_followed(address: str, put_links: PutLinks, prefix: str) -> None:
    theirs = put_links(205)
    source = harvest(add(address, prefix=prefix))
    assert (source.error, source.taken, source.skipped, source.token) == (None, 205, 0, None)
    assert source.from_stamp is not None
    items = taken(source)
    assert len(items) == 205
    one = open_store().get(items[f"oai:127.0.0.1:{theirs[3]}"].uuid)
    assert (one.title, one.license_id) == ("Bài 3", "link-only")
    assert one.source_url == f"http://127.0.0.1:8000/library/{theirs[3]}"
    assert one.item.audiences == {"sector"}
    with write():
        change_link(theirs[3], link_said("Bài ba, sửa"))
        retire_link(theirs[4])
    stamp_changes()
    source = harvest(source)
    assert source.taken == 205
    items = taken(source)
    changed = items[f"oai:127.0.0.1:{theirs[3]}"]
    assert open_store().get_shown(changed.uuid).title == "Bài ba, sửa"
    assert items[f"oai:127.0.0.1:{theirs[4]}"].state == "retired"
    with write():
        open_store().restore(theirs[4])
    stamp_changes()
    harvest(source)
    assert taken(source)[f"oai:127.0.0.1:{theirs[4]}"].state == "published"


@pytest.mark.usefixtures("open_network")
def test_the_same_harvest_again_changes_nothing(address: str, put_links: PutLinks) -> None:
    put_links(3)
    source = harvest(add(address))
    before = {name: (item.latest_number, item.updated_at) for name, item in taken(source).items()}
    with write():
        db.session.get_one(OaiSource, source.id).from_stamp = None
    harvest(source)
    assert {name: (item.latest_number, item.updated_at) for name, item in taken(source).items()} == before


@pytest.mark.usefixtures("open_network")
def test_a_worker_killed_between_two_pages_goes_on_after_the_last_one(
    address: str, put_links: PutLinks, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_links(205)
    source = add(address)
    asked: list[str] = []

    def killed(url: str) -> bytes:
        asked.append(url)
        if "resumptionToken" in url:
            raise KeyboardInterrupt
        return fetch(url)

    monkeypatch.setattr(jobs, "fetch", killed)
    with pytest.raises(KeyboardInterrupt):
        jobs.harvest_source(source.id)
    db.session.rollback()
    assert len(taken(source)) == 200
    monkeypatch.setattr(jobs, "fetch", lambda url: (asked.append(url), fetch(url))[1])
    source = harvest(source)
    assert (len(taken(source)), source.taken) == (205, 205)
    assert sum("resumptionToken" not in url and "ListRecords" in url for url in asked) == 1


class Hostile(ThreadingHTTPServer):
    """A server that answers as each test wants."""

    answer: Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def hostile() -> Iterator[Hostile]:
    """A server of no good will behind a real socket."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                server.answer(self)
            except (BrokenPipeError, ConnectionResetError):
                pass

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = Hostile(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join(20)
    server.server_close()


def url_of(server: Hostile) -> str:
    """Where the server is."""
    return f"http://127.0.0.1:{server.server_port}/oai"


def say(body: bytes, status: int = 200, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """An answer with this body."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@pytest.mark.usefixtures("open_network")
def test_an_answer_without_end_is_cut_off(hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "LARGEST", 100_000)

    def flood(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(10_000):
            handler.wfile.write(b"x" * 10_000)

    hostile.answer = flood
    with pytest.raises(FetchFailed, match="too large"):
        fetch(url_of(hostile))


@pytest.mark.usefixtures("open_network")
def test_an_answer_that_drips_is_cut_off(hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "LONGEST_S", -1.0)
    hostile.answer = say(b"x")
    with pytest.raises(FetchFailed, match="too long"):
        fetch(url_of(hostile))


@pytest.mark.usefixtures("open_network")
def test_a_circle_of_redirects_ends(hostile: Hostile) -> None:
    hostile.answer = say(b"", 302, Location="/oai")
    with pytest.raises(FetchFailed, match="address to address"):
        fetch(url_of(hostile))


@pytest.mark.usefixtures("open_network")
@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://example.org/", "http://user:word@example.org/"]
)
def test_a_redirect_leads_to_no_other_kind_of_address(hostile: Hostile, target: str) -> None:
    hostile.answer = say(b"", 302, Location=target)
    with pytest.raises(FetchFailed):
        fetch(url_of(hostile))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::",
        "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::",
    ],
)  # fmt: skip
def test_no_address_of_our_own_network_is_reachable(address: str) -> None:
    assert not is_reachable(address)


def test_addresses_of_the_world_are_reachable() -> None:
    assert is_reachable("93.184.216.34")
    assert is_reachable("2606:2800:220:1:248:1893:25c8:1946")


def test_our_own_machine_is_never_asked(hostile: Hostile) -> None:
    hostile.answer = say(b"secret")
    with pytest.raises(FetchFailed, match="not out in the world"):
        fetch(url_of(hostile))


@pytest.mark.usefixtures("open_network")
def test_a_server_that_asks_for_patience_gets_it(hostile: Hostile, act: Flask) -> None:
    hostile.answer = say(b"", 503, Retry_After="120")
    with pytest.raises(ComeBackLater) as asked:
        fetch(url_of(hostile))
    assert asked.value.seconds == 120
    source = add(url_of(hostile))
    run_due_jobs()
    waiting = db.session.scalars(select(Job).where(Job.name == "harvest_source", Job.state == "queued")).all()
    assert len(waiting) == 1
    assert (waiting[0].run_after - waiting[0].created_at).total_seconds() > 100
    assert source.error is None


@pytest.mark.usefixtures("open_network")
@pytest.mark.parametrize(
    "body",
    [
        b"<html><p>Welcome</p></html>",
        b"",
        b"\x00\xff",
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><OAI-PMH>&a;</OAI-PMH>',
        f'{HEAD}<error code="badArgument">No</error></OAI-PMH>'.encode(),
    ],
)
def test_what_is_no_archive_is_said_at_the_source_and_takes_nothing(
    hostile: Hostile, act: Flask, body: bytes
) -> None:
    hostile.answer = say(body)
    source = harvest(add(url_of(hostile)))
    assert source.error
    assert taken(source) == {}


@pytest.mark.usefixtures("open_network")
def test_a_token_that_leads_to_itself_ends_the_harvest(hostile: Hostile, act: Flask) -> None:
    identify = "<Identify><granularity>YYYY-MM-DD</granularity></Identify>"
    page = "<ListRecords><resumptionToken>again</resumptionToken></ListRecords>"
    hostile.answer = lambda handler: say(
        f"{HEAD}{identify if 'Identify' in handler.path else page}</OAI-PMH>".encode()
    )(handler)
    source = harvest(add(url_of(hostile)))
    assert "bad-token" in (source.error or "")
    assert source.token is None


@pytest.mark.usefixtures("open_network")
def test_an_archive_that_counts_days_is_asked_by_day(hostile: Hostile, act: Flask) -> None:
    asked: list[str] = []
    identify = "<Identify><granularity>YYYY-MM-DD</granularity></Identify>"

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        body = identify if "Identify" in handler.path else '<error code="noRecordsMatch"/>'
        say(f"{HEAD}{body}</OAI-PMH>".encode())(handler)

    hostile.answer = answer
    source = harvest(add(url_of(hostile)))
    assert source.from_stamp == "2026-06-01T19:20:30Z"
    harvest(source)
    assert asked[-1].endswith("from=2026-06-01")


@pytest.mark.parametrize(
    "url", ["", "library.example.org", "file:///etc/passwd", "https://", "javascript:alert(1)"]
)
def test_a_source_needs_a_full_address(act: Flask, url: str) -> None:
    with pytest.raises(Invalid) as refused, write():
        services.add_source(SYSTEM, name="Kho", url=url)
    assert "url" in refused.value.fields


def test_only_the_sites_keepers_say_what_is_harvested(cast: Cast) -> None:
    with pytest.raises(NotAllowed), write():
        services.add_source(cast.lan.actor, name="Kho", url="https://a.vn/oai")
    with pytest.raises(NotAllowed):
        list_sources(cast.lan.actor)
    source = add("https://a.vn/oai")
    for deed in (services.harvest_now, services.pause_source):
        with pytest.raises(NotAllowed), write():
            deed(cast.lan.actor, source.uuid)
        with pytest.raises(NotFound), write():
            deed(SYSTEM, UUID(int=1))


def test_a_paused_source_is_left_alone(act: Flask) -> None:
    source = add("https://a.vn/oai")
    with write():
        services.pause_source(SYSTEM, source.uuid)
    assert harvest(source).error is None
    assert source.done_at is None


@pytest.mark.usefixtures("open_network")
def test_a_removed_library_keeps_or_takes_its_materials_and_comes_back_whole(
    address: str, put_links: PutLinks, cast: Cast
) -> None:
    put_links(3)
    source = harvest(add(address))
    items = taken(source)
    with pytest.raises(NotAllowed), write():
        services.remove_source(cast.lan.actor, source.uuid, withdraw=False)
    with write():
        services.remove_source(SYSTEM, source.uuid, withdraw=False)
    run_due_jobs()
    assert list_sources(SYSTEM) == [] and {item.state for item in taken(source).values()} == {"published"}
    again = harvest(add(address))
    assert again.id == source.id and taken(again).keys() == items.keys()
    with write():
        services.remove_source(SYSTEM, source.uuid, withdraw=True)
    run_due_jobs()
    assert {item.state for item in taken(source).values()} == {"retired"}
    with pytest.raises(NotFound), write():
        services.harvest_now(SYSTEM, source.uuid)
    back = taken(harvest(add(address)))
    assert {name: item.uuid for name, item in back.items()} == {
        name: item.uuid for name, item in items.items()
    }
    assert {item.state for item in back.values()} == {"published"}
