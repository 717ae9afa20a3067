"""An import of many, watched: the page tells its end by itself, and nothing on it is forced upon the reader."""

from __future__ import annotations

import io
import zipfile

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chrome import reading
from tests.browser.live import Site

PATIENCE_MS = 120_000  # the worker has other things to do
TABLE = "File,Title,Subject\nbai-1.md,Bài một,Toán\nkhong-co.md,Bài hai,Toán\n"


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_the_end_of_an_import_is_shown_without_loading_the_page_again(
    browser: Browser, small_school: Site, locale: str
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("bai-1.md", f"# Bài một ({locale})\n\nNhìn tiến độ.\n")
        archive.writestr("metadata.csv", TABLE)
    with reading(browser, small_school, locale=locale, width=360, inspecting=True) as teacher:
        teacher.sign_in("lan")
        page = teacher.go("/library/import")
        page.locator("input[name=archive]").set_input_files(
            {"name": "bai.zip", "mimeType": "application/zip", "buffer": packed.getvalue()}
        )
        teacher.leave_by("Look at the files")
        teacher.leave_by("Put %(num)d item in", num=1)
        page.evaluate("() => { window.sameLoad = true }")
        assert not teacher.axe() and not teacher.overflow()
        expect(page.get_by_role("heading", name=teacher.say("The import is done"))).to_be_visible(
            timeout=PATIENCE_MS
        )
        expect(page.locator("[data-watch]")).to_have_count(0)
        assert page.evaluate("() => window.sameLoad"), "the page was not loaded anew under the reader"
        assert not teacher.axe() and not teacher.overflow()
        expect(page.get_by_role("link", name=teacher.say("Send the mended files"))).to_be_visible()
