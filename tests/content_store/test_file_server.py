"""The file origin, as a browser meets it."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from content_store.blobs import open_blobs
from content_store.http.files import HELD, LEAST, PIECE, Readers, create_file_app
from content_store.http.ranges import Unsatisfiable, parse_range
from content_store.links import Disposition, LinkSigner

DATA = bytes(range(256)) * 8
SITE = "https://hoc.example.vn"
SIGNER = LinkSigner("secret")


@pytest.fixture
def client(tmp_path: Path) -> httpx.AsyncClient:
    app = create_file_app(f"file://{tmp_path}", "secret", base_url=SITE)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://files.test")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


pytestmark = pytest.mark.anyio


def link(
    tmp_path: Path,
    media_type: str = "video/mp4",
    data: bytes = DATA,
    disposition: Disposition = "inline",
    filename: str = "bài.mp4",
) -> str:
    ref = open_blobs(f"file://{tmp_path}").put(io.BytesIO(data))
    return SIGNER.link(ref.sha256, filename=filename, media_type=media_type, disposition=disposition)


async def test_a_file_is_served_whole_with_its_type_and_name(client: httpx.AsyncClient, tmp_path: Path):
    answer = await client.get(link(tmp_path))
    assert (answer.status_code, answer.content) == (200, DATA)
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["content-length"] == str(len(DATA))
    assert answer.headers["accept-ranges"] == "bytes"
    assert "b%C3%A0i.mp4" in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-9", DATA[:10]),
        ("bytes=2000-", DATA[2000:]),
        ("bytes=-5", DATA[-5:]),
        ("bytes=2040-9999", DATA[2040:]),
    ],
)
async def test_a_range_is_answered_in_part(
    client: httpx.AsyncClient, tmp_path: Path, header: str, expected: bytes
):
    answer = await client.get(link(tmp_path), headers={"Range": header})
    assert (answer.status_code, answer.content) == (206, expected)
    assert answer.headers["content-range"].endswith(f"/{len(DATA)}")


async def test_a_range_outside_of_the_file_is_refused_with_its_size(
    client: httpx.AsyncClient, tmp_path: Path
):
    answer = await client.get(link(tmp_path), headers={"Range": f"bytes={len(DATA)}-"})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(DATA)}"


async def test_a_range_of_another_state_of_the_file_gives_the_whole(
    client: httpx.AsyncClient, tmp_path: Path
):
    answer = await client.get(link(tmp_path), headers={"Range": "bytes=0-9", "If-Range": '"old"'})
    assert (answer.status_code, len(answer.content)) == (200, len(DATA))


async def test_head_tells_all_and_sends_nothing(client: httpx.AsyncClient, tmp_path: Path):
    answer = await client.head(link(tmp_path))
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(DATA))


async def test_a_browser_that_has_the_file_is_not_sent_it_again(client: httpx.AsyncClient, tmp_path: Path):
    address = link(tmp_path)
    etag = (await client.head(address)).headers["etag"]
    answer = await client.get(address, headers={"If-None-Match": f'"other", {etag}'})
    assert (answer.status_code, answer.content) == (304, b"")


async def test_hostile_files_are_sandboxed_unsniffable_and_without_cookies(
    client: httpx.AsyncClient, tmp_path: Path
):
    answer = await client.get(link(tmp_path, "image/svg+xml", b"<svg onload='alert(1)'/>", filename="a.svg"))
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert policy.endswith("sandbox")
    assert "script-src" not in policy
    assert f"frame-ancestors {SITE}" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("inline")
    assert "set-cookie" not in answer.headers


async def test_html_is_only_ever_a_download(client: httpx.AsyncClient, tmp_path: Path):
    answer = await client.get(link(tmp_path, "text/html", b"<script>alert(1)</script>", filename="a.html"))
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"].endswith("sandbox")


async def test_captions_may_be_read_by_our_site_alone(client: httpx.AsyncClient, tmp_path: Path):
    answer = await client.get(
        link(tmp_path, "text/vtt", b"WEBVTT\n", filename="vi.vtt"), headers={"Origin": SITE}
    )
    assert answer.headers["access-control-allow-origin"] == SITE
    assert answer.headers["content-type"] == "text/vtt; charset=utf-8"


async def test_an_expired_link_explains_itself_in_both_languages(client: httpx.AsyncClient, tmp_path: Path):
    with time_machine.travel("2026-09-01T08:00:00Z", tick=False) as traveller:
        address = link(tmp_path)
        traveller.shift(timedelta(minutes=20))
        answer = await client.get(address)
    assert answer.status_code == 403
    assert "mở lại bài học" in answer.text
    assert "Open the lesson again" in answer.text


async def test_a_link_reused_for_another_file_is_refused(client: httpx.AsyncClient, tmp_path: Path):
    token = link(tmp_path).split("/")[2]
    assert (await client.get(f"/f/{token}/khac.html")).status_code == 403


async def test_a_missing_blob_is_a_page_and_not_an_error(client: httpx.AsyncClient):
    address = SIGNER.link("00" * 32, filename="a.pdf", media_type="application/pdf")
    assert (await client.get(address)).status_code == 404


@pytest.mark.parametrize("path", ["/f/x/y", "/f/../../etc/passwd/a", "/f/%00/%00"])
async def test_made_up_addresses_are_refused(client: httpx.AsyncClient, path: str):
    assert (await client.get(path)).status_code in (403, 404)


async def test_a_file_cannot_be_written_here(client: httpx.AsyncClient, tmp_path: Path):
    assert (await client.post(link(tmp_path), content=b"x")).status_code == 405


@given(st.text(alphabet="bytes=-,0123456789 ", max_size=24), st.integers(0, 3000))
def test_no_range_header_breaks_the_parser(header: str, size: int):
    try:
        span = parse_range(header, size)
    except Unsatisfiable:
        return
    assert span is None or 0 <= span[0] < span[1] <= size


async def test_many_readers_hold_small_pieces_and_who_goes_away_leaves_room(tmp_path: Path):
    readers = Readers()
    films = [io.BytesIO(bytes(4 * PIECE)) for _ in range(500)]
    streams = [readers.pieces(film) for film in films]
    assert len(await anext(streams[0])) == PIECE
    sizes = [len(await anext(stream)) for stream in streams[1:]]
    assert sizes[0] == PIECE
    assert sizes == sorted(sizes, reverse=True)
    assert readers.piece() == HELD // 500 >= LEAST
    for stream in streams[1:]:
        await stream.aclose()
    assert [film.closed for film in films] == [False, *[True] * 499]
    assert b"".join([piece async for piece in streams[0]]) == bytes(3 * PIECE)
    assert readers.piece() == PIECE
