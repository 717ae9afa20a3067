"""What the library answers without an application: the API, the pages, the files, and nothing that is not for all."""

from __future__ import annotations

import io
import json
import re
from uuid import UUID

import httpx
import jsonschema_rs
import pytest
from lxml import etree, html
from sqlalchemy import event

from content_store.cli import index_all
from content_store.http.api import describe_api
from content_store.http.boxes import HEADINGS
from content_store.http.browse import HERE
from content_store.http.words import VIETNAMESE, place_words
from content_store.models import Version
from content_store.recall import recall_version
from content_store.representation import FOUND, ITEM, PROBLEM, VERSIONS
from content_store.store import ContentStore, Metadata, NewFile
from tests.content_store.http.conftest import SITE, Put

pytestmark = pytest.mark.anyio
API = "/api/v1/library"


def file_address(version: Version) -> str:
    return f"{API}/items/{version.item.uuid}/versions/{version.number}/files/{version.files[0].uuid}"


LESSON = json.dumps(
    {
        "benhoc-lesson": 1,
        "title": "Phân số",
        "activities": [
            {"kind": "text", "title": "", "data": {"markdown": "Tử số và mẫu số."}},
            {
                "kind": "question",
                "title": "Hỏi",
                "data": {"prompt": "Nửa cái bánh?", "choices": [{"text": "1/2", "correct": True}]},
            },
        ],
    },
    separators=(",", ":"),
).encode()


async def test_a_lesson_is_read_and_its_file_with_the_right_answers_stays(
    browser: httpx.AsyncClient, store: ContentStore
) -> None:
    files = [NewFile("lesson.json", io.BytesIO(LESSON))]
    version = store.add(owner="u", files=files, metadata=Metadata("Phân số", license_id="CC-BY-4.0"))
    assert version.format == "lesson"
    store.publish(version.item.uuid, audiences=frozenset({"public"}))
    store.session.commit()
    index_all(store)
    uuid, file = version.item.uuid, version.files[0].uuid
    refused = await browser.get(file_address(version))
    assert refused.status_code == 403 and "right answers" in refused.text
    addresses = [f"/library/{uuid}", f"/library/{uuid}?version=1", f"{API}/items/{uuid}"]
    addresses += [f"{API}/items/{uuid}/versions", f"{API}/items/{uuid}/versions/1", f"{API}/search"]
    addresses += [f"/oai?verb=GetRecord&metadataPrefix={one}&identifier=" for one in ("oai_dc", "lom")]
    told = (await browser.get(f"{API}/items/{uuid}")).json()
    assert told["files"] == [] and told["files_withheld"] is True
    addresses += list(told["metadata"].values())
    for address in addresses:
        text = (await browser.get(address)).text
        assert str(file) not in text and version.files[0].sha256 not in text, address
        assert '"correct"' not in text, address


async def test_a_lesson_that_hangs_on_another_item_is_held_back_alone(
    browser: httpx.AsyncClient, put: Put, store: ContentStore
) -> None:
    first = put()
    lesson = NewFile("lesson.json", io.BytesIO(LESSON), role="attachment")
    version = store.attach_file(first.item.uuid, lesson, owner="u")
    store.publish(version.item.uuid)
    store.session.commit()
    main, held = version.files
    base = f"{API}/items/{version.item.uuid}"
    told = (await browser.get(base)).json()
    assert ([one["uuid"] for one in told["files"]], told["files_withheld"]) == ([str(main.uuid)], True)
    assert (await browser.get(file_address(version))).status_code == 200
    refused = await browser.get(f"{base}/versions/2/files/{held.uuid}")
    assert refused.status_code == 403 and refused.json()["code"] == "holds-answers"
    page = (await browser.get(f"/library/{version.item.uuid}")).text
    assert str(main.uuid) in page and str(held.uuid) not in page and "lesson.json" not in page


ABSENT = UUID(int=7 << 76 | 2 << 62)


async def test_search_finds_with_boxes_counts_and_passages(browser: httpx.AsyncClient, put: Put) -> None:
    put("Phân số", subject="toan", grades=(6,))
    put("Hồi quy", subject="toan", grades=(12,))
    told = (await browser.get(f"{API}/search?q=mau+so&grade=6")).json()
    jsonschema_rs.validate(dict(FOUND), told)
    assert [item["title"] for item in told["items"]] == ["Phân số"]
    assert told["facets"]["subject"] == {"toan": 1}
    assert "mẫu số" in told["items"][0]["passages"][0]
    free = (await browser.get(f"{API}/search?license=adapt")).json()
    assert free["total"] == 2
    assert (await browser.get(f"{API}/search?license=link")).json()["total"] == 0


