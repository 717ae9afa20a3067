"""Items as JSON: what is said holds to the schema that says it, on a link and on a file with everything."""

from __future__ import annotations

import io

import jsonschema_rs

from content_store import representation
from content_store.models import Version, VersionFile
from content_store.recall import recall_version
from content_store.rights import ACTIONS
from content_store.search import Fragment
from content_store.store import ContentStore, Metadata, NewFile


def metadata_urls(version: Version) -> dict[str, str]:
    return {kind: f"https://a.vn/{version.item.uuid}.{kind}" for kind in representation.METADATA_KINDS}


def file_url(file: VersionFile) -> str | None:
    return f"https://a.vn/files/{file.uuid}"


ADDRESSES = representation.Addresses(
    item=lambda version: f"https://a.vn/library/{version.item.uuid}?version={version.number}",
    metadata=metadata_urls,
    file=file_url,
)
VERDICTS = dict.fromkeys(ACTIONS, "allowed")


def put(store: ContentStore) -> tuple[Version, Version]:
    """A link that says next to nothing, and a file that says all it can."""
    link = store.add(
        owner="u", files=[], metadata=Metadata("A", license_id="link-only", source_url="https://b.vn/1")
    )
    said = Metadata(
        "Phân số",
        subject="toan",
        grades=(6, 0),
        license_id="CC-BY-4.0",
        authors=("Lan",),
        keywords=("tử số",),
        rights_holder="Trường",
    )
    full = store.add(
        owner="u", files=[NewFile("bài.md", io.BytesIO("# Bài\n\nPhân số".encode()))], metadata=said
    )
    return link, full


def test_what_is_said_holds_to_its_schema(store: ContentStore) -> None:
    for version in put(store):
        store.publish(version.item.uuid)
        rows = [(version, [Fragment((("Phân", True), (" số", False)), "trang 2")])]
        found = representation.describe_found(
            rows, ADDRESSES, total=1, facets={"type": {"link": 1}}, next=None
        )
        jsonschema_rs.validate(dict(representation.FOUND), found)
        assert (found["items"][0]["passages"], found["items"][0]["places"]) == (["Phân số"], ["trang 2"])
        item = representation.describe_item(
            version, ADDRESSES, verdicts=VERDICTS, versions=[version], language="vi"
        )
        jsonschema_rs.validate(dict(representation.ITEM), item)
        jsonschema_rs.validate(
            dict(representation.VERSIONS), representation.describe_versions([version], ADDRESSES)
        )
    assert [file["filename"] for file in item["files"]] == ["bài.md"]
    assert item["files"][0]["url"].startswith("https://a.vn/files/") and not item["files_withheld"]
    closed = representation.Addresses(ADDRESSES.item, ADDRESSES.metadata)
    held = representation.describe_item(version, closed, verdicts=VERDICTS, versions=[version], language="vi")
    jsonschema_rs.validate(dict(representation.ITEM), held)
    assert (held["files"], held["files_withheld"]) == ([], True)
    problem = representation.describe_problem(404, "item-not-found", "Not found", "There is no such item.")
    jsonschema_rs.validate(dict(representation.PROBLEM), problem)


def test_a_recalled_version_and_a_reviewed_one_say_so(store: ContentStore) -> None:
    _, version = put(store)
    store.publish(version.item.uuid)
    version.item.reviewed_number = version.number
    assert representation.summarize(version, ADDRESSES)["reviewed"] is True
    recall_version(store.session, version.item.uuid, version.number, reason="sai", by="u")
    (told,) = representation.describe_versions(store.versions(version.item.uuid), ADDRESSES)["versions"]
    assert told["recalled"] is True
