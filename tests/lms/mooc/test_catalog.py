"""The public catalogue: what is found, what stays hidden, how it is sent."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from lms.core.db import db, write
from lms.core.jobs import run_due_jobs
from lms.courses.models import Course
from lms.courses.services import archive_course
from lms.mooc import queries
from lms.mooc.forms import read_asked
from lms.mooc.services import list_course, withdraw_course
from lms.search.cli import cli as search_cli
from lms.search.services import rebuild_pages
from tests.cast import Cast
from tests.lms.mooc.conftest import Opening

Counting = Callable[[], AbstractContextManager[list[str]]]
EVERYWHERE = ("/", "/catalog", "/catalog?q=phan+so", "/api/v1/catalog", "/sitemap.xml")


@pytest.mark.parametrize("asked", ["phân số", "phan so", "PHÂN SỐ", "phan sso", "bánh chia", "banh chia sau"])
def test_a_course_is_found_by_words_without_accents_with_a_typo_and_by_its_lessons(
    client: FlaskClient, opened: Opening, asked: str
) -> None:
    opened()
    opened("Nghe đờn ca tài tử", lesson="Cây đờn kìm", subject="am-nhac")
    page = client.get("/catalog", query_string={"q": asked}).text
    assert "chia sao cho đều" in page
    assert "Nghe đờn" not in page


def test_matched_words_are_marked(client: FlaskClient, opened: Opening) -> None:
    opened()
    assert "<mark>Phân số</mark>: chia" in client.get("/catalog?q=phan+so").text


def test_filters_count_combine_and_come_off_one_by_one(client: FlaskClient, opened: Opening) -> None:
    opened()
    opened("Đo ruộng", audience="everyone", hours=20)
    opened("Nghe đờn ca", subject="am-nhac", audience="everyone")
    page = client.get("/catalog?audience=everyone&subject=toan").text
    assert "Đo ruộng" in page
    assert "Nghe đờn ca" not in page
    chips = re.findall(r'class="chip is-on" href="([^"]+)"', page)
    assert sorted(chips) == ["/catalog?audience=everyone", "/catalog?subject=toan"]
    found = queries.browse_catalog("", {"audience": frozenset({"everyone"})})
    assert found.total == 2
    assert found.facets["audience"] == {"everyone": 2, "lower": 1}
    assert found.facets["length"] == {"long": 1, "medium": 1}


def test_pages_follow_each_other_without_gap_or_repetition(client: FlaskClient, opened: Opening) -> None:
    titles = {f"Khóa {letter}" for letter in "ABCDE"}
    for title in sorted(titles):
        opened(title)
    found, address = [], "/api/v1/catalog?size=2&sort=title"
    while address:
        answer = client.get(address).get_json()
        assert answer["total"] == 5
        found += [item["title"] for item in answer["items"]]
        address = (answer["next"] or "").replace("http://127.0.0.1:8000", "")
    assert found == sorted(titles)


def _is_anywhere(client: FlaskClient, title: str, slug: str) -> bool:
    seen = [title in page or slug in page for page in (client.get(path).text for path in EVERYWHERE)]
    seen.append(client.get(f"/catalog/{slug}").status_code == 200)
    seen.append(client.get(f"/catalog/{slug}/preview").status_code == 200)
    assert len(set(seen)) == 1, seen
    return seen[0]


def test_only_listed_courses_are_anywhere(cast: Cast, client: FlaskClient, opened: Opening) -> None:
    found = opened("Phân số kín", is_listed=False)
    slug = found.slug
    assert not _is_anywhere(client, "Phân số kín", slug)
    with write():
        list_course(cast.ha.actor, queries.find_by_course(found.course_id))
    run_due_jobs()
    assert _is_anywhere(client, "Phân số kín", slug)
    assert client.get("/api/v1/catalog").get_json()["total"] == 1
    with write():
        withdraw_course(cast.ha.actor, queries.find_by_course(found.course_id))
    run_due_jobs()
    assert not _is_anywhere(client, "Phân số kín", slug)
    answer = client.get("/api/v1/catalog").get_json()
    assert (answer["total"], answer["facets"]["subject"]) == (0, {})


def test_a_withdrawn_course_is_hidden_before_the_index_knows(
    cast: Cast, client: FlaskClient, opened: Opening
) -> None:
    found = opened()
    with write():
        withdraw_course(cast.ha.actor, queries.find_by_course(found.course_id))
    assert "chia sao cho đều" not in client.get("/catalog").text


def test_an_archived_course_leaves_the_catalogue(cast: Cast, client: FlaskClient, opened: Opening) -> None:
    found = opened()
    with write():
        archive_course(cast.ha.actor, db.session.get_one(Course, found.course_id))
    run_due_jobs()
    assert not _is_anywhere(client, "chia sao cho đều", found.slug)


def test_the_plain_list_stands_in_when_the_index_is_away(
    act: Flask, client: FlaskClient, opened: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    for letter in "ABC":
        opened(f"Khóa {letter}")

    def broken(*_args: object, **_values: object) -> None:
        raise queries.SearchUnavailable

    monkeypatch.setattr(queries, "search_pages", broken)
    answer = client.get("/api/v1/catalog?size=2&q=abc").get_json()
    assert answer["degraded"] is True
    assert [item["title"] for item in answer["items"]] == ["Khóa C", "Khóa B"]
    following = client.get(answer["next"].replace("http://127.0.0.1:8000", "")).get_json()
    assert [item["title"] for item in following["items"]] == ["Khóa A"]
    assert "max-age" not in client.get("/catalog").headers.get("Cache-Control", "")


def test_a_lost_index_is_built_anew(act: Flask, client: FlaskClient, opened: Opening) -> None:
    opened()
    folder = Path(act.extensions["settings"].data_dir, "search")
    if folder.is_dir():
        shutil.rmtree(folder / "pages", ignore_errors=True)
    else:
        act.extensions["page_index"].rebuild([])
    assert rebuild_pages() == 1
    assert "chia sao cho đều" in client.get("/catalog?q=phan+so").text


def test_the_index_is_built_from_the_command_line(act: Flask, opened: Opening) -> None:
    opened()
    result = act.test_cli_runner().invoke(search_cli, ["rebuild"])
    assert (result.exit_code, result.output) == (0, "1 pages are in the index.\n")


@pytest.mark.parametrize("path", ["/", "/catalog", "/catalog/{slug}", "/catalog/{slug}/preview"])
def test_strangers_pages_are_light_kept_and_without_cookies(
    client: FlaskClient, opened: Opening, path: str
) -> None:
    slug = opened().slug
    for number in range(12):
        opened(f"Khóa học số {number}: một tên dài như ngoài đời")
    address = path.format(slug=slug)
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"].startswith("public, max-age=")
    assert len(answer.data) <= 15_000
    again = client.get(address, headers={"Accept-Encoding": "gzip", "If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_pages_of_an_account_are_not_kept_by_proxies(
    cast: Cast, client: FlaskClient, opened: Opening, sign_in: Callable[..., FlaskClient]
) -> None:
    slug = opened().slug
    sign_in(client, cast.citizen)
    for path in ("/", "/catalog", f"/catalog/{slug}"):
        assert client.get(path).headers["Cache-Control"] == "no-store"


def test_lists_send_as_many_statements_for_many_courses_as_for_one(
    client: FlaskClient, opened: Opening, query_count: Counting
) -> None:
    slug = opened().slug
    client.get(f"/catalog/{slug}")  # what is kept of an unchanged course is kept in both counts
    with query_count() as few:
        client.get("/catalog")
        client.get(f"/catalog/{slug}")
    for number in range(6):
        opened(f"Khóa {number}")
    with query_count() as many:
        client.get("/catalog")
        client.get(f"/catalog/{slug}")
    assert len(many) == len(few) <= 14


def test_an_address_from_a_stranger_s_hand_changes_nothing(client: FlaskClient, opened: Opening) -> None:
    opened()
    for query in ("after=xx", "sort=evil", "audience=", "size=-4", "q=" + "a" * 5000, "subject=%00"):
        assert client.get(f"/catalog?{query}").status_code == 200
    asked = read_asked(MultiDict({"size": "900", "sort": "evil"}))
    assert (asked.size, asked.sort) == (50, "newest")


def test_search_engines_are_told_of_the_site_map(client: FlaskClient, opened: Opening) -> None:
    slug = opened().slug
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in client.get("/robots.txt").text
    answer = client.get("/sitemap.xml")
    assert answer.mimetype == "application/xml"
    assert f"<loc>http://127.0.0.1:8000/catalog/{slug}</loc>" in answer.text
