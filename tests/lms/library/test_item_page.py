"""The page of an item: shown in place by format, license in plain words, versions, what may be downloaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from lms.core.actor import SYSTEM
from lms.core.db import write
from lms.core.errors import NotFound
from lms.library import queries, services
from lms.library.showing import read_along
from tests.cast import Cast, Person
from tests.factories.library import VTT, index_all, make_item, prepare_bytes, prepare_text

Enter = Callable[[Person], FlaskClient]

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="40" height="30"/></svg>'


def file_origin(version: object) -> str:
    """Where files come from: our file server, or S3 by itself; never the site."""
    origin = "/".join(queries.file_link(version.main).split("/")[:3])  # type: ignore[attr-defined]
    assert origin != "http://127.0.0.1:8000"
    return origin


def page_of(client: FlaskClient, version: object, lang: str = "en") -> str:
    answer = client.get(f"/library/{version.item.uuid}?lang={lang}")  # type: ignore[attr-defined]
    assert answer.status_code == 200, answer.status_code
    return answer.text


def test_a_page_is_read_in_place_with_its_license_and_attribution(client: FlaskClient, cast: Cast):
    version = make_item(cast.lan.actor, "Phân số", "# Phân số\n\nMẫu số chung.", authors=("Cô Lan",))
    page = page_of(client, version)
    assert "Mẫu số chung." in page
    assert "License, in plain words" in page and "You must" in page
    assert "“Phân số”" in page and "Cô Lan" in page
    address = f"/library/{version.item.uuid}/files/{version.files[0].uuid}"
    assert address in page
    assert client.get(address).location.startswith(f"{file_origin(version)}/")


def test_the_page_speaks_vietnamese(client: FlaskClient, cast: Cast):
    page = page_of(client, make_item(cast.lan.actor, "Phân số"), "vi")
    assert "Ghi tên tác giả" in page


@pytest.mark.parametrize(
    ("filename", "data", "shown"),
    [
        ("bang.csv", "tên,điểm\nAn,9\n".encode(), "<table"),
        ("bai.html", "<p>Bài <b>đọc</b></p><script>alert(1)</script>".encode(), "<b>đọc</b>"),
        ("loi.vtt", VTT.encode(), "Chào các em."),
        ("ghi-chu.txt", "Ghi chú của lớp".encode(), "Ghi chú của lớp"),
    ],
)
def test_every_kind_of_text_is_shown_in_place(
    client: FlaskClient, cast: Cast, filename: str, data: bytes, shown: str
):
    version = make_item(cast.lan.actor, file=prepare_bytes(data, filename))
    page = page_of(client, version)
    assert shown in page
    assert "alert(1)" not in page


def test_a_picture_and_a_pdf_come_from_the_file_origin(client: FlaskClient, cast: Cast, samples: Path):
    picture = make_item(cast.lan.actor, "Hình", file=prepare_bytes(SVG, "hinh.svg"))
    origin = file_origin(picture)
    assert f'<img src="{origin}/' in page_of(client, picture)
    pdf = next(path for path in sorted(samples.rglob("*.pdf")) if path.stat().st_size < 2_000_000)
    page = page_of(
        client, make_item(cast.lan.actor, "Tài liệu", file=prepare_bytes(pdf.read_bytes(), pdf.name))
    )
    assert "<iframe" not in page and "First page of Tài liệu" in page
    button = page[: page.index("Open the whole file")].rsplit("<a ", 1)[1]
    assert f'href="{origin}/' in button


def test_captions_kept_twice_in_one_language_are_one_track_and_one_transcript(
    client: FlaskClient, cast: Cast
):
    srt = "1\n00:00:01,000 --> 00:00:03,000\nHello.\n"
    files = [
        prepare_text("Bản ghi."),
        prepare_text("1\n00:00:01,000 --> 00:00:03,000\nChào các em.\n", "loi.srt", "captions", "vi"),
        prepare_text(VTT, "loi.vtt", "captions", "vi"),
        prepare_text(srt, "words.srt", "captions", "en"),
    ]
    with write():
        said = services.Metadata(title="Phim", license_id="CC-BY-4.0", type="video")
        version = services.add_item(cast.lan.actor, files, metadata=said)
        version = services.publish_item(cast.lan.actor, version.item.uuid, scope="public")
    tracks = queries.captions_links(queries.pinned(version))
    assert [track.language for track in tracks] == ["vi", "en"]
    assert "loi.vtt" in tracks[0].url
    assert [row.language for row in read_along(version)] == ["Tiếng Việt", "Tiếng Anh"]


def test_the_permanent_code_is_short_and_its_whole_one_press_away(client: FlaskClient, cast: Cast):
    version = make_item(cast.lan.actor)
    page = page_of(client, version)
    uuid = str(version.item.uuid)
    assert f"<summary>{uuid[-8:]}@1<" in page and f'data-copy="{uuid}@1"' in page


def test_a_link_only_work_is_known_but_neither_shown_nor_downloaded(browse_as: Enter, cast: Cast):
    book = make_item(
        cast.lan.actor,
        "Toán 6",
        license_id="link-only",
        source_url="https://example.org/toan6",
        scope="public",
    )
    page = page_of(browse_as(cast.ha), book)
    assert 'href="https://example.org/toan6"' in page
    assert "Open at the publisher" in page and "May only be linked to." in page
    assert "/f/" not in page


def test_all_rights_reserved_is_read_here_but_not_handed_out(
    browse_as: Enter, client: FlaskClient, cast: Cast
):
    version = make_item(cast.lan.actor, "Giữ quyền", license_id="all-rights-reserved")
    address = f"/library/{version.item.uuid}/files/{version.files[0].uuid}"
    page = page_of(client, version)
    assert address not in page and "read it here, or ask the holder for a copy" in page
    refused = client.get(f"{address}?lang=en")
    assert refused.status_code == 403 and "read it here, or ask the holder for a copy" in refused.text
    assert "xin bản sao" in client.get(f"{address}?lang=vi").text
    answer = client.get(f"/api/v1/library/items/{version.item.uuid}").json
    assert answer["rights"]["download"] == "no-download"
    assert (answer["files"], answer["files_withheld"]) == ([], True)
    owner = browse_as(cast.lan)
    assert address in page_of(owner, version)
    assert owner.get(address).status_code == 302


def test_a_copy_is_kept_by_a_fresh_address_each_time(client: FlaskClient, cast: Cast):
    version = make_item(cast.lan.actor, "Mở", license_id="CC-BY-4.0")
    address = f"/library/{version.item.uuid}/files/{version.files[0].uuid}"
    assert address in page_of(client, version)
    answer = client.get(address)
    assert answer.status_code == 302 and answer.headers["Cache-Control"] == "no-store"
    assert answer.location.startswith(f"{file_origin(version)}/")
    # This one is kept, that one is looked at.
    assert "attachment" in unquote(answer.location) or answer.location != queries.file_link(version.main)


def test_what_stays_in_the_sector_is_not_handed_to_strangers(
    browse_as: Enter, client: FlaskClient, cast: Cast
):
    version = make_item(cast.lan.actor, "Của ngành", license_id="sector-only", scope="sector")
    address = f"/library/{version.item.uuid}/files/{version.files[0].uuid}"
    assert client.get(address).status_code == 404
    assert browse_as(cast.phuc).get(address).status_code == 302


def test_a_file_is_handed_out_only_at_its_own_item(browse_as: Enter, client: FlaskClient, cast: Cast):
    own = make_item(cast.lan.actor, "Mở")
    hidden = make_item(cast.lan.actor, "Nội bộ", scope="school", home=cast.school)
    for item, file in ((hidden, hidden), (own, hidden), (hidden, own)):
        address = f"/library/{item.item.uuid}/files/{file.files[0].uuid}"
        assert client.get(address).status_code == 404
        assert browse_as(cast.phuc).get(address).status_code == 404


def test_a_file_of_an_older_version_is_still_there(client: FlaskClient, cast: Cast):
    first = make_item(cast.lan.actor, "Mở")
    number, old = first.number, first.files[0].uuid
    with write():
        services.add_version(cast.lan.actor, first.item.uuid, [prepare_text("Mới hơn.")])
        services.publish_item(cast.lan.actor, first.item.uuid, scope="public")
    address = f"/library/{first.item.uuid}/files/{old}"
    assert client.get(address).status_code == 404
    assert client.get(f"{address}?version={number}").status_code == 302


def test_an_item_of_the_school_is_404_for_strangers_and_other_schools(
    browse_as: Enter, client: FlaskClient, cast: Cast
):
    version = make_item(cast.lan.actor, "Nội bộ", scope="school", home=cast.school)
    address = f"/library/{version.item.uuid}"
    assert client.get(address).status_code == 404
    assert browse_as(cast.phuc).get(address).status_code == 404
    assert browse_as(cast.ha).get(address).status_code == 200
    assert browse_as(cast.minh).get(address).status_code == 200


def test_a_draft_says_so_to_its_owner_and_is_nothing_to_a_librarian(browse_as: Enter, cast: Cast):
    draft = make_item(cast.lan.actor, "Nháp", scope=None, home=cast.school)
    assert "Only you see it" in page_of(browse_as(cast.lan), draft)
    assert browse_as(cast.tuan).get(f"/library/{draft.item.uuid}").status_code == 404


def test_what_the_system_put_in_as_a_draft_is_no_strangers(client: FlaskClient, cast: Cast):
    draft = make_item(SYSTEM, "Nháp của hệ thống", scope=None)
    assert client.get(f"/library/{draft.item.uuid}").status_code == 404


def test_older_versions_stay_readable_and_unpublished_ones_are_the_owners(browse_as: Enter, cast: Cast):
    version = make_item(cast.lan.actor, "Bài", "Bản một.")
    uuid = version.item.uuid
    with write():
        services.add_version(cast.lan.actor, uuid, [prepare_text("Bản hai.")], note="Sửa lỗi")
    browser = browse_as(cast.ha)
    page = browser.get(f"/library/{uuid}?lang=en").text
    assert "Bản hai." in page and "Sửa lỗi" in page
    old = browser.get(f"/library/{uuid}?version=1&lang=en").text
    assert "Bản một." in old and "You are looking at version 1." in old
    assert browser.get(f"/library/{uuid}?version=9").status_code == 404


def test_a_withdrawn_item_says_so_and_cannot_be_used_anew(browse_as: Enter, cast: Cast):
    version = make_item(cast.lan.actor, "Cũ")
    with write():
        services.retire_item(cast.lan.actor, version.item.uuid)
    page = page_of(browse_as(cast.ha), version)
    assert "Withdrawn." in page
    with pytest.raises(NotFound):
        queries.get_item(cast.ha.actor, make_item(cast.lan.actor, "Riêng", scope=None).item.uuid)


def test_the_edit_link_is_for_the_owner_and_the_librarian(browse_as: Enter, cast: Cast):
    version = make_item(cast.lan.actor, "Bài", home=cast.school)
    link = f"/library/{version.item.uuid}/edit"
    for person, allowed in ((cast.lan, True), (cast.tuan, True), (cast.ha, False), (cast.minh, False)):
        browser = browse_as(person)
        assert (link in page_of(browser, version)) is allowed, person.login
        assert browser.get(link).status_code == (200 if allowed else 403)


def test_the_item_page_costs_a_bounded_number_of_queries(browse_as: Enter, cast: Cast, query_count: Callable):
    version = make_item(cast.lan.actor, "Bài", home=cast.school)
    with write():
        for number in range(6):
            services.add_version(cast.lan.actor, version.item.uuid, [prepare_text(f"Bản {number}.")])
    address, browser = f"/library/{version.item.uuid}", browse_as(cast.lan)
    browser.get("/library")
    with query_count() as sent:
        assert browser.get(address).status_code == 200
    assert len(sent) <= 12, sent


def test_a_teacher_who_may_use_it_costs_four(browse_as: Enter, cast: Cast, query_count: Callable):
    text = "Quy đồng mẫu số rồi so sánh hai phân số cùng mẫu."
    version = [make_item(cast.lan.actor, f"So sánh phân số {number}", text) for number in range(4)][0]
    index_all()
    address, browser = f"/library/{version.item.uuid}", browse_as(cast.phuc)
    browser.get(address)
    with query_count() as sent:
        page = browser.get(address).text
    assert "So sánh phân số 1" in page
    assert len([one for one in sent if "cs_search_" not in one]) <= 4, sent


def test_the_api_describes_an_item_whose_files_lie_at_signed_addresses(client: FlaskClient, cast: Cast):
    version = make_item(cast.lan.actor, "Bài")
    index_all()
    found = client.get("/api/v1/library/search?q=bai").json["items"]
    assert [row["pin"] for row in found] == [version.pin]
    item = client.get(f"/api/v1/library/items/{version.item.uuid}").json
    sent_on = client.get(item["files"][0]["url"])
    assert sent_on.status_code == 302
    assert sent_on.location.startswith(f"{file_origin(version)}/")
    assert item["rights"]["embed"] == "allowed"
    assert [row["number"] for row in item["versions"]] == [1]


def test_only_those_who_make_lessons_are_told_whether_it_may_stand_in_one(
    browse_as: Enter, cast: Cast, client: FlaskClient
):
    version = make_item(cast.lan.actor, "Phân số")
    assert "Can be used in lessons" in page_of(browse_as(cast.phuc), version)
    assert "Can be used in lessons" not in page_of(browse_as(cast.minh), version)
