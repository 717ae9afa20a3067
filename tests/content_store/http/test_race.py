"""Versions published while a harvest is under way: it ends, and with the next one nothing is missing or out of date."""

from __future__ import annotations

import threading
from collections import Counter
from functools import partial

from lxml import etree
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from content_store.blobs import Blobs
from content_store.engines import stamp_all, writing
from content_store.oai import provider, stamping
from content_store.store import ContentStore, Metadata
from tests.content_store.oai.conftest import OAI, REPOSITORY

ITEMS, TURNS = 12, 6


def said(title: str) -> Metadata:
    return Metadata(title, license_id="link-only", source_url="https://example.org/1")


def ask(engine: Engine, **asked: str) -> etree._Element:
    """One request, answered as the site does it: stamps, the moment, then the rows; three records a page."""
    stamp_all(engine)
    with writing(engine) as session:
        moment = stamping.read_moment(session)
    pairs = [(name.rstrip("_"), value) for name, value in asked.items()]
    with Session(engine) as session:
        return etree.fromstring(provider.answer(session, REPOSITORY, pairs, moment=moment, size=3))


def harvest(engine: Engine, known: dict[str, str], **since: str) -> str:
    """A whole harvest into `known`, from identifier to title; where the next one begins."""
    root = ask(engine, verb="ListRecords", metadataPrefix="oai_dc", **since)
    begun = str(root.findtext(f"{OAI}responseDate"))
    told: list[tuple[str, str]] = []
    while True:
        for record in root.iter(f"{OAI}record"):
            title = str(record.findtext(".//{http://purl.org/dc/elements/1.1/}title"))
            told.append((str(record.findtext(f".//{OAI}identifier")), title))
        token = root.findtext(f".//{OAI}resumptionToken")
        if not token:
            break
        root = ask(engine, verb="ListRecords", resumptionToken=token)
    # told again only after a change: with the old stamp and the new words, then with the new stamp
    assert max(Counter(name for name, _ in told).values()) <= 1 + TURNS
    known.update(told)
    return begun


def test_a_version_published_during_a_harvest_is_not_lost_and_told_again_only_when_it_changed(
    database: Engine, blobs: Blobs
) -> None:
    with writing(database) as session:
        store = ContentStore(session, blobs=blobs)
        uuids = [store.add(owner="u", files=[], metadata=said(f"Bài {n}")).item.uuid for n in range(ITEMS)]
        for uuid in uuids:
            store.publish(uuid, audiences=frozenset({"public"}))
    failed: list[BaseException] = []

    def publish(first: int) -> None:
        try:
            for turn in range(TURNS):
                for uuid in uuids[first::2]:
                    with writing(database) as session:
                        store = ContentStore(session, blobs=blobs)
                        store.update_metadata(uuid, said(f"Bản {turn}"), owner="u")
                        store.publish(uuid)
        except BaseException as error:
            failed.append(error)

    writers = [threading.Thread(target=partial(publish, first)) for first in (0, 1)]
    for writer in writers:
        writer.start()
    known: dict[str, str] = {}
    since = harvest(database, known)
    assert set(known) == {REPOSITORY.identifier(uuid) for uuid in uuids}
    for writer in writers:
        writer.join()
    assert not failed
    harvest(database, known, from_=since)
    assert set(known.values()) == {f"Bản {TURNS - 1}"}
    assert len(known) == ITEMS
