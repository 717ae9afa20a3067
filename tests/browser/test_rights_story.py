"""Rights as a teacher meets them: a conflict is said, another material resolves it, and pupils read who made what."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chrome import Reader, reading
from tests.browser.live import live_site, run_module

CELLS = [("vi", 1280, True), ("en", 360, True), ("en", 1280, False)]
INDEXED_S = 120


@pytest.mark.parametrize(("locale", "width", "script"), CELLS)
def test_a_conflict_is_resolved_and_the_sources_are_named(
    browser: Browser, tmp_path: Path, locale: str, width: int, script: bool
) -> None:
    with live_site(tmp_path, "cast") as site:
        made = json.loads(run_module("tests.browser.licensed", environ=site.environ).splitlines()[-1])
        with reading(browser, site, locale=locale, width=width, script=script, inspecting=script) as teacher:
            teacher.sign_in("lan")
            editor = f"/teach/lessons/{made['lesson']}"
            wait_for_shelf(teacher, editor)
            teacher.go(editor)
            expect_rights(teacher, "CC BY-SA 4.0", conflicts=0)
            insert_unsold(teacher, editor)
            expect_rights(teacher, "CC BY-NC-SA 4.0", conflicts=1)
            look(teacher)
            find_another(teacher)
            expect_rights(teacher, "CC BY-SA 4.0", conflicts=0)
            read_sources_of_draft(teacher)
            teacher.go(editor)
            publish(teacher)
        with reading(browser, site, locale=locale, width=360, script=script, inspecting=script) as pupil:
            pupil.sign_in("minh")
            read_sources(pupil, made)
        with reading(browser, site, locale=locale, width=width) as stranger:
            stranger.sign_in("phuc")
            with stranger.troubles.expecting(404):
                stranger.go(f"/learn/runs/{made['run']}/{made['lesson']}/sources")
                stranger.go(f"/teach/lessons/{made['lesson']}/sources")
            assert "Ghe bầu" not in stranger.page.content()


def look(reader: Reader) -> None:
    """Nothing wrong for those who hear or magnify the page; looking needs script."""
    if reader.page.locator("html.has-script").count():
        assert not reader.axe()
        assert not reader.overflow()


def wait_for_shelf(reader: Reader, editor: str) -> None:
    """The worker has put the pictures into the index."""
    deadline = time.monotonic() + INDEXED_S
    while reader.go(f"{editor}/library?q=ghe").locator(".result").count() < 4:
        assert time.monotonic() < deadline, "the pictures are not found"
        time.sleep(0.2)


def expect_rights(reader: Reader, whole: str, *, conflicts: int) -> None:
    """The aside says what the lesson may carry, and lists each conflict."""
    aside = reader.page.locator("#rights")
    expect(aside.locator(".rights-line").first).to_contain_text(whole)
    words = reader.say("no license fits")
    if conflicts:
        expect(aside.locator(".rights-line").nth(1)).to_contain_text(words)
        if aside.locator("details").get_attribute("open") is None:
            aside.locator("summary").click()
        expect(aside.get_by_text(reader.say("Find another")).first).to_be_visible()
    else:
        expect(aside.locator(".rights-line").nth(1)).not_to_contain_text(words)


def insert_unsold(reader: Reader, editor: str) -> None:
    """Insert the picture that may not be sold."""
    page = reader.page
    if page.locator("[data-drawer-open]").is_visible():
        page.locator("[data-drawer-open]").click()
        page.locator("#shelf-q").fill("ghe chài")
        page.locator("#shelf-q").press("Enter")
    else:
        reader.go(f"{editor}/library?q=ghe+chài")
    result = page.locator(".result", has_text="Ghe chài").first
    expect(page.locator(".result details[open]").first).to_be_visible()  # what Enter opened
    if result.locator("details").get_attribute("open") is None:
        result.locator("summary").click()
    result.locator("[data-insert] button").click()
    expect(page.locator("[data-block]")).to_have_count(3)
    if page.locator("#drawer").is_visible():
        page.locator("#drawer [data-drawer-close]").first.click()


def find_another(reader: Reader) -> None:
    """Ask for another material in the place of the one that may not be sold; only fitting ones are offered."""
    page = reader.page
    row = page.locator("#rights .rights-parts li", has_text="Ghe chài").first
    row.locator(".rights-find").click()
    notice = page.locator(".shelf-fits")
    expect(notice).to_contain_text("CC BY 4.0")
    expect(notice).not_to_contain_text("CC BY-NC 4.0")
    page.locator("#shelf-q").fill("ghe")
    page.locator("#shelf-q").press("Enter")
    results = page.locator(".result")
    expect(results.filter(has_text="Ghe tam bản")).to_have_count(1)
    expect(results.filter(has_text="Ghe ngo")).to_have_count(0)
    expect(page.locator(".result details[open]").first).to_be_visible()  # what Enter opened
    free = results.filter(has_text="Ghe tam bản").first
    if free.locator("details").get_attribute("open") is None:
        free.locator("summary").click()
    look(reader)
    free.locator("[data-insert] button").click()
    expect(page.locator("[data-block]", has_text="Ghe tam bản")).to_have_count(1)


def read_sources_of_draft(reader: Reader) -> None:
    """The page of sources one press away from the rights."""
    reader.page.locator("#rights .rights-more").click()
    expect(reader.page.locator(".sources > li")).to_have_count(2)
    look(reader)


def publish(reader: Reader) -> None:
    """Publish to the class, in the dialog or in the page."""
    page = reader.page
    if page.locator("html.has-script").count():
        page.locator("[data-publish]").click()
        page.locator("dialog[open] form button").first.click()
    else:
        page.locator("#publish form button").first.click()
    expect(page.locator("[data-published]")).to_contain_text(
        reader.say("Published, revision %(number)s", number=1)
    )


def read_sources(reader: Reader, made: dict[str, str]) -> None:
    """From the player and from the course to who made what, under which license."""
    page = reader.page
    for start, link in (
        (f"/learn/runs/{made['run']}/{made['lesson']}", "Sources of this lesson"),
        (f"/learn/runs/{made['run']}", "Sources of this course"),
    ):
        reader.go(start)
        if page.locator("details.pl-drawer > summary").is_visible():
            page.locator("details.pl-drawer > summary").click()
        page.get_by_role("link", name=reader.say(link)).filter(visible=True).first.click()
        rows = page.locator(".sources > li")
        expect(rows).to_have_count(2)
        expect(rows.nth(1)).to_contain_text("Ghe tam bản buổi sớm")
        expect(rows.nth(1)).to_contain_text("Phạm Thị Hoa")
        expect(rows.nth(1).locator("a[rel~=license]")).to_have_attribute(
            "href", "https://creativecommons.org/licenses/by/4.0/"
        )
        look(reader)
