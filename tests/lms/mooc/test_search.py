"""One search over courses and materials: a few of each, only what the reader may see."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from lms.core.jobs import run_due_jobs
from tests.cast import Cast
from tests.factories.library import index_all, make_item
from tests.factories.people import sign_in
from tests.lms.mooc.conftest import Opening


def plain(page: str) -> str:
    """A page without the marks around matched words."""
    return re.sub("</?mark>", "", page)


def test_one_search_finds_courses_and_materials_without_accents(
    client: FlaskClient, opened: Opening, cast: Cast
) -> None:
    opened()
    make_item(cast.lan.actor, "Phiếu bài tập phân số", "Chia bánh.", subject="toan")
    run_due_jobs()
    index_all()
    page = client.get("/search?q=phan+so").text
    assert "chia sao cho đều" in page and 'href="/catalog?q=phan+so"' in page
    assert "Phiếu bài tập" in page and 'href="/library?q=phan+so"' in page


def test_a_search_tells_a_stranger_nothing_of_the_school(
    client: FlaskClient, opened: Opening, cast: Cast
) -> None:
    opened()
    make_item(cast.lan.actor, "Đề kiểm tra mật", scope="school", home=cast.school)
    run_due_jobs()
    index_all()
    assert "kiểm tra mật" not in plain(client.get("/search?q=kiem+tra").text)
    sign_in(client, cast.ha.user)
    assert "Đề kiểm tra mật" in plain(client.get("/search?q=kiem+tra").text)


def test_a_search_without_words_or_with_strange_ones_shows_the_box(client: FlaskClient, cast: Cast) -> None:
    for asked in ("", "   ", "\x00", "'\";--", "x" * 5000, "khongcogica"):
        page = client.get("/search", query_string={"q": asked})
        assert page.status_code == 200
        assert re.search(r'<input id="q" type="search"', page.text)
        assert "<mark>" not in page.text


def test_the_header_of_every_frame_has_the_one_search(client: FlaskClient, cast: Cast) -> None:
    assert 'action="/search"' in client.get("/sign-in").text
    sign_in(client, cast.lan.user)
    page = client.get("/teach").text
    assert 'action="/search"' in page


def test_the_rail_groups_the_pages_of_the_library_and_marks_where_one_is(
    client: FlaskClient, cast: Cast
) -> None:
    sign_in(client, cast.lan.user)
    page = client.get("/library/mine").text
    rail = page[page.index('<nav class="rail"') :].partition("</nav>")[0]
    assert re.findall(r'href="([^"]+)" aria-current="page"', rail) == ["/library/mine"]
    assert "/library/collections" in rail and "/manage" not in rail
