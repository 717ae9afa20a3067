"""Copies of what other libraries offer under open licenses: only those, only files, once, and never half."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler

import pytest
from flask import Flask
from lxml import etree
from sqlalchemy import select

from content_store.metadata.offers import read_offer
from content_store.models import Version
from lms.core import fetching
from lms.core.db import db
from lms.core.errors import Invalid
from lms.core.fetching import ComeBackLater, FetchFailed, fetch_copy, fetch_work
from lms.core.jobs import run_due_jobs
from lms.interop.oai_pmh import copies, jobs
from lms.interop.oai_pmh.models import OaiSource, OaiTaken
from lms.library.door import open_store
from tests.lms.interop.oai_pmh.test_harvesting import HEAD, Hostile, add, harvest, hostile, say, url_of

__all__ = ["hostile"]
OPEN, CLOSED = "https://creativecommons.org/licenses/by-sa/4.0/", "All rights reserved"
TEXT = "# Phân số\n\nTử số và mẫu số.\n".encode()
DC = 'xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
Answers = dict[str, Callable[[BaseHTTPRequestHandler], None]]


def record(name: str, rights: str, *addresses: str, stamp: str = "2026-05-01T00:00:00Z") -> str:
    named = "".join(f"<dc:identifier>{address}</dc:identifier>" for address in addresses)
    return (
        f"<record><header><identifier>oai:x:{name}</identifier><datestamp>{stamp}</datestamp></header><metadata>"
        f"<oai_dc:dc {DC}><dc:title>{name}</dc:title>{named}<dc:rights>{rights}</dc:rights></oai_dc:dc>"
        "</metadata></record>"
    )


@pytest.fixture
def theirs(hostile: Hostile) -> Iterator[Answers]:
    """A library with one page of records at /oai, and files beside it."""
    answers: Answers = {}

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if "verb=Identify" in handler.path:
            say(f"{HEAD}<Identify/></OAI-PMH>".encode())(handler)
        else:
            answers[handler.path.partition("?")[0]](handler)

    hostile.answer = answer
    yield answers


def list_of(*records: str) -> Callable[[BaseHTTPRequestHandler], None]:
    return say(f"{HEAD}<ListRecords>{''.join(records)}</ListRecords></OAI-PMH>".encode())


def rows(source: OaiSource) -> dict[str, OaiTaken]:
    db.session.expire_all()
    found = db.session.scalars(select(OaiTaken).where(OaiTaken.source_id == source.id))
    return {row.identifier.rpartition(":")[2]: row for row in found}


def shown(source: OaiSource, name: str) -> Version:
    return open_store().get_shown(rows(source)[name].item_uuid)


@pytest.mark.usefixtures("open_network", "act")
def test_only_open_licenses_are_copied_and_the_rest_stays_links(hostile: Hostile, theirs: Answers) -> None:
    site = url_of(hostile).removesuffix("/oai")
    theirs["/oai"] = list_of(
        record("mo", OPEN, f"{site}/trang/1", f"{site}/tep/bai.md"),
        record("kin", CLOSED, f"{site}/tep/kin.md"),
        record("lan-lon", f"{OPEN} {CLOSED}</dc:rights><dc:rights>{CLOSED}", f"{site}/tep/kin.md"),
    )
    theirs["/tep/bai.md"] = say(TEXT, Content_Type="text/markdown")
    theirs["/trang/1"] = say(b"<p>page</p>", Content_Type="text/html")
    source = harvest(add(url_of(hostile), policy="copy", scope="public"))
    run_due_jobs()
    assert {name: row.copy_state for name, row in rows(source).items()} == {
        "mo": "done",
        "kin": None,
        "lan-lon": None,
    }
    copy = shown(source, "mo")
    assert (copy.license_id, copy.format, copy.source_url) == ("CC-BY-SA-4.0", "markdown", f"{site}/trang/1")
    assert copy.main is not None and copy.main.filename == "bai.md"
    with open_store().open(copy.main) as stream:
        assert stream.read() == TEXT
    assert shown(source, "kin").license_id == "link-only"
    assert copies.count_copies([source.id]) == {source.id: 1}


@pytest.mark.usefixtures("open_network", "act")
def test_a_source_of_links_fetches_nothing(hostile: Hostile, theirs: Answers) -> None:
    site = url_of(hostile).removesuffix("/oai")
    theirs["/oai"] = list_of(record("mo", OPEN, f"{site}/tep/bai.md"))
    source = harvest(add(url_of(hostile)))
    run_due_jobs()
    assert shown(source, "mo").license_id == "link-only"


@pytest.mark.usefixtures("open_network", "act")
def test_the_same_file_again_is_no_new_version_and_another_one_is(hostile: Hostile, theirs: Answers) -> None:
    site = url_of(hostile).removesuffix("/oai")
    theirs["/oai"] = list_of(record("mo", OPEN, f"{site}/bai.md"))
    theirs["/bai.md"] = say(TEXT)
    source = harvest(add(url_of(hostile), policy="copy"))
    run_due_jobs()
    before = shown(source, "mo").number
    harvest(source)
    run_due_jobs()
    assert shown(source, "mo").number == before
    theirs["/bai.md"] = say(TEXT + b"\nThem mot dong.\n")
    harvest(source)
    run_due_jobs()
    assert shown(source, "mo").number == before + 1
    theirs["/bai.md"] = say(b"", 404)
    harvest(source)
    run_due_jobs()
    row = rows(source)["mo"]
    assert (row.copy_state, row.has_copy, shown(source, "mo").number) == ("refused", True, before + 1)
    assert shown(source, "mo").license_id == "CC-BY-SA-4.0"  # what we had stays as it was given


@pytest.mark.usefixtures("open_network", "act")
def test_a_page_leads_to_its_file(hostile: Hostile, theirs: Answers) -> None:
    site = url_of(hostile).removesuffix("/oai")
    theirs["/oai"] = list_of(record("mo", OPEN, f"{site}/trang/1"))
    theirs["/trang/1"] = say(
        b"<p>", Content_Type="text/html", Link='</tep/1>; rel="item"; type="text/markdown"'
    )
    theirs["/tep/1"] = say(TEXT, Content_Disposition='attachment; filename="../bai.md"')
    source = harvest(add(url_of(hostile), policy="copy"))
    run_due_jobs()
    main = shown(source, "mo").main
    assert main is not None and main.filename == "bai.md"


@pytest.mark.usefixtures("open_network", "act")
@pytest.mark.parametrize(
    "answer",
    [
        say(b"", 404),
        say(b"<p>only a page</p>", Content_Type="text/html; charset=utf-8"),
        say(b"MZ\x90\x00" + bytes(200), Content_Type="application/pdf"),
        say(TEXT, Content_Length="9999"),
        say(b""),
    ],
    ids=["absent", "page", "program", "cut", "empty"],
)
def test_what_is_no_good_file_leaves_the_link(
    hostile: Hostile, theirs: Answers, answer: Callable[[BaseHTTPRequestHandler], None]
) -> None:
    site = url_of(hostile).removesuffix("/oai")
    theirs["/oai"] = list_of(record("mo", OPEN, f"{site}/tep/bai.pdf"))
    theirs["/tep/bai.pdf"] = answer
    source = harvest(add(url_of(hostile), policy="copy"))
    run_due_jobs()
    row = rows(source)["mo"]
    assert (row.copy_state, bool(row.copy_problem), row.has_copy) == ("refused", True, False)
    assert (shown(source, "mo").license_id, shown(source, "mo").files) == ("link-only", [])
    assert not list(open_store().blobs.list()) or row.copy_problem


@pytest.mark.usefixtures("open_network", "act")
def test_a_worker_killed_between_two_copies_goes_on_with_the_next(
    hostile: Hostile, theirs: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = url_of(hostile).removesuffix("/oai")
    theirs["/oai"] = list_of(*(record(f"b{number}", OPEN, f"{site}/{number}.md") for number in range(3)))
    for number in range(3):
        theirs[f"/{number}.md"] = say(TEXT)
    source = harvest(add(url_of(hostile), policy="copy"))
    real, asked = fetch_work, []

    def killed(url: str, target: io.BytesIO) -> object:
        asked.append(url)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return real(url, target)

    monkeypatch.setattr(copies, "fetch_work", killed)
    with pytest.raises(KeyboardInterrupt):
        jobs.fetch_copies(source.id)
    db.session.rollback()
    assert sorted(row.copy_state or "" for row in rows(source).values()) == ["done", "wanted", "wanted"]
    jobs.fetch_copies(source.id)
    assert {row.copy_state for row in rows(source).values()} == {"done"}
    assert asked.count(f"{site}/0.md") == 1


def test_our_own_network_is_never_asked_for_a_copy(hostile: Hostile, act: Flask) -> None:
    hostile.answer = say(TEXT)
    with pytest.raises(FetchFailed):
        fetch_copy(url_of(hostile), io.BytesIO())


@pytest.mark.usefixtures("open_network")
def test_a_file_without_end_is_cut_off_and_patience_is_kept(
    hostile: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "LARGEST_COPY", 1000)
    hostile.answer = say(b"x" * 100_000)
    with pytest.raises(FetchFailed):
        fetch_copy(url_of(hostile), io.BytesIO())
    hostile.answer = say(b"", Content_Length="5000")
    with pytest.raises(FetchFailed):
        fetch_copy(url_of(hostile), io.BytesIO())
    hostile.answer = say(b"", 503, Retry_After="60")
    with pytest.raises(ComeBackLater):
        fetch_copy(url_of(hostile), io.BytesIO())


def test_an_unknown_policy_is_refused(act: Flask) -> None:
    with pytest.raises(Invalid):
        add("https://x.example.org/oai", policy="steal")


def test_what_a_work_comes_from_is_no_place_of_the_work() -> None:
    dc = f"<dc {DC}><dc:source>https://a.vn/1.pdf</dc:source><dc:relation>https://a.vn/2.pdf</dc:relation>"
    dc += f"<dc:identifier>https://a.vn/3</dc:identifier><dc:rights>{OPEN}</dc:rights></dc>"
    offer = read_offer(etree.fromstring(dc))
    assert offer is not None and offer.addresses == ("https://a.vn/3",)
