"""`/oai` as harvesters of others meet it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from oaipmh_scythe import Scythe
from sickle import Sickle
from sickle.oaiexceptions import NoRecordsMatch

from lms.core.db import write
from lms.core.jobs import run_due_jobs
from lms.core.schedule import enqueue_repeated
from lms.interop.oai_pmh import views
from lms.library.harvest import change_link, has_changes, put_link, retire_link, stamp_changes
from tests.lms.interop.oai_pmh.conftest import link_said

OAI = "{http://www.openarchives.org/OAI/2.0/}"
PutLinks = Callable[..., list[UUID]]


def name_of(uuid: UUID) -> str:
    """The identifier of an item of the site."""
    return f"oai:127.0.0.1:{uuid}"


def test_get_and_post_are_answered_alike(client: FlaskClient, put_links: PutLinks) -> None:
    made = put_links(2)
    asked = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"}
    for answer in (client.get("/oai", query_string=asked), client.post("/oai", data=asked)):
        assert answer.status_code == 200
        assert answer.content_type == "text/xml; charset=utf-8"
        assert "Set-Cookie" not in answer.headers
        found = [element.text for element in etree.fromstring(answer.data).iter(f"{OAI}identifier")]
        assert found == [name_of(uuid) for uuid in made]


def test_an_argument_given_twice_is_refused(client: FlaskClient, act: Flask) -> None:
    answer = client.get("/oai?verb=Identify&verb=Identify")
    assert answer.status_code == 200
    assert b'code="badVerb"' in answer.data


def test_what_only_the_sector_may_see_is_not_told(client: FlaskClient, put_links: PutLinks) -> None:
    hidden = put_links(1, "Trong ngành", scope="sector")[0]
    answer = client.get("/oai", query_string={"verb": "ListRecords", "metadataPrefix": "lom"})
    assert b'code="noRecordsMatch"' in answer.data
    asked = {"verb": "GetRecord", "metadataPrefix": "lom", "identifier": name_of(hidden)}
    assert b'code="idDoesNotExist"' in client.get("/oai", query_string=asked).data


def test_the_worker_lets_harvesters_hear_of_changes(client: FlaskClient, act: Flask) -> None:
    with write():
        put_link(link_said("Phân số"), scope="public")
    assert has_changes()
    enqueue_repeated()
    run_due_jobs()
    assert not has_changes()
    answer = client.get("/oai", query_string={"verb": "ListRecords", "metadataPrefix": "lom"})
    assert "Phân số" in answer.text


def test_who_asks_too_often_is_told_when_to_come_back(
    client: FlaskClient, act: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "RATE", "1/minute")
    assert client.get("/oai?verb=Identify").status_code == 200
    answer = client.get("/oai?verb=Identify")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_sickle_harvests_everything_over_a_real_socket(address: str, put_links: PutLinks) -> None:
    made = put_links(205)
    gone = made[7]
    with write():
        retire_link(gone)
    stamp_changes()
    sickle = Sickle(address)
    assert sickle.Identify().deletedRecord == "persistent"
    assert {found.metadataPrefix for found in sickle.ListMetadataFormats()} == {"oai_dc", "lom"}
    assert any(found.setSpec == "subject-toan" for found in sickle.ListSets())
    for prefix in ("oai_dc", "lom"):
        records = list(sickle.ListRecords(metadataPrefix=prefix))
        names = [record.header.identifier for record in records]
        assert sorted(names) == sorted(name_of(uuid) for uuid in made)
        assert [record.header.identifier for record in records if record.deleted] == [name_of(gone)]
    assert sickle.GetRecord(identifier=name_of(made[0]), metadataPrefix="oai_dc").metadata["title"] == [
        "Bài 0"
    ]


def test_scythe_harvests_everything_over_a_real_socket(address: str, put_links: PutLinks) -> None:
    made = put_links(205)
    with Scythe(address) as scythe:
        assert scythe.identify().protocolVersion == "2.0"  # type: ignore[union-attr]
        names = [record.header.identifier for record in scythe.list_records(metadata_prefix="oai_dc")]  # type: ignore[union-attr]
        headers = [header.identifier for header in scythe.list_identifiers(metadata_prefix="lom")]  # type: ignore[union-attr]
    assert names == headers == [name_of(uuid) for uuid in made]


def test_nothing_is_missed_while_three_write_and_the_worker_stamps(
    address: str, act: Flask, put_links: PutLinks
) -> None:
    first = put_links(30)
    is_over = threading.Event()
    made: list[UUID] = []

    def write_some(number: int) -> None:
        with act.app_context():
            for turn in range(12):
                with write():
                    uuid = put_link(link_said(f"Mới {number}-{turn}"), scope="public")
                made.append(uuid)
                with write():
                    change_link(first[number * 4 + turn % 4], link_said(f"Sửa {number}-{turn}"))

    def stamp_on() -> None:
        with act.app_context():
            while not is_over.is_set():
                stamp_changes()
                is_over.wait(0.01)

    writers = [threading.Thread(target=write_some, args=(number,)) for number in range(3)]
    stamper = threading.Thread(target=stamp_on)
    for thread in (stamper, *writers):
        thread.start()
    known: dict[str, str] = {}
    since: str | None = None
    while any(thread.is_alive() for thread in writers):
        since = harvest_into(known, address, since)
    for thread in writers:
        thread.join()
    is_over.set()
    stamper.join()
    stamp_changes()
    harvest_into(known, address, since)
    assert set(known) == {name_of(uuid) for uuid in [*first, *made]}
    for number in range(3):
        titles = {known[name_of(first[number * 4 + place])] for place in range(4)}
        assert titles == {f"Sửa {number}-{turn}" for turn in range(8, 12)}


def harvest_into(known: dict[str, str], address: str, since: str | None) -> str:
    """Harvest from a moment on, as a harvester does; return the moment to begin the next one with."""
    sickle = Sickle(address)
    asked = {"metadataPrefix": "oai_dc", **({"from": since} if since else {})}
    try:
        records = sickle.ListRecords(**asked)
    except NoRecordsMatch:
        return str(since)
    moment = str(records.oai_response.xml.findtext(f"{OAI}responseDate"))
    for record in records:
        known[record.header.identifier] = record.metadata["title"][0]
    return moment
