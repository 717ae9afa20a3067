"""What a reader without an account looks at in place: text, pages, pictures, sounds; and never a copy to keep."""

from __future__ import annotations

import io
from collections.abc import Callable

import httpx
import pytest
from lxml import html
from PIL import Image
from reportlab.pdfgen.canvas import Canvas
from starlette.datastructures import QueryParams

from content_store.cli import index_all
from content_store.deriving import Made, Waiting, keep_made
from content_store.http.asking import came_from
from content_store.http.places import place_address, with_anchors
from content_store.models import Version
from content_store.recall import recall_version
from content_store.store import ContentStore, Metadata, NewFile
from tests.content_store.http.conftest import Put

pytestmark = pytest.mark.anyio
RESERVED = "all-rights-reserved"
CAPTIONS = b"WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nXin ch\xc3\xa0o\n\n00:02:14.000 --> 00:02:16.000\nm\xe1\xba\xabu s\xe1\xbb\x91\n"
Shelve = Callable[..., Version]


@pytest.fixture
def shelve(store: ContentStore) -> Shelve:
    """Put in files, published for everyone, all rights reserved unless something else is said."""

    def made(*files: NewFile, title: str = "Phân số", **said: object) -> Version:
        metadata = Metadata(title, **{"license_id": RESERVED, **said})  # type: ignore[arg-type]
        version = store.add(owner="u", files=files, metadata=metadata)
        store.publish(version.item.uuid, audiences=frozenset({"public"}))
        store.session.commit()
        index_all(store)
        return version

    return made


def picture() -> NewFile:
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(data, "PNG")
    return NewFile("hình.png", io.BytesIO(data.getvalue()))


def pdf(pages: int) -> NewFile:
    data = io.BytesIO()
    canvas = Canvas(data, invariant=True)
    for number in range(1, pages + 1):
        canvas.drawString(72, 720, f"softmax on leaf {number}")
        canvas.showPage()
    canvas.save()
    return NewFile("sách.pdf", io.BytesIO(data.getvalue()))


def view_address(version: Version, place: int = 0) -> str:
    return f"/library/{version.item.uuid}/versions/{version.number}/view/{version.files[place].uuid}"


async def test_a_reserved_text_is_read_in_place_and_its_file_is_not_given(
    browser: httpx.AsyncClient, shelve: Shelve
) -> None:
    text = (
        "Mở đầu\n\n# Một\n\nTử số.\n\n# Hai\n\nMẫu số <script>alert(1)</script> [x](javascript:alert(1)).\n"
    )
    version = shelve(NewFile("bài.md", io.BytesIO(text.encode())))
    answer = await browser.get(f"/library/{version.item.uuid}?lang=en")
    page = html.fromstring(answer.text)
    (sheet,) = page.xpath("//article")
    assert "Mẫu số" in sheet.text_content() and not sheet.xpath(
        ".//script | .//a[contains(@href, 'javascript')]"
    )
    assert sheet.xpath(".//span/@id") == ["section-1", "section-2", "section-3"]
    assert [one.tag for one in page.xpath("//h1")] == ["h1"] and "See it here" in answer.text
    assert "/files/" not in answer.text and "script-src" not in answer.headers["content-security-policy"]
    assert (await browser.get(view_address(version))).status_code == 404  # its text is shown, not its bytes
    found = html.fromstring((await browser.get("/library?q=mau+so&lang=en")).text)
    (link,) = found.xpath("//a[@class='place']/@href")
    assert link.endswith("#section-3") and "from=q%3Dmau%2Bso" in link


async def test_a_reserved_picture_is_looked_at_and_not_kept(
    browser: httpx.AsyncClient, shelve: Shelve
) -> None:
    version = shelve(picture())
    page = html.fromstring((await browser.get(f"/library/{version.item.uuid}")).text)
    assert page.xpath("//figure/img/@src") == [view_address(version)]
    seen = await browser.get(view_address(version))
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/png")
    assert "sandbox" in seen.headers["content-security-policy"]
    base = f"/api/v1/library/items/{version.item.uuid}/versions/1/files/{version.files[0].uuid}"
    assert (await browser.get(base)).status_code == 403


async def test_what_may_not_be_looked_at_is_not_shown(
    browser: httpx.AsyncClient, shelve: Shelve, store: ContentStore
) -> None:
    sector, recalled, draft = (
        shelve(picture(), license_id="sector-only"),
        shelve(picture()),
        shelve(picture()),
    )
    recall_version(store.session, recalled.item.uuid, 1, by="u", reason="sai")
    store.retire(draft.item.uuid)
    store.session.commit()
    answers = [(await browser.get(view_address(one))).status_code for one in (sector, recalled, draft)]
    assert answers == [403, 403, 404]
    page = (await browser.get(f"/library/{sector.item.uuid}?lang=en")).text
    assert "to schools only" in page and "/view/" not in page
    assert "/view/" not in (await browser.get(f"/library/{recalled.item.uuid}")).text


