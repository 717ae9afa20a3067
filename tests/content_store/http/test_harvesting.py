"""`/oai` of the library by itself: all six verbs, by GET and by POST, with no worker to stamp anything."""

from __future__ import annotations

import httpx
import pytest
from lxml import etree

from content_store.store import ContentStore
from tests.content_store.http.conftest import SITE, Put

pytestmark = pytest.mark.anyio
OAI = "{http://www.openarchives.org/OAI/2.0/}"


async def ask(browser: httpx.AsyncClient, **asked: str) -> etree._Element:
    answer = await browser.get("/oai", params=asked)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    return etree.fromstring(answer.content)


async def test_all_six_verbs_answer(browser: httpx.AsyncClient, put: Put) -> None:
    version = put(subject="toan")
    name = f"oai:kho.example.vn:{version.item.uuid}"
    identified = await ask(browser, verb="Identify")
    assert identified.findtext(f".//{OAI}baseURL") == f"{SITE}/oai"
    assert identified.findtext(f".//{OAI}adminEmail") == "root@kho.example.vn"
    formats = await ask(browser, verb="ListMetadataFormats")
    assert {one.text for one in formats.iter(f"{OAI}metadataPrefix")} == {"oai_dc", "lom"}
    sets = await ask(browser, verb="ListSets")
    assert "subject-toan" in {one.text for one in sets.iter(f"{OAI}setSpec")}
    for verb, more in (
        ("ListIdentifiers", {"set": "subject-toan"}),
        ("ListRecords", {}),
        ("GetRecord", {"identifier": name}),
    ):
        for prefix in ("oai_dc", "lom"):
            told = await ask(browser, verb=verb, metadataPrefix=prefix, **more)
            assert [one.text for one in told.iter(f"{OAI}identifier")] == [name], verb


async def test_a_form_is_answered_as_an_address_is(browser: httpx.AsyncClient, put: Put) -> None:
    put()
    asked = {"verb": "ListIdentifiers", "metadataPrefix": "lom"}
    posted = etree.fromstring((await browser.post("/oai", data=asked)).content)
    assert len(list(posted.iter(f"{OAI}identifier"))) == 1
    no_form = await browser.post("/oai", json=asked)
    assert etree.fromstring(no_form.content).find(f"{OAI}error").get("code") == "badVerb"
    assert (await browser.post("/oai", data={"verb": "x" * 70_000})).status_code == 413


async def test_what_is_withdrawn_is_told_as_deleted(
    browser: httpx.AsyncClient, put: Put, store: ContentStore
) -> None:
    version = put()
    before = (await ask(browser, verb="ListIdentifiers", metadataPrefix="lom")).find(f".//{OAI}header")
    assert before.get("status") is None
    store.retire(version.item.uuid)
    store.session.commit()
    after = (await ask(browser, verb="ListIdentifiers", metadataPrefix="lom")).find(f".//{OAI}header")
    assert after.get("status") == "deleted"
    assert after.findtext(f"{OAI}datestamp") >= before.findtext(f"{OAI}datestamp")