async def test_where_nothing_is_found_a_spelling_further_off_is_offered(
    browser: httpx.AsyncClient, put: Put
) -> None:
    for title in ("Âm giai", "Tam ca", "Giác quan"):
        put(title)
    told = (await browser.get(f"{API}/search?q=tam+giac")).json()
    jsonschema_rs.validate(dict(FOUND), told)
    assert (told["items"], told["instead"]) == ([], "am giai")
    for language, words in (("vi", "Có phải bạn tìm:"), ("en", "Did you mean:")):
        page = html.fromstring((await browser.get(f"/library?q=tam+giac&lang={language}&sort=newest")).text)
        (link,) = page.xpath(f"//p[contains(., '{words}')]/a")
        assert link.text == "am giai"
        assert "Âm giai" in (await browser.get(link.get("href"))).text


async def test_an_item_tells_all_and_its_addresses_answer(browser: httpx.AsyncClient, put: Put) -> None:
    version = put(authors=("Lan",), keywords=("tử số",))
    answer = await browser.get(f"{API}/items/{version.item.uuid}")
    told = answer.json()
    jsonschema_rs.validate(dict(ITEM), told)
    assert told["url"] == f"{SITE}/library/{version.item.uuid}"
    addresses = [told["url"], told["files"][0]["url"], *told["metadata"].values()]
    addresses += [told["preview_url"]] if told["preview_url"] else []
    for address in addresses:
        assert (await browser.get(address)).status_code == 200, address
    again = await browser.get(
        f"{API}/items/{version.item.uuid}", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


async def test_records_are_what_they_say(browser: httpx.AsyncClient, put: Put) -> None:
    version = put("Phân số & tỉ số")
    base = f"{API}/items/{version.item.uuid}/metadata"
    for name in ("lom", "dublin_core"):
        assert "Phân số & tỉ số" in etree.tostring(
            etree.fromstring((await browser.get(f"{base}/{name}")).content), encoding=str, method="text"
        )
    assert (await browser.get(f"{base}/json_ld")).json()["name"] == "Phân số & tỉ số"
    assert (await browser.get(f"{base}/bibtex")).text.startswith("@")
    assert (await browser.get(f"{base}/ris")).text.startswith("TY")
    assert (await browser.get(f"{base}/doc")).status_code == 404


async def test_a_file_comes_whole_in_part_or_not_again(browser: httpx.AsyncClient, put: Put) -> None:
    version = put()
    address = file_address(version)
    whole = await browser.get(address)
    assert whole.content == "# Phân số\n\nTử số và mẫu số.".encode()
    assert "sandbox" in whole.headers["content-security-policy"]
    part = await browser.get(address, headers={"Range": "bytes=2-7"})
    assert (part.status_code, part.content) == (206, whole.content[2:8])
    assert (await browser.get(address, headers={"Range": "bytes=999-"})).status_code == 416
    known = await browser.get(address, headers={"If-None-Match": whole.headers["etag"]})
    assert known.status_code == 304
    kept = await browser.get(address + "?download=1")
    assert kept.headers["content-disposition"].startswith("attachment")
    head = await browser.head(address)
    assert (head.content, head.headers["content-length"]) == (b"", str(len(whole.content)))


async def test_what_is_not_for_everyone_is_nowhere(
    browser: httpx.AsyncClient, put: Put, store: ContentStore
) -> None:
    hidden = [put("Kín", draft=True), put("Trong trường", audience="org:1")]
    retired = put("Đã rút")
    store.retire(retired.item.uuid)
    store.session.commit()
    index_all(store)
    for version in [*hidden, retired]:
        uuid = version.item.uuid
        for address in (
            f"{API}/items/{uuid}",
            f"{API}/items/{uuid}/versions",
            f"{API}/items/{uuid}/versions/1",
            file_address(version),
            f"/library/{uuid}",
            f"{API}/items/{uuid}/metadata/lom",
            f"{API}/items/{uuid}/metadata/bibtex",
            f"{API}/items/{uuid}/versions/1/preview",
        ):
            assert (await browser.get(address)).status_code == 404, address
        said = (
            await browser.get(f"/oai?verb=GetRecord&metadataPrefix=lom&identifier=oai:kho.example.vn:{uuid}")
        ).text
        assert version.title not in said
    assert (await browser.get(f"{API}/search")).json()["total"] == 0
    assert (await browser.get(f"{API}/search")).json()["facets"]["type"] == {}


async def test_a_later_draft_version_is_not_told(
    browser: httpx.AsyncClient, put: Put, store: ContentStore
) -> None:
    version = put()
    draft = store.update_metadata(
        version.item.uuid, Metadata("Bản nháp sau", license_id="CC-BY-4.0"), owner="u", note="chưa xong"
    )
    store.session.commit()
    told = await browser.get(f"{API}/items/{version.item.uuid}/versions")
    jsonschema_rs.validate(dict(VERSIONS), told.json())
    assert [row["number"] for row in told.json()["versions"]] == [1]
    assert (await browser.get(f"{API}/items/{version.item.uuid}/versions/2")).status_code == 404
    assert (await browser.get(file_address(draft))).status_code == 404
    store.publish(version.item.uuid)
    store.session.commit()
    assert (await browser.get(f"{API}/items/{version.item.uuid}/versions/1")).json()["title"] == "Phân số"
    older = await browser.get(f"/library/{version.item.uuid}?version=1&lang=en")
    assert "You are looking at version 1." in older.text


async def test_a_recalled_version_says_so_and_gives_no_file(
    browser: httpx.AsyncClient, put: Put, store: ContentStore
) -> None:
    version = put()
    recall_version(store.session, version.item.uuid, 1, by="u", reason="sai")
    store.session.commit()
    assert (await browser.get(file_address(version))).status_code == 403
    told = (await browser.get(f"{API}/items/{version.item.uuid}")).json()
    assert (told["rights"]["view"], told["files"], told["files_withheld"]) == ("recalled", [], True)
    page = (await browser.get(f"/library/{version.item.uuid}?lang=en")).text
    assert "This version was recalled" in page
    assert "/files/" not in page


async def test_a_link_leads_to_its_publisher_and_a_reserved_work_is_not_given(
    browser: httpx.AsyncClient, put: Put
) -> None:
    link = put("Sách", license_id="link-only", source_url="https://nxb.example.vn/1")
    assert 'href="https://nxb.example.vn/1"' in (await browser.get(f"/library/{link.item.uuid}")).text
    mine = put("Riêng", license_id="all-rights-reserved")
    refused = await browser.get(file_address(mine))
    assert refused.status_code == 403
    jsonschema_rs.validate(dict(PROBLEM), refused.json())
    assert refused.headers["content-type"].startswith("application/problem+json")
    told = (await browser.get(f"{API}/items/{mine.item.uuid}")).json()
    assert (told["files"], told["files_withheld"]) == ([], True)


@pytest.mark.parametrize("path", ["/library/no-uuid", f"/library/{ABSENT}", "/nowhere", f"{API}/items/1"])
async def test_what_is_not_there_is_refused_in_words(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    assert answer.status_code == 404
    if path.startswith(API):
        jsonschema_rs.validate(dict(PROBLEM), answer.json())
    else:
        assert "Ở đây không có gì" in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "q=%00%FF",
        "sort=nonsense",
        "grade=99&grade=x",
        "license=none",
        "q=" + "a" * 5000,
        "lang=xx",
    ],
)
async def test_nonsense_in_an_address_is_passed_over(
    browser: httpx.AsyncClient, put: Put, query: str
) -> None:
    put()
    assert (await browser.get(f"{API}/search?{query}")).status_code == 200
    assert (await browser.get(f"/library?{query}")).status_code == 200


