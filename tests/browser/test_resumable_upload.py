"""A large file whose upload breaks off: the page is closed, opened again, and the upload goes on where it stopped."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Request, Route, expect

from tests.browser.chrome import Reader, reading
from tests.browser.live import Site

SECONDS, RATE = 40, 44_100
PATIENCE_MS = 120_000  # the whole file is read before it becomes a draft
PIECES = "**/library/tus/*"
LOCALES = ["vi", "en"]


def write_sound(path: Path, *, other: int = 0) -> int:
    """Write quiet sound of about 14 MB: two pieces. With another last byte it is another file to the library."""
    size = SECONDS * RATE * 8
    head = b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt "
    form = struct.pack("<IHHIIHH", 16, 1, 4, RATE, RATE * 8, 8, 16) + b"data" + struct.pack("<I", size)
    path.write_bytes(head + form + bytes(size - 1) + bytes([other]))
    return path.stat().st_size


def expect_drafts(reader: Reader, count: int) -> None:
    """All files chosen on this page have become drafts, and the page says so in the reader's language."""
    told = reader.say("%(done)s of %(all)s files are in your drafts.", done=count, all=count)
    expect(reader.page.locator("[data-summary]")).to_have_text(told, timeout=PATIENCE_MS)


@pytest.mark.parametrize("locale", LOCALES)
def test_an_upload_goes_on_after_the_page_was_closed(
    browser: Browser, small_school: Site, tmp_path: Path, locale: str
) -> None:
    path = tmp_path / "bai-nghe.wav"
    size = write_sound(path, other=LOCALES.index(locale))
    starts: list[int] = []

    def note(request: Request) -> None:
        if request.method == "PATCH":
            starts.append(int(request.headers["upload-offset"]))

    def hold_later_pieces(route: Route) -> None:
        offset = int(route.request.headers.get("upload-offset", "0"))
        if route.request.method == "PATCH" and offset:
            return  # neither answered nor sent on: the line hangs
        route.continue_()

    with reading(browser, small_school, locale=locale) as teacher:
        teacher.sign_in("lan")
        page = teacher.go("/library/upload")
        page.route(PIECES, hold_later_pieces)
        with page.expect_response(lambda answer: answer.request.method == "PATCH"):
            page.locator("#f-file").set_input_files(path)

        page = teacher.go("/library/upload")
        page.unroute(PIECES)  # not before: what hangs would be let through as soon as nothing holds it
        expect(page.get_by_role("heading", name=teacher.say("Go on with an upload?"))).to_be_visible()
        expect(page.get_by_text("bai-nghe.wav", exact=True)).to_be_visible()
        page.on("request", note)
        page.locator("#f-file").set_input_files(path)
        expect_drafts(teacher, 1)
        assert starts and min(starts) > 0 and min(starts) < size, "what had arrived was not sent again"

        page = teacher.go("/library/upload")
        expect(page.get_by_role("heading", name=teacher.say("Go on with an upload?"))).to_have_count(0)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_lost_line_is_said_and_the_upload_goes_on_by_itself_when_it_is_back(
    browser: Browser, small_school: Site, tmp_path: Path, locale: str
) -> None:
    path = tmp_path / "bai-nghe-lai.wav"
    write_sound(path, other=2 + LOCALES.index(locale))

    def cut(route: Route) -> None:
        if int(route.request.headers.get("upload-offset", "0")):
            route.abort("connectionfailed")
        else:
            route.continue_()

    with reading(browser, small_school, locale=locale) as teacher:
        teacher.sign_in("lan")
        page = teacher.go("/library/upload")
        page.route(PIECES, cut)
        page.locator("#f-file").set_input_files(path)
        row = page.locator("[data-rows] li")
        lost = teacher.say("The connection is lost. It goes on by itself as soon as it is back.")
        expect(row).to_contain_text(lost, timeout=PATIENCE_MS)
        page.unroute(PIECES)
        page.evaluate("() => window.dispatchEvent(new Event('online'))")
        expect_drafts(teacher, 1)
        assert all("/library/tus/" in trouble for trouble in teacher.troubles.take())


@pytest.mark.parametrize("locale", LOCALES)
def test_what_systems_leave_behind_is_left_out_and_counted(
    browser: Browser, small_school: Site, tmp_path: Path, locale: str
) -> None:
    names = ("Thumbs.db", "desktop.ini", "~$bai.docx", ".DS_Store", "__MACOSX/._bai.md")
    for name in names:
        left = tmp_path / "Bài" / name
        left.parent.mkdir(parents=True, exist_ok=True)
        left.write_bytes(b"xyz")
    (tmp_path / "Bài" / "an\u202edm.md").write_text(
        f"# Bài còn lại của thư mục ({locale})\n", encoding="utf-8"
    )
    with reading(browser, small_school, locale=locale) as teacher:
        teacher.sign_in("lan")
        page = teacher.go("/library/upload")
        page.locator("#f-folder").set_input_files(tmp_path / "Bài")
        expect(page.locator("[data-left-out]")).to_have_text(
            teacher.say("Left out because a system made them: %(count)s.", count=len(names))
        )
        expect(page.locator("[data-rows] [data-name]")).to_have_text(["Bài/andm.md"])
        expect_drafts(teacher, 1)
