"""Reading other archives: the specification's own examples, and hostile ones."""

from __future__ import annotations

import pytest

from content_store.errors import RefusedFile
from content_store.oai.client import HarvestRefused, page_address, read_granularity, read_page

HEAD = (
    '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-06-01T19:20:30Z</responseDate>'
)
RECORD = """<record><header><identifier>oai:arXiv.org:hep-th/9901001</identifier><datestamp>1999-12-25</datestamp>
<setSpec>physics:hep</setSpec></header><metadata>
<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>Investigations of Radioactivity</dc:title><dc:creator>Dushay, Naomi</dc:creator>
<dc:identifier>http://arXiv.org/abs/hep-th/9901001</dc:identifier><dc:language>eng</dc:language></oai_dc:dc></metadata></record>
<record><header status="deleted"><identifier>oai:arXiv.org:hep-th/9901007</identifier>
<datestamp>1999-12-21T10:00:00Z</datestamp></header></record>"""


def page(body: str) -> bytes:
    """A whole answer."""
    return f"{HEAD}{body}</OAI-PMH>".encode()


def test_a_page_of_the_specification_is_read() -> None:
    token = '<resumptionToken expirationDate="2026-06-01T23:20:00Z" cursor="0">xxx45abttyz</resumptionToken>'
    found = read_page(page(f"<ListRecords>{RECORD}{token}</ListRecords>"))
    assert (found.token, found.moment) == ("xxx45abttyz", "2026-06-01T19:20:30Z")
    kept, gone = found.records
    assert kept.metadata is not None
    assert kept.metadata.title == "Investigations of Radioactivity"
    assert kept.metadata.language == "en"
    assert kept.metadata.source_url == "http://arXiv.org/abs/hep-th/9901001"
    assert gone.is_deleted and gone.metadata is None


def test_nothing_new_is_no_error() -> None:
    found = read_page(page('<error code="noRecordsMatch">Nothing</error>'))
    assert (found.records, found.token) == ((), None)


@pytest.mark.parametrize("code", ["badArgument", "badResumptionToken", "cannotDisseminateFormat"])
def test_a_refusal_is_told_with_its_code(code: str) -> None:
    with pytest.raises(HarvestRefused) as refused:
        read_page(page(f'<error code="{code}">No</error>'))
    assert refused.value.code == code


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><body>Hello</body></html>",
        b"<OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'/>",
        b"not xml at all",
        b"<a>" * 100_000,
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><OAI-PMH>&b;</OAI-PMH>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><OAI-PMH>&a;</OAI-PMH>',
        page(f"<ListRecords>{RECORD}<resumptionToken>{'x' * 5000}</resumptionToken></ListRecords>"),
    ],
)
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises((HarvestRefused, RefusedFile)):
        read_page(data)


def test_a_record_without_an_identifier_or_with_a_false_date_is_left_out() -> None:
    bad = RECORD.replace("1999-12-25", "yesterday").replace("oai:arXiv.org:hep-th/9901007", "")
    assert read_page(page(f"<ListRecords>{bad}</ListRecords>")).records == ()


def test_the_granularity_is_read() -> None:
    identify = "<Identify><granularity>{}</granularity></Identify>"
    assert read_granularity(page(identify.format("YYYY-MM-DD"))) == "day"
    assert read_granularity(page(identify.format("YYYY-MM-DDThh:mm:ssZ"))) == "second"
    with pytest.raises(HarvestRefused):
        read_granularity(page("<ListSets/>"))


def test_a_token_stands_alone_in_its_address() -> None:
    first = page_address("https://a.vn/oai", prefix="lom", spec="s", start="2026-01-01", token=None)
    assert first == "https://a.vn/oai?verb=ListRecords&metadataPrefix=lom&set=s&from=2026-01-01"
    following = page_address("https://a.vn/i?x=1", prefix="lom", spec="s", start="2026-01-01", token="a b&c")
    assert following == "https://a.vn/i?x=1&verb=ListRecords&resumptionToken=a+b%26c"