async def test_pages_speak_both_languages_and_keep_what_was_chosen(
    browser: httpx.AsyncClient, put: Put
) -> None:
    put(subject="toan")
    assert 'lang="vi"' in (await browser.get("/library")).text
    english = await browser.get("/library", headers={"Accept-Language": "en-GB,en;q=0.9,vi;q=0.1"})
    assert (english.headers["content-language"], "Search words" in english.text) == ("en", True)
    page = html.fromstring((await browser.get("/library?q=phan+so&subject=toan&lang=en")).text)
    (box,) = page.xpath("//input[@name='subject']")
    assert box.get("checked") is not None and box.get("form") == "search"
    assert page.xpath("string(//ol//h2)") == "Phân số"
    assert [mark.text for mark in page.xpath("//mark")][:2] == ["Phân", "số"] or page.xpath("//mark")
    assert all("lang=en" in link for link in page.xpath("//ol//h2/a/@href"))


async def test_hostile_words_stay_words(browser: httpx.AsyncClient, put: Put) -> None:
    version = put("<script>alert(1)</script>", description="<img src=x onerror=alert(1)>")
    for address in ("/library", f"/library/{version.item.uuid}", "/library?q=%3Cscript%3E"):
        answer = await browser.get(address)
        assert "<script" not in answer.text and "<img src=x" not in answer.text
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "script" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_an_index_that_is_away_leaves_the_latest(
    browser: httpx.AsyncClient, put: Put, tmp_path
) -> None:
    put()
    for path in sorted((tmp_path / "index").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    told = (await browser.get(f"{API}/search?q=phan+so")).json()
    jsonschema_rs.validate(dict(FOUND), told)
    assert (told["degraded"], told["total"], len(told["items"])) == (True, None, 1)
    assert "Hiện chưa tìm kiếm được" in (await browser.get("/library")).text


async def test_the_description_names_every_answer(browser: httpx.AsyncClient, site) -> None:
    told = (await browser.get("/api/v1/openapi.json")).json()
    assert told == json.loads(json.dumps(describe_api("Kho thử", SITE)))
    served = {route.path for route in site.routes if route.path.startswith("/api/v1/library")}
    assert served == set(told["paths"])


async def test_the_list_goes_on_by_key_and_refuses_nonsense(browser: httpx.AsyncClient, put: Put) -> None:
    made = [str(put(f"Bài {number}").item.uuid) for number in range(3)]
    put("Kín", draft=True)
    first = (await browser.get(f"{API}/items?size=2")).json()
    rest = (await browser.get(f"{API}/items", params={"size": "2", "after": first["next"]})).json()
    assert [row["uuid"] for row in [*first["items"], *rest["items"]]] == made[::-1]
    assert rest["next"] is None
    for asked, status in (
        ("size=0", 422), ("size=101", 422), ("size=x", 422), ("size=1000000000", 422), ("limit=0", 422),
        ("after=AAAA", 404),
    ):  # fmt: skip
        for listed in ("items", "search", "collections"):
            refused = await browser.get(f"{API}/{listed}?{asked}")
            assert refused.status_code == status, (listed, asked)
            jsonschema_rs.validate(dict(PROBLEM), refused.json())
    assert len((await browser.get(f"{API}/search?size=2")).json()["items"]) == 2


async def test_what_is_no_address_or_no_method_of_one_is_said_to_programs(browser: httpx.AsyncClient) -> None:
    for method, path, status in (("GET", "/api/nothing", 404), ("DELETE", f"{API}/items", 405)):
        refused = await browser.request(method, path)
        assert (refused.status_code, refused.json()["status"]) == (status, status)
        assert refused.headers["content-type"] == "application/problem+json"
        assert "Something went wrong" not in refused.text
    assert "GET" in refused.headers["allow"]


async def test_a_page_of_results_asks_few_questions(browser: httpx.AsyncClient, put: Put, site) -> None:
    for number in range(12):
        put(f"Phân số {number}")
    sent: list[str] = []
    event.listen(site.state.place.shelf.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    assert (await browser.get(f"{API}/search")).json()["total"] == 12
    assert len([one for one in sent if one.startswith("SELECT")]) <= 3, sent


def test_every_text_of_the_pages_is_there_in_vietnamese() -> None:
    said: set[str] = set(HEADINGS.values())
    for path in [*HERE.glob("templates/*.html"), *HERE.glob("*.py")]:
        said |= set(re.findall(r'say\((?:language, )?"([^"]+)"', path.read_text(encoding="utf-8")))
    given = "\n".join(path.read_text(encoding="utf-8") for path in HERE.glob("*.py") if path.stem != "words")
    assert said <= set(VIETNAMESE)
    unused = [
        words for words in set(VIETNAMESE) - said if f'"{words}"' not in given and f"'{words}'" not in given
    ]
    assert sorted(unused) == ["chapter {0}", "page {0}", "slide {0}"]  # put together from the index's words


@pytest.mark.parametrize(
    ("locator", "vi", "en"),
    [
        ("page 3", "trang 3", "page 3"),
        ("slide 2", "trang chiếu 2", "slide 2"),
        ("00:02:14", "2:14", "2:14"),
        ("01:00:09", "1:00:09", "1:00:09"),
        ("section 4", "", ""),
    ],
)
def test_places_are_said_as_people_say_them(locator: str, vi: str, en: str) -> None:
    assert (place_words("vi", locator), place_words("en", locator)) == (vi, en)


@pytest.mark.parametrize("path", ["search?after=zz", "search?q=toan&sort=title&after=zz", "items?after=zz"])
async def test_a_page_address_that_is_none_is_not_found(
    browser: httpx.AsyncClient, put: Put, path: str
) -> None:
    put()
    refused = await browser.get(f"{API}/{path}")
    assert refused.status_code == 404 and refused.json()["code"] == "bad-cursor"
    assert (await browser.get(f"/library?{path.partition('?')[2]}")).status_code == 404
