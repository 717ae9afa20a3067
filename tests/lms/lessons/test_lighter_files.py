"""What a lesson shows in place of whole files: widths of pictures, pages, a light film, the shape of a sound."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from lms.core.actor import SYSTEM
from lms.core.db import write
from lms.core.jobs import enqueue, run_due_jobs
from lms.lessons import services
from lms.library import recall
from lms.library import services as library
from tests.content_store.test_deriving import photo, write_sound
from tests.factories.library import make_item, prepare_bytes
from tests.lms.lessons.conftest import Classroom
from tests.lms.library.test_derived import make_pdf

Show = Callable[[str, bytes, str], tuple[FlaskClient, str]]
needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg")


def signed(name: str) -> str:
    """A pattern of the signed address of a file of this name: at our file server, or at the storage itself."""
    ours, storage = (
        rf"/f/[\w-]+/{re.escape(name)}",
        rf'/[0-9a-f]{{64}}\?[^" ]*{re.escape(name)}[^" ]*X-Amz-Signature=[0-9a-f]+',
    )
    return rf'[^" ]*(?:{ours}|{storage})'


@pytest.fixture
def show(classroom: Classroom, client: FlaskClient) -> Show:
    """Publish a lesson that shows one file; return em Minh's browser and the activity's address."""

    def showing(kind: str, data: bytes, filename: str) -> tuple[FlaskClient, str]:
        lan = classroom.actor("lan")
        version = make_item(lan, "Học liệu", file=prepare_bytes(data, filename))
        classroom.extra["item"] = version.item.uuid
        with write():
            pin = library.pin_item(lan, version.item.uuid).pin
            activity = services.add_activity(lan, classroom.lesson, kind=kind, data={}, pin=pin)
            services.publish_lesson(lan, classroom.lesson, runs=[classroom.run])
        client.post("/sign-in", data={"login": "minh", "password": classroom.password})
        return client, f"/learn/runs/{classroom.run.uuid}/{classroom.lesson.uuid}/{activity.uuid}"

    return showing


def derive() -> None:
    with write():
        enqueue("make_derived", key="make_derived")
    run_due_jobs()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Three seconds that are too heavy for a slow line."""
    path: Path = tmp_path_factory.mktemp("film") / "heavy.mp4"
    source = ("-f", "lavfi", "-i", "testsrc2=s=1280x720:d=2:r=25")
    codec = ("-c:v", "libx264", "-preset", "ultrafast", "-b:v", "6M", "-pix_fmt", "yuv420p")
    subprocess.run(["ffmpeg", "-v", "error", "-y", *source, *codec, str(path)], check=True)
    return path.read_bytes()


def test_a_picture_comes_as_wide_as_the_screen(show: Show) -> None:
    browser, address = show("image", photo(1800, 1200, quality=95), "anh.jpg")
    before = browser.get(address).text
    assert "srcset" not in before and re.search(f'<img src="{signed("anh.jpg")}"', before)
    derive()
    page = browser.get(address).text
    found = re.search(r'srcset="([^"]+)" sizes="[^"]+640px', page)
    assert found and re.findall(r"\S+ (\d+)w", found[1]) == ["480", "960", "1600"]
    assert 'width="1800" height="1200"' in page and re.search(f'<img src="{signed("anh.jpg")}"', page)


def test_a_picture_between_two_widths_comes_itself_as_the_widest(show: Show) -> None:
    browser, address = show("image", photo(1200, 800, quality=95), "anh.jpg")
    derive()
    found = re.search(r'srcset="([^"]+)"', browser.get(address).text)
    assert found and re.findall(r" (\d+)w", found[1]) == ["480", "960", "1200"]
    assert re.search(signed("anh.jpg") + " 1200w$", found[1])


def test_the_pages_of_a_pdf_are_read_in_the_lesson(show: Show) -> None:
    browser, address = show("document", make_pdf(5), "sach.pdf")
    before = browser.get(address).text
    assert "pdf-pages" not in before and "page-one" in before
    derive()
    page = browser.get(f"{address}?lang=en").text
    assert page.count('data-link="page_') == 5 and "2 more pages" in page and "page-one" not in page
    assert page.count('loading="lazy"') == 4 and 'alt="Page 5 of Học liệu" width="960"' in page
    assert re.search(f'href="{signed("sach.pdf")}" data-link="main_url"', page)


@needs_ffmpeg
def test_a_film_may_be_watched_light(show: Show, film: bytes) -> None:
    browser, address = show("video", film, "phim.mp4")
    assert "data-film" not in browser.get(address).text
    derive()
    page = browser.get(f"{address}?lang=en").text
    assert re.search(f'<video [^>]*src="{signed("phim.mp4")}" data-link="main"', page)
    assert re.search(r'href="\?film=light" data-film="light">Light film, \d+ KB<', page)
    assert re.search(f'poster="{signed("preview.webp")}" width="1280" height="720"', page)
    assert re.search(
        f'<video [^>]*src="{signed("light.mp4")}" data-link="light"',
        browser.get(f"{address}?film=light").text,
    )


@needs_ffmpeg
def test_a_sound_shows_its_shape(show: Show) -> None:
    browser, address = show("audio", write_sound(), "tieng.wav")
    assert 'class="wave"' not in browser.get(address).text
    derive()
    assert re.search(f'class="wave" src="{signed("wave.webp")}"', browser.get(address).text)


def test_fresh_addresses_come_for_all_of_it(show: Show) -> None:
    browser, address = show("document", make_pdf(4), "sach.pdf")
    derive()
    links = json.loads(browser.get(f"{address}/links").text)["links"]
    assert links.keys() == {"main_url", "preview_url", "poster_url", "page_1", "page_2", "page_3", "page_4"}
    assert re.search(signed("page-0004.webp") + "$", links["page_4"])


def test_what_was_made_costs_no_question_once_it_was_read(
    show: Show, query_count: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    browser, address = show("image", photo(1800, 1200, quality=95), "anh.jpg")
    derive()
    browser.get(address)
    with query_count() as sent:
        assert "srcset" in browser.get(address).text
    assert len(sent) <= 7 and not [one for one in sent if "cs_derived" in one], sent


def test_nothing_of_a_recalled_version_is_shown_smaller_either(show: Show, classroom: Classroom) -> None:
    browser, address = show("image", photo(1800, 1200, quality=95), "anh.jpg")
    derive()
    assert "srcset" in browser.get(address).text
    with write():
        recall.recall_version(SYSTEM, classroom.extra["item"], 1, reason="Sai")
    page = browser.get(address).text
    assert "srcset" not in page and "w480" not in page
    assert browser.get(f"{address}/links").json == {"recalled": True, "links": {}}