async def test_a_long_document_is_leafed_through_and_opens_at_the_page_that_was_found(
    browser: httpx.AsyncClient, shelve: Shelve, store: ContentStore
) -> None:
    version = shelve(pdf(43))
    address = f"/library/{version.item.uuid}"
    first = html.fromstring((await browser.get(address)).text)
    assert first.xpath("//h2/@id")[:2] == ["page-1", "page-2"] and "Các trang sau" in first.text_content()
    later = html.fromstring((await browser.get(f"{address}?page=42")).text)
    assert later.xpath("//div[@class='sheet']/h2/@id") == ["page-41", "page-42", "page-43"]
    assert later.xpath("//a[text()='Các trang trước']/@href") == [f"{address}?page=1#page-1"]
    assert (await browser.get(f"{address}?page=999999")).status_code == 200
    found = html.fromstring((await browser.get("/library?q=%22leaf+42%22")).text)
    assert "page=42" in found.xpath("//a[@class='place']/@href")[0]
    assert found.xpath("//a[@class='place']/text()") == ["trang 42"]

    made = picture()
    kept = store.blobs.put(made.stream)  # type: ignore[arg-type]
    source = Waiting(version.files[0].sha256, "pdf", "application/pdf")
    one = Made("page-0042", None, "image/png", kept.size, 40, 30)  # type: ignore[arg-type]
    keep_made(store.session, source, [(one, kept.sha256)])
    store.session.commit()
    shown = html.fromstring((await browser.get(f"{address}?page=42")).text)
    (src,) = shown.xpath("//div[@class='sheet']//img/@src")
    assert (await browser.get(src)).headers["content-type"] == "image/png"
    assert (await browser.get(src.replace("/42", "/41"))).status_code == 404


async def test_words_that_are_spoken_are_read_along_and_lead_to_their_second(
    browser: httpx.AsyncClient, shelve: Shelve
) -> None:
    version = shelve(NewFile("lời.vtt", io.BytesIO(CAPTIONS)))
    page = html.fromstring((await browser.get(f"/library/{version.item.uuid}?t=134")).text)
    assert page.xpath("//details[@open]//dt/text()") == ["0:01", "2:14"]
    assert place_address("00:02:14") == ({"t": "134"}, "viewer")
    assert place_address("page 3") == ({"page": "3"}, "page-3")
    assert place_address("x' onload=") == ({}, "")


def test_slides_have_anchors_of_their_own() -> None:
    slides = "<section><h2>a</h2></section><section>b</section>"
    assert 'id="slide-2"' in with_anchors(slides, ["slide 1"])
    assert with_anchors("<p>a</p>", []) == "<p>a</p>"


async def test_the_way_back_is_the_search_one_came_from(browser: httpx.AsyncClient, put: Put) -> None:
    for number in range(21):
        put(f"Phân số {number}", subject="toan")
    first = html.fromstring((await browser.get("/library?q=phan+so&subject=toan&lang=en")).text)
    (more,) = first.xpath("//a[@rel='next']/@href")
    second = html.fromstring((await browser.get(more)).text)
    (link,) = second.xpath("//ol//h2/a/@href")
    item = html.fromstring((await browser.get(link)).text)
    (back,) = item.xpath("//a[@class='back']/@href")
    assert dict(httpx.URL(back).params) == dict(httpx.URL(more).params)
    assert html.fromstring((await browser.get(back)).text).xpath("//ol//h2/a/@href") == [link]
    assert all("from=" in one for one in item.xpath("//section[@aria-labelledby='alike']//a/@href"))


@pytest.mark.parametrize(
    "told", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "lang=en", "a" * 9000]
)
async def test_no_address_of_others_becomes_the_way_back(
    browser: httpx.AsyncClient, put: Put, told: str
) -> None:
    assert came_from(QueryParams({"from": told})) is None
    version = put()
    page = html.fromstring((await browser.get(f"/library/{version.item.uuid}", params={"from": told})).text)
    assert page.xpath("//a[@class='back']/@href") == ["/library"]


async def test_versions_say_when_and_why_and_what_is_alike_stands_beside(
    browser: httpx.AsyncClient, put: Put, store: ContentStore
) -> None:
    version, other = put("Phân số bằng nhau"), put("Phân số bằng nhau nữa")
    hidden = put("Phân số bằng nhau kín", audience="org:1")
    metadata = Metadata("Phân số bằng nhau", license_id="CC-BY-4.0", description="rõ hơn")
    store.update_metadata(version.item.uuid, metadata, owner="u", note="sửa lỗi in")
    store.publish(version.item.uuid)
    store.session.commit()
    index_all(store)
    text = (await browser.get(f"/library/{version.item.uuid}?lang=en")).text
    page = html.fromstring(text)
    (rows,) = page.xpath("//section[@aria-labelledby='versions']")
    assert len(rows.xpath(".//time/@datetime")) == 2 and "sửa lỗi in" in rows.text_content()
    alike = page.xpath("//section[@aria-labelledby='alike']//a/@href")
    assert f"/library/{other.item.uuid}?lang=en" in alike and str(hidden.item.uuid) not in text
