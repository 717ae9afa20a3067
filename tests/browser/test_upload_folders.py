"""A whole folder is chosen: the draft says where its file lay, and what that lets guess."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.chrome import reading
from tests.browser.live import Site

PATIENCE_MS = 120_000


def test_a_chosen_folder_proposes_subject_and_grade(
    browser: Browser, small_school: Site, tmp_path: Path
) -> None:
    lesson = tmp_path / "Toán" / "Lớp 6" / "phieu-thu-muc.md"
    lesson.parent.mkdir(parents=True)
    lesson.write_text("# Phiếu trong thư mục\n\nMột trang ngắn.\n")
    with reading(browser, small_school, locale="en") as teacher:
        teacher.sign_in("lan")
        page = teacher.go("/library/upload")
        page.locator("#f-folder").set_input_files(tmp_path / "Toán")
        expect(page.locator("[data-summary]")).to_contain_text("1 of 1", timeout=PATIENCE_MS)
        page = teacher.go("/library/mine")
        row = page.locator("li.draft").filter(has_text="Phiếu trong thư mục")
        expect(row).to_contain_text("Toán/Lớp 6")
        expect(row).to_contain_text("Mathematics, Grade 6")
        row.locator("summary").click()
        row.get_by_role("link", name="All fields and files").click()
        page.get_by_label("Title").fill("Phiếu đã sửa tên")
        page.get_by_role("radio", name="My school").check()
        page.get_by_role("button", name="Publish it").click()
        expect(page.get_by_role("heading", name="Phiếu đã sửa tên", level=1)).to_be_visible()
        expect(page.get_by_role("main")).to_contain_text("Mathematics, Grade 6")
