"""A whole folder is chosen: the draft says where its file lay, and what that lets guess."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chrome import reading
from tests.browser.live import Site
from tests.browser.test_resumable_upload import expect_drafts


@pytest.mark.parametrize(("locale", "meant"), [("vi", "Toán, Lớp 6"), ("en", "Mathematics, Grade 6")])
def test_a_chosen_folder_proposes_subject_and_grade(
    browser: Browser, small_school: Site, tmp_path: Path, locale: str, meant: str
) -> None:
    lesson = tmp_path / "Toán" / "Lớp 6" / "phieu-thu-muc.md"
    lesson.parent.mkdir(parents=True)
    lesson.write_text(f"# Phiếu trong thư mục ({locale})\n\nMột trang ngắn.\n")
    with reading(browser, small_school, locale=locale) as teacher:
        teacher.sign_in("lan")
        page = teacher.go("/library/upload")
        page.locator("#f-folder").set_input_files(tmp_path / "Toán")
        expect_drafts(teacher, 1)
        page = teacher.go("/library/mine")
        row = page.locator("li.draft").filter(has_text=f"Phiếu trong thư mục ({locale})")
        expect(row).to_contain_text("Toán/Lớp 6")
        expect(row).to_contain_text(meant)
        row.locator("summary").click()
        row.get_by_role("link", name=teacher.say("All fields and files")).click()
        page.get_by_label(teacher.say("Title"), exact=True).fill(f"Phiếu đã sửa tên ({locale})")
        page.get_by_role("radio", name=teacher.say("My school")).check()
        teacher.leave_by("Publish it")
        expect(page.get_by_role("heading", name=f"Phiếu đã sửa tên ({locale})", level=1)).to_be_visible()
        expect(page.get_by_role("main")).to_contain_text(meant)
