"""The main job, end to end in a browser: real material goes in, a lesson comes out, pupils learn, the teacher sees it.

Desktop in Vietnamese and phone in English do all of it on a laptop's engines; a city's engines (PostgreSQL, S3) do it
once more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import studying, teaching
from tests.browser.chrome import Reader, reading, where_samples
from tests.browser.live import Site, live_site
from tests.browser.storage import allowing_pages
from tests.fixtures_postgres import fresh_database

ANSWERS = {"Tổng các xác suất": "1", "Hàm softmax": "phân loại", "Xác suất có thể": "{false}"}
OPEN_COURSE = "Kĩ năng số căn bản"
CELLS = [
    pytest.param("embedded", "vi", 1280, id="embedded-vi-1280"),
    pytest.param("embedded", "en", 360, id="embedded-en-360"),
    pytest.param("postgres", "vi", 360, id="postgres-vi-360", marks=[pytest.mark.postgres, pytest.mark.s3]),
]


@pytest.fixture
def site(engines: str, samples: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Site]:
    """A site with the cast and an open course, on the engines asked for."""
    settings = {}
    if engines == "postgres":
        settings["DATABASE_URL"] = fresh_database(request.getfixturevalue("postgres_url"))
        settings["STORAGE_URL"] = request.getfixturevalue("s3_url")
    with live_site(tmp_path, "cast", **settings) as running, ExitStack() as while_running:
        if engines == "postgres":
            while_running.enter_context(allowing_pages(settings["STORAGE_URL"], running.url))
        yield running


@pytest.mark.parametrize(("engines", "locale", "width"), CELLS)
def test_from_a_folder_of_files_to_what_the_teacher_sees(
    browser: Browser, site: Site, samples: Path, locale: str, width: int
) -> None:
    with reading(browser, site, locale=locale, width=width) as teacher:
        teacher.sign_in("lan")
        stock_library(teacher, samples)
        find_by_what_one_remembers(teacher)
        build_lesson(teacher)
    for login, script in (("minh", False), ("an", True)):
        with reading(browser, site, locale=locale, width=360, script=script) as pupil:
            pupil.sign_in(login)
            met = studying.finish_lesson(pupil, answers(pupil))
            assert met == ["document", "image", "video", "question", "question", "question"]
    with reading(browser, site, locale=locale, width=width) as teacher:
        teacher.sign_in("lan")
        see_progress(teacher)
    before = site.ask("progress")
    assert all(before.values())
    assert "replayed" in site.run("records", "replay")
    assert site.ask("progress") == before
    with reading(browser, site, locale=locale, width=width) as citizen:
        studying.take_open_course(citizen, OPEN_COURSE, email="man@example.test")


def answers(reader: Reader) -> dict[str, str]:
    """What to answer, in the words of the reader's page."""
    return {prompt: text.format(false=reader.say("False")) for prompt, text in ANSWERS.items()}


def stock_library(teacher: Reader, samples: Path) -> None:
    """All folders in one go, then every draft corrected and published."""
    files = where_samples(samples)
    refused = teaching.upload_folder(teacher, samples, len(files))
    assert not refused, "\n".join(refused)
    assert teaching.publish_drafts(teacher) >= len(files) - 2  # equal files become one item


def find_by_what_one_remembers(teacher: Reader) -> None:
    """Words without accents find the PDF and the slides; a phrase finds the book it stands in."""
    teaching.find_item(teacher, "hoi quy softmax", kind="document")
    teaching.find_item(teacher, "xac suat", kind="slides")
    book = teaching.find_item(teacher, '"April is the cruellest month"', kind="book")
    book.get_by_role("link").first.click()
    expect(teacher.page.locator("main article .prose").first).to_contain_text("cruellest")


def build_lesson(teacher: Reader) -> None:
    """A chapter, a picture, the video and three questions; then publish to the class."""
    teaching.make_course(teacher, "Học máy", "Xác suất", "6A1", "Softmax là gì")
    teaching.insert_from_library(teacher, "hoi quy softmax", "Hồi quy Softmax", kind="page")
    teaching.insert_from_library(teacher, "softmaxreg", "softmaxreg", kind="image")
    teaching.insert_from_library(teacher, "mountains", "mountains", kind="video")
    teaching.add_question(teacher, "numeric", "Tổng các xác suất là bao nhiêu?", [("1", True)])
    choices = [("phân loại", True), ("sắp xếp", False)]
    teaching.add_question(teacher, "single", "Hàm softmax dùng để làm gì?", choices)
    teaching.add_question(teacher, "true_false", "Xác suất có thể lớn hơn 1.", [("", False), ("", True)])
    teaching.publish_lesson(teacher)


def see_progress(teacher: Reader) -> None:
    """Both pupils stand on the run's page, done."""
    run = teacher.site.ask("runs")["Học máy 6A1"]
    page = teacher.go(f"/teach/runs/{run}/progress")
    for name in ("Trần Quang Minh", "Lê Hoài An"):
        row = page.locator("tr", has=page.get_by_role("rowheader", name=name))
        expect(row).to_contain_text("100%")
