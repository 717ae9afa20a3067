"""One material through its whole life: put in, reviewed, found elsewhere, taught with, made anew, offered, recalled.

The words pressed are those of the reader's language; the worker, the index and the notices are the site's own.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import teaching
from tests.browser.chrome import Reader, reading
from tests.browser.live import Site, live_site, run_module

CELLS = [("vi", 1280), ("en", 360)]
TITLE = "Định lí Viète"
FIRST = f"# {TITLE}\n\nTổng hai nghiệm bằng trừ b trên a.\n\n## Nhẩm nghiệm\n\nNếu a + b + c = 0 thì một nghiệm bằng 1.\n"
SECOND = f"{FIRST}\nNếu a - b + c = 0 thì một nghiệm bằng trừ 1.\n"
THIRD = f"{SECOND}\n## Bài tập\n\nNhẩm nghiệm của phương trình 2x² - 5x + 3 = 0.\n"
PATIENCE_S = 120


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site with the cast and a reviewer."""
    with live_site(tmp_path, "cast") as running:
        run_module("tests.browser.desk", environ=running.environ)
        yield running


@pytest.mark.parametrize(("locale", "width"), CELLS)
def test_a_material_from_its_author_to_classes_and_back(
    browser: Browser, site: Site, tmp_path: Path, locale: str, width: int
) -> None:
    def at_the_desk(login: str) -> Reader:
        """Sign someone in, in a window of their own that stays open through the story."""
        reader = stack.enter_context(reading(browser, site, locale=locale, width=width, inspecting=True))
        reader.sign_in(login)
        return reader

    with ExitStack() as stack:
        author, reviewer, stranger = (at_the_desk(login) for login in ("lan", "tuan", "phuc"))
        item = put_in(author, write_file(tmp_path, FIRST))
        describe(author, item)
        share_with_sector(author, item)
        not_found_yet(stranger, item)
        ask_for_changes(reviewer)
        read_answer(author, item)
        add_version(author, item, write_file(tmp_path, SECOND), "Thêm trường hợp thứ hai")
        share_with_sector(author, item)
        approve(reviewer, seen="trừ 1")
        find_from_elsewhere(stranger, item)
        lesson = teach_with(author)
        add_version(author, item, write_file(tmp_path, THIRD), "Thêm bài tập")
        share_with_sector(author, item)
        approve(reviewer, seen="Bài tập")
        recall(reviewer, item, number=3)
        meet_placeholder(browser, site, locale)
        accept_offer(author, lesson, number=4)


def write_file(folder: Path, text: str) -> Path:
    """The author's file as it is now."""
    path = folder / "viete.md"
    path.write_text(text, encoding="utf-8")
    return path


def look(reader: Reader) -> None:
    """Nothing wrong for those who hear or magnify the page."""
    assert not reader.axe()
    assert not reader.overflow()


def wait_for(reader: Reader, path: str, selector: str) -> Page:
    """Open a page anew until the worker has done what it shows."""
    deadline = time.monotonic() + PATIENCE_S
    while not reader.go(path).locator(selector).count():
        assert time.monotonic() < deadline, f"{path} has no {selector}"
        time.sleep(0.2)
    return reader.page


def put_in(author: Reader, file: Path) -> str:
    """Choose a file; it becomes a draft. Return the item's uuid."""
    page = author.go("/library/upload")
    page.locator("#f-file").set_input_files(file)
    link = page.locator("[data-rows] > li [data-link]")
    expect(link).to_be_visible(timeout=PATIENCE_S * 1000)
    look(author)
    return (link.get_attribute("href") or "").split("/library/")[1].split("/")[0]


def describe(author: Reader, item: str) -> None:
    """Say what the file does not say itself."""
    page = author.go(f"/library/{item}/edit")
    expect(page.locator("[name=title]")).to_have_value(TITLE)
    page.locator("[name=subject]").select_option("toan")
    page.locator("[name=license]").select_option("CC-BY-SA-4.0")
    page.locator("[name=grades][value='9']").check(force=True)
    page.locator("[name=authors]").fill("Nguyễn Thị Lan")
    author.press("Save")
    page.wait_for_url(f"**/library/{item}")
    look(author)


def share_with_sector(author: Reader, item: str) -> None:
    """Choose the widest circle below everyone; a review comes first."""
    page = author.go(f"/library/{item}/edit")
    page.locator("[name=scope][value=sector]").check(force=True)
    look(author)
    page.locator("button[formaction$='/publish'], button[form='share']").click()
    page.wait_for_url(f"**/library/{item}")
    expect(page.locator("#review-h")).to_be_visible()


def not_found_yet(stranger: Reader, item: str) -> None:
    """Before the review nobody else knows of it."""
    with stranger.troubles.expecting(404):
        stranger.go(f"/library/{item}")
    assert TITLE not in stranger.page.content()


