"""The links of an item's page lead where they say, when they are pressed with a mouse."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser.chrome import reading
from tests.browser.live import Site


def test_the_name_of_a_version_and_its_changes_lead_to_two_pages(
    browser: Browser, small_school: Site
) -> None:
    path = f"/library/{small_school.made['versions']}"
    with reading(browser, small_school, width=360) as teacher:
        teacher.sign_in("lan")
        page = teacher.go(path)
        versions = page.locator("#versions-h + ol")
        versions.get_by_role("link", name=teacher.say("Version %(number)s", number=2), exact=True).click()
        expect(page).to_have_url(f"{small_school.url}{path}?version=2")
        versions.locator(".version-changes").nth(1).click()
        expect(page).to_have_url(f"{small_school.url}{path}/versions/1..2")
