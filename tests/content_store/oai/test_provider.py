"""The provider, by the examples and the rules of the specification."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lxml import etree
from sqlalchemy.orm import Session

from content_store import collections
from content_store.oai import stamping
from content_store.oai.models import HarvestRecord
from content_store.store import ContentStore, Metadata
from tests.content_store.oai.conftest import OAI, error_of, identifier, identifiers

Ask = Callable[..., etree._Element]
Publish = Callable[..., Any]
Stamp = Callable[[], int]


def harvest(ask: Ask, **asked: str) -> list[str]:
    """Follow the tokens to the end."""
    found, root = [], ask(**asked)
    while True:
        found += identifiers(root)
        token = root.find(f".//{OAI}resumptionToken")
        if token is None or not token.text:
            return found
        root = ask(verb=asked["verb"], resumptionToken=token.text)


def test_identify_says_all_that_the_specification_asks(ask: Ask) -> None:
    root = ask(verb="Identify")
    told = {element.tag.removeprefix(OAI): element.text for element in root.find(f"{OAI}Identify")}
    assert told["repositoryName"] == "Kho học liệu"
    assert told["baseURL"] == "https://hoc.example.vn/oai"
    assert told["protocolVersion"] == "2.0"
    assert told["deletedRecord"] == "persistent"
    assert told["granularity"] == "YYYY-MM-DDThh:mm:ssZ"
    assert told["adminEmail"] == "thu-vien@example.vn"
    assert datetime.fromisoformat(told["earliestDatestamp"] or "").tzinfo == UTC
    assert [child.tag for child in root] == [f"{OAI}responseDate", f"{OAI}request", f"{OAI}Identify"]
    assert root.find(f"{OAI}request").attrib == {"verb": "Identify"}


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ([], "badVerb"),
        ([("verb", "Steal")], "badVerb"),
        ([("verb", "Identify"), ("verb", "Identify")], "badVerb"),
        ([("verb", "Identify"), ("set", "a")], "badArgument"),
        ([("verb", "GetRecord"), ("metadataPrefix", "oai_dc")], "badArgument"),
        ([("verb", "ListRecords")], "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "lom"), ("metadataPrefix", "lom")], "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "lom"), ("resumptionToken", "x")], "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "lom"), ("from", "yesterday")], "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "lom"), ("from", "2026-02-30")], "badArgument"),
        (
            [("verb", "ListRecords"), ("metadataPrefix", "lom"), ("from", "2026-02-01T00:00:00")],
            "badArgument",
        ),
        (
            [
                ("verb", "ListRecords"),
                ("metadataPrefix", "lom"),
                ("from", "2026-02-01"),
                ("until", "2026-01-01"),
            ],
            "badArgument",
        ),
        (
            [
                ("verb", "ListRecords"),
                ("metadataPrefix", "lom"),
                ("from", "2026-01-01"),
                ("until", "2026-02-01T00:00:00Z"),
            ],
            "badArgument",
        ),
        ([("verb", "ListRecords"), ("metadataPrefix", "marc21")], "cannotDisseminateFormat"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("set", "no-such")], "noRecordsMatch"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("until", "1990-01-01")], "noRecordsMatch"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", "9999-12-31")], "noRecordsMatch"),
        ([("verb", "ListRecords"), ("resumptionToken", "nonsense")], "badResumptionToken"),
        ([("verb", "ListRecords"), ("resumptionToken", "W10")], "badResumptionToken"),
        ([("verb", "ListRecords"), ("resumptionToken", "đ")], "badResumptionToken"),
        ([("verb", "ListSets"), ("resumptionToken", "nonsense")], "badResumptionToken"),
        (
            [("verb", "GetRecord"), ("metadataPrefix", "oai_dc"), ("identifier", "oai:hoc.example.vn:1")],
            "idDoesNotExist",
        ),
        (
            [
                ("verb", "ListMetadataFormats"),
                ("identifier", "oai:other.vn:0190a0d0-0000-7000-8000-000000000000"),
            ],
            "idDoesNotExist",
        ),
    ],
)
def test_every_refusal_has_the_code_of_the_specification(
    ask: Ask, publish: Publish, stamp: Stamp, asked: list[tuple[str, str]], code: str
) -> None:
    publish()
    stamp()
    root = ask(*asked)
    assert error_of(root) == code
    expected = {} if code in {"badVerb", "badArgument"} else dict(asked)
    assert dict(root.find(f"{OAI}request").attrib) == expected


def test_a_record_is_told_in_both_formats(ask: Ask, publish: Publish, stamp: Stamp) -> None:
    version = publish("Phân số \x01", subject="toan", grades=(6,), authors=("Lan & Hùng",))
    stamp()
    for prefix, root_name in (("oai_dc", "dc"), ("lom", "lom")):
        root = ask(verb="GetRecord", identifier=identifier(version), metadataPrefix=prefix)
        assert error_of(root) is None
        metadata = root.find(f".//{OAI}metadata")
        assert etree.QName(metadata[0]).localname == root_name
        assert "Phân số" in "".join(metadata.itertext())
    assert "subject-toan" in [element.text for element in root.iter(f"{OAI}setSpec")]
    formats = ask(verb="ListMetadataFormats", identifier=identifier(version))
    assert [found.text for found in formats.iter(f"{OAI}metadataPrefix")] == ["oai_dc", "lom"]


def test_only_what_strangers_may_see_is_told(
    ask: Ask, publish: Publish, stamp: Stamp, store: ContentStore
) -> None:
    shown = publish("Mở")
    school = publish("Của trường", audience="org:1")
    draft = store.add(owner="user:1", files=[], metadata=_link("Nháp"))
    stamp()
    assert harvest(ask, verb="ListRecords", metadataPrefix="oai_dc") == [identifier(shown)]
    for hidden in (school, draft):
        root = ask(verb="GetRecord", identifier=identifier(hidden), metadataPrefix="oai_dc")
        assert error_of(root) == "idDoesNotExist"


def _link(title: str) -> Metadata:
    return Metadata(title, license_id="link-only", source_url="https://example.org/2")


def test_what_is_withdrawn_says_at_once_that_it_is_deleted_and_is_stamped_anew(
    ask: Ask, publish: Publish, stamp: Stamp, store: ContentStore
) -> None:
    version = publish("Phân số", subject="toan")
    publish("Khác")
    stamp()
    store.retire(version.item.uuid)
    before = ask(verb="GetRecord", identifier=identifier(version), metadataPrefix="oai_dc")
    assert before.find(f".//{OAI}header").get("status") == "deleted"
    assert before.find(f".//{OAI}metadata") is None
    stamp()
    listed = ask(verb="ListIdentifiers", metadataPrefix="oai_dc")
    assert identifiers(listed)[-1] == identifier(version)
    assert [header.get("status") for header in listed.iter(f"{OAI}header")] == [None, "deleted"]
    in_set = ask(verb="ListRecords", metadataPrefix="oai_dc", set="subject-toan")
    assert identifiers(in_set) == [identifier(version)]
    store.restore(version.item.uuid)
    stamp()
    again = ask(verb="GetRecord", identifier=identifier(version), metadataPrefix="oai_dc")
    assert again.find(f".//{OAI}header").get("status") is None


def test_a_circle_made_narrower_is_a_deletion_for_strangers(
    ask: Ask, publish: Publish, stamp: Stamp, store: ContentStore
) -> None:
    version = publish()
    stamp()
    store.publish(version.item.uuid, audiences=frozenset({"sector"}))
    for _ in range(2):
        root = ask(verb="GetRecord", identifier=identifier(version), metadataPrefix="lom")
        assert root.find(f".//{OAI}header").get("status") == "deleted"
        stamp()


def test_a_whole_harvest_has_everything_once(ask: Ask, publish: Publish, stamp: Stamp) -> None:
    made = [identifier(publish(f"Bài {number}")) for number in range(10)]
    stamp()
    for verb in ("ListRecords", "ListIdentifiers"):
        assert harvest(ask, verb=verb, metadataPrefix="oai_dc") == made


def test_a_token_keeps_what_was_asked_and_serves_its_own_verb_only(
    ask: Ask, publish: Publish, stamp: Stamp
) -> None:
    for number in range(5):
        publish(f"Toán {number}", subject="toan")
        publish(f"Văn {number}", subject="ngu-van")
    stamp()
    asked = {"metadataPrefix": "lom", "set": "subject-toan", "from": "2000-01-01", "until": "2999-01-01"}
    first = ask(*asked.items(), verb="ListRecords")
    token = first.find(f".//{OAI}resumptionToken")
    assert token.get("cursor") == "0"
    second = ask(verb="ListRecords", resumptionToken=token.text)
    assert len(identifiers(first) + identifiers(second)) == 5
    assert second.find(f".//{OAI}resumptionToken").get("cursor") == "3"
    assert not second.find(f".//{OAI}resumptionToken").text
    assert {element.text for element in second.iter(f"{OAI}setSpec")} == {"subject-toan"}
    assert error_of(ask(verb="ListIdentifiers", resumptionToken=token.text)) == "badResumptionToken"


def test_from_and_until_mean_the_whole_second_and_the_whole_day(
    ask: Ask, publish: Publish, stamp: Stamp, store_session: Session
) -> None:
    version = publish()
    stamp()
    row = store_session.get_one(HarvestRecord, version.item.uuid)
    second = row.stamp.strftime("%Y-%m-%dT%H:%M:%SZ")
    earlier = (row.stamp - timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    later = (row.stamp + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    day = row.stamp.strftime("%Y-%m-%d")

    def found(start: str, end: str) -> bool:
        pairs = (("from", start), ("until", end))
        return error_of(ask(*pairs, verb="ListIdentifiers", metadataPrefix="lom")) is None

    assert found(second, second) and found(day, day)
    assert not found(earlier, earlier) and not found(later, later)


def test_stamps_only_grow_and_what_changes_comes_again_at_the_end(
    ask: Ask, publish: Publish, stamp: Stamp, store: ContentStore
) -> None:
    made = [publish(f"Bài {number}") for number in range(6)]
    stamp()
    root = ask(verb="ListRecords", metadataPrefix="oai_dc")
    store.update_metadata(made[4].item.uuid, _link("Bài 4, sửa"), owner="user:1")
    store.publish(made[4].item.uuid)
    stamp()
    token = root.find(f".//{OAI}resumptionToken").text
    rest = ask(verb="ListRecords", resumptionToken=token)
    assert identifiers(rest) == [identifier(made[number]) for number in (3, 5, 4)]
    assert "Bài 4, sửa" in "".join(rest.itertext())


def test_sets_are_the_subjects_and_the_collections_of_places(
    ask: Ask, publish: Publish, stamp: Stamp, store_session: Session
) -> None:
    version, hidden = publish("Phân số"), publish("Kín", audience="org:1")
    shelf = collections.create_collection(
        store_session, owner="user:1", title="Toán hay", description="Chọn lọc", home="place"
    )
    own = collections.create_collection(store_session, owner="user:1", title="Của riêng tôi")
    closed = collections.create_collection(store_session, owner="user:1", title="Kệ kín", home="place")
    for kept in (shelf, own):
        collections.add_to_collection(store_session, kept, version.item.uuid)
    collections.add_to_collection(store_session, closed, hidden.item.uuid)
    stamp()
    specs = [element.text for element in ask(verb="ListSets").iter(f"{OAI}setSpec")]
    assert "subject-toan" in specs
    assert [spec for spec in specs if spec.startswith("collection-")] == [f"collection-{shelf.uuid}"]
    listed = harvest(ask, verb="ListRecords", metadataPrefix="oai_dc", set=f"collection-{shelf.uuid}")
    assert listed == [identifier(version)]
    for kept in (own, closed):
        root = ask(verb="ListRecords", metadataPrefix="oai_dc", set=f"collection-{kept.uuid}")
        assert error_of(root) == "noRecordsMatch"
    collections.remove_from_collection(store_session, shelf, version.item.uuid)
    stamp()
    root = ask(verb="ListRecords", metadataPrefix="oai_dc", set=f"collection-{shelf.uuid}")
    assert error_of(root) == "noRecordsMatch"


def test_many_sets_come_in_pages(ask: Ask, publish: Publish, stamp: Stamp, store_session: Session) -> None:
    version = publish()
    made = set()
    for number in range(7):
        shelf = collections.create_collection(store_session, owner="u", title=f"Kệ {number}", home="place")
        collections.add_to_collection(store_session, shelf, version.item.uuid)
        made.add(f"collection-{shelf.uuid}")
    stamp()
    found, root = [], ask(verb="ListSets")
    while True:
        found += [str(element.text) for element in root.iter(f"{OAI}setSpec")]
        token = root.find(f".//{OAI}resumptionToken")
        if token is None or not token.text:
            break
        root = ask(verb="ListSets", resumptionToken=token.text)
    assert len(found) == len(set(found))
    assert made <= set(found)


def test_a_page_costs_the_same_statements_whatever_it_holds(
    ask: Ask, publish: Publish, stamp: Stamp, queries: Callable[[], int]
) -> None:
    for number in range(12):
        publish(f"Bài {number}", subject="toan")
    stamp()
    before = queries()
    ask(verb="ListRecords", metadataPrefix="lom", size=2)
    few = queries() - before
    ask(verb="ListRecords", metadataPrefix="lom", size=10)
    assert queries() - before - few <= few <= 7


def test_nothing_is_stamped_twice_without_a_change(
    publish: Publish, stamp: Stamp, store_session: Session
) -> None:
    publish()
    assert stamp() > 0
    assert stamp() == 0
    assert not stamping.has_changes(store_session)