def open_review(reviewer: Reader) -> Page:
    """Open what waits, from the queue."""
    page = reviewer.go("/library/reviews")
    look(reviewer)
    page.get_by_role("link", name=TITLE).first.click()
    page.wait_for_url("**/library/reviews/*-*")
    return page


def ask_for_changes(reviewer: Reader) -> None:
    """Comment on a place and ask for more."""
    page = open_review(reviewer)
    page.locator("[name=text]").fill("Còn thiếu một trường hợp.")
    page.locator("[name=place]").fill("Nhẩm nghiệm")
    reviewer.leave_by("Comment")
    expect(page.locator("main")).to_contain_text("Còn thiếu một trường hợp.")
    page.locator("[name=verdict][value=changes]").check(force=True)
    page.locator("[name=reason]").fill("Thêm trường hợp a - b + c = 0.")
    look(reviewer)
    reviewer.press("Decide")
    page.wait_for_url("**/library/reviews")


def read_answer(author: Reader, item: str) -> None:
    """The notice leads to what the reviewer said."""
    wait_for(author, "/notices", f"main :text('{TITLE}')")
    page = author.go(f"/library/{item}")
    author.press("See the review", "link")
    expect(page.locator("main")).to_contain_text("Thêm trường hợp a - b + c = 0.")
    author.press("Edit and submit again", "link")
    page.wait_for_url(f"**/library/{item}/edit")


def add_version(author: Reader, item: str, file: Path, note: str) -> None:
    """Put the new state of the file in; the item tells of it."""
    page = author.go(f"/library/{item}/edit")
    form = page.locator("form[action$='/files']").first
    form.locator("input[type=file]").set_input_files(file)
    form.locator("button").click()
    page.wait_for_url(f"**/library/{item}")


def approve(reviewer: Reader, *, seen: str) -> None:
    """See what was added beside what is published, and let it out."""
    page = open_review(reviewer)
    expect(page.locator("main")).to_contain_text(seen)
    page.locator("[name=verdict][value=approved]").check(force=True)
    reviewer.press("Decide")
    page.wait_for_url("**/library/reviews")
    assert TITLE not in page.locator("main").inner_text()


def find_from_elsewhere(stranger: Reader, item: str) -> None:
    """Words without accents find it in another school, marked as reviewed, and open the passage they stand in."""
    page = wait_for(stranger, "/library?q=nham+nghiem&reviewed=reviewed", "#results article")
    look(stranger)
    page.locator("#results article").get_by_role("link").first.click()
    page.wait_for_url(f"**/library/{item}**")
    expect(page.locator("main .badge", has_text=stranger.say("Reviewed")).first).to_be_visible()
    expect(page.locator("main article .prose, main .prose").first).to_contain_text("Nhẩm nghiệm")
    look(stranger)


def teach_with(author: Reader) -> str:
    """Build a lesson of it and publish it to a class; return the editor's path."""
    teaching.make_course(author, "Phương trình", "Bậc hai", "6A1", "Định lí")
    teaching.insert_from_library(author, "nham nghiem", TITLE, kind="page")
    path = author.page.url.removeprefix(author.site.url)
    teaching.publish_lesson(author)
    return path


def recall(reviewer: Reader, item: str, *, number: int) -> None:
    """Withdraw a version, saying why."""
    page = reviewer.go(f"/library/{item}/versions/{number}/recall")
    page.locator("[name=reason]").fill("Có một công thức sai dấu.")
    look(reviewer)
    reviewer.leave_by("Recall it")
    expect(page.locator("main")).to_contain_text("Có một công thức sai dấu.")


def meet_placeholder(browser: Browser, site: Site, locale: str) -> None:
    """In the lesson of a running class stands a notice in the place of what was recalled."""
    run = site.ask("runs")["Phương trình 6A1"]
    with reading(browser, site, locale=locale, width=360, inspecting=True) as pupil:
        pupil.sign_in("minh")
        page = pupil.go(f"/learn/runs/{run}")
        page.locator("main a[href*='/learn/runs/']", has_text="Định lí").first.click()
        expect(page.locator("#activity")).not_to_contain_text("Tổng hai nghiệm")
        expect(page.locator("#activity")).to_contain_text(TITLE)
        look(pupil)


def accept_offer(author: Reader, lesson: str, *, number: int) -> None:
    """The lesson offers the newer version; accepted, the draft shows it, and the class gets it with the next revision."""
    page = author.go(lesson)
    expect(page.locator("#offers .offer")).to_have_count(1)
    look(author)
    page.locator("#offers button", has_text=author.say("Use version %(number)s", number=number)).click()
    expect(page.locator("#offers")).to_have_count(0)
    credit = page.locator("[data-block] figcaption").last
    expect(credit).to_contain_text(author.say("version %(number)s", number=number))
