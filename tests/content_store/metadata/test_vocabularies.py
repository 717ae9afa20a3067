"""LOM against a schema, the way there and back, citations."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from content_store import taxonomy
from content_store.metadata import citations
from content_store.metadata.dublin_core import to_oai_dc
from content_store.metadata.facts import Facts
from content_store.metadata.lom import to_lom
from content_store.metadata.reading import read_record
from content_store.metadata.xml_text import to_bytes
from content_store.rights import licenses
from content_store.store import Metadata

SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).with_name("lom.rng")))
FULL = Facts(
    metadata=Metadata(
        title="Phân số & tỉ số",
        description="Bài đầu\nvề phân số",
        subject="toan",
        grades=(6, 7),
        type="video",
        license_id="CC-BY-4.0",
        authors=("Cô Lan; tổ Toán", "Hùng"),
        rights_holder="Trường Kim Đồng",
        keywords=("tử số", "mẫu số"),
        source_url="https://example.org/1",
    ),
    url="https://hoc.example.vn/library/1",
    identifier="oai:hoc.example.vn:1",
    media_type="video/mp4",
    size=12345,
    duration_s=250.4,
    number=3,
    changed_at="2026-09-01T02:03:04Z",
)


def assert_valid(facts: Facts) -> None:
    """Check the document as a harvester gets it."""
    root = etree.fromstring(to_bytes(to_lom(facts)))
    assert SCHEMA.validate(root), SCHEMA.error_log


def test_the_schema_refuses_what_is_no_lom() -> None:
    good = etree.fromstring(to_bytes(to_lom(FULL)))
    assert SCHEMA.validate(good)
    strange, unnamed = deepcopy(good), deepcopy(good)
    strange[0].append(etree.Element("x"))
    next(unnamed.iter("{*}source")).text = "no vocabulary"
    assert not SCHEMA.validate(strange) and not SCHEMA.validate(unnamed)


def test_lom_is_valid_with_everything_and_with_next_to_nothing() -> None:
    assert_valid(FULL)
    assert_valid(Facts(Metadata("A"), url="https://a.vn/1", identifier="https://a.vn/1"))


@pytest.mark.parametrize("kind", sorted(taxonomy.TYPES))
def test_lom_is_valid_for_every_type(kind: str) -> None:
    assert_valid(replace(FULL, metadata=replace(FULL.metadata, type=kind)))


@pytest.mark.parametrize("license_id", sorted(licenses.LICENSES))
def test_lom_is_valid_for_every_license(license_id: str) -> None:
    assert_valid(replace(FULL, metadata=replace(FULL.metadata, license_id=license_id)))


@given(st.text(min_size=1), st.text(), st.lists(st.text(min_size=1), max_size=3))
def test_no_text_breaks_a_record(title: str, description: str, authors: list[str]) -> None:
    title = title.encode("utf-8", "ignore").decode()
    metadata = Metadata(title, description=description, authors=tuple(authors))
    facts = Facts(metadata, url="https://a.vn/1", identifier="oai:a.vn:1")
    for write in (to_lom, to_oai_dc):
        record = etree.fromstring(to_bytes(write(facts)))
        assert "oai:a.vn:1" in "".join(record.itertext()) or "https://a.vn/1" in "".join(record.itertext())
        assert len(record) > 0


@pytest.mark.parametrize("write", [to_lom, to_oai_dc])
def test_what_we_write_we_read_again(write: object) -> None:
    found = read_record(etree.fromstring(to_bytes(write(FULL))))  # type: ignore[operator]
    assert found is not None
    assert found.title == FULL.metadata.title
    assert found.authors == FULL.metadata.authors
    assert found.subject == "toan"
    assert found.type == "video"
    assert found.language == "vi"
    assert found.license_id == "link-only"
    assert found.source_url == FULL.url
    assert "Creative" in (found.rights_holder or "") or "creativecommons" in (found.rights_holder or "")


def test_a_record_without_title_or_address_is_none() -> None:
    root = to_oai_dc(FULL)
    for title in root.findall("{*}title"):
        root.remove(title)
    assert read_record(root) is None
    bare = replace(FULL, url="urn:x", metadata=replace(FULL.metadata, source_url=None))
    assert read_record(to_oai_dc(bare)) is None


def test_an_address_that_is_a_script_is_no_address() -> None:
    bad = replace(FULL, url="javascript:alert(1)", metadata=replace(FULL.metadata, source_url=None))
    assert read_record(to_oai_dc(bad)) is None


def test_citations_name_author_year_version_and_address() -> None:
    line = citations.to_plain(FULL, site_name="Bến Học")
    assert line == (
        "Cô Lan; tổ Toán, Hùng (2026). Phân số & tỉ số, v3. Bến Học. https://hoc.example.vn/library/1?version=3"
    )
    bib = citations.to_bibtex(FULL, key="item-1", site_name="Bến Học")
    assert bib.startswith("@misc{item-1,\n")
    assert r"title = {{Phân số \& tỉ số}}" in bib
    assert "author = {{Cô Lan; tổ Toán} and {Hùng}}" in bib
    ris = citations.to_ris(FULL, site_name="Bến Học").split("\r\n")
    assert ris[0] == "TY  - VIDEO"
    assert ris[-2] == "ER  - "
    assert "AB  - Bài đầu về phân số" in ris


def test_nothing_in_a_title_adds_a_field() -> None:
    evil = replace(FULL, metadata=replace(FULL.metadata, title="A}\r\n, author = {X\r\nER  - "))
    assert citations.to_ris(evil, site_name="B").count("\r\nER") == 1
    bib = citations.to_bibtex(evil, key="a}b", site_name="B")
    assert bib.startswith("@misc{ab,")
    assert r"A\}" in bib
