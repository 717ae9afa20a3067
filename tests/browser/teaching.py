"""What a teacher does in the browser: put files in, find them, build a lesson, bring it to a class."""

from __future__ import annotations

import time
from pathlib import Path

from playwright.sync_api import Locator, expect

from content_store.taxonomy import TYPES
from tests.browser.chrome import Reader

PATIENCE_S = 120
LONG_MS = PATIENCE_S * 1000


def upload_folder(reader: Reader, folder: Path, count: int) -> list[str]:
    """Choose a whole folder; return the names of files that did not become drafts, with what the page says."""
    page = reader.go("/library/upload")
    page.locator("#f-folder").set_input_files(folder)
    rows = page.locator("[data-rows] > li")
    expect(rows).to_have_count(count)
    expect(rows.locator("[data-cancel]:visible")).to_have_count(0, timeout=4 * LONG_MS)
    refused = rows.filter(has=page.locator("[data-link][hidden]"))
    return [text.replace("\n", ": ") for text in refused.all_inner_texts()]


def publish_drafts(reader: Reader) -> int:
    """Correct the drafts page by page - a license and a circle for all - and publish them; return how many."""
    published = 0
    page = reader.go("/library/mine?state=draft")
    while rows := page.locator("input[name=selected]").count():
        page.locator("[name=all-license]").select_option("CC-BY-SA-4.0")
        page.locator("[name=all-scope]").select_option("public")
        page.locator("details.draft-more").evaluate_all("rows => rows.forEach((row) => { row.open = true; })")
        for field in page.locator("input[name^='authors:']").all():
            if not field.input_value():
                field.fill("Tổ Tin học")
        reader.leave_by("Publish the chosen")
        problems = page.locator(".draft .error").all_inner_texts()
        assert not problems, problems
        published += rows
        page = reader.go("/library/mine?state=draft")
    return published


def find_item(reader: Reader, query: str, *, kind: str, title: str = "") -> Locator:
    """Search until the worker has indexed it; return the first result of this type (its label), which must stand high."""
    label = TYPES[kind].label(reader.locale)
    deadline = time.monotonic() + PATIENCE_S
    while True:
        page = reader.go("/library")
        box = page.locator("main input[name=q]").first
        box.fill(query)
        box.press("Enter")
        page.wait_for_url("**q=*")
        rows = page.locator("#results article.item-row")
        top = [rows.nth(place) for place in range(min(3, rows.count()))]
        for row in top:
            if label in row.locator(".facts").inner_text() and title in row.inner_text():
                return row
        if time.monotonic() > deadline:
            raise AssertionError(f"{query!r} finds no {kind}: {[row.inner_text() for row in top]}")


def make_course(reader: Reader, title: str, unit: str, class_name: str, lesson: str) -> None:
    """Make a course with a run for a class, and stand in the editor of its first lesson."""
    page = reader.go("/teach/courses/new")
    page.locator("[name=title]").fill(title)
    reader.leave_by("Create the course")
    reader.leave_by("New run", "link")
    page.locator("[name=title]").fill(f"{title} {class_name}")
    page.locator("[name=class_org]").select_option(label=class_name)
    reader.press("Open the run")
    page.wait_for_url("**/teach/runs/**")
    page.locator("nav.crumbs").get_by_role("link", name=title).click()
    page.locator("#new-unit").fill(unit)
    reader.press("Add unit")
    expect(page.locator("#tree")).to_contain_text(unit)
    page.locator(".tree-add:not(.tree-add-unit) input[name=title]").first.fill(lesson)
    reader.press("Add and write")
    page.wait_for_url("**/teach/lessons/**")
    expect(page.locator("html.has-script")).to_be_attached()


def insert_from_library(reader: Reader, query: str, title: str, *, kind: str) -> None:
    """Open the drawer, type, choose the type, open the result with this title and insert it; the credit is there at once."""
    page = reader.page
    before = page.locator("[data-block]").count()
    if page.locator("#drawer").is_hidden():
        page.locator("[data-drawer-open]").click()
    page.locator("#shelf-type").select_option(kind)
    page.locator("#shelf-q").fill(query)
    result = page.locator("#drawer .result", has_text=title).first
    expect(result).to_be_visible()
    page.locator("#shelf-q").press("Enter")
    expect(page.locator("#drawer .result details[open]").first).to_be_visible()
    result = page.locator("#drawer .result", has_text=title).first
    if result.locator("details").get_attribute("open") is None:
        result.locator("summary").click()
    expect(result.locator(".verdict")).to_be_visible()
    result.locator("[data-insert] button").click()
    expect(page.locator("[data-block]")).to_have_count(before + 1)
    expect(page.locator("[data-block] .block-item figcaption").last).to_contain_text("CC BY-SA")


def add_question(reader: Reader, kind: str, prompt: str, answers: list[tuple[str, bool]]) -> None:
    """Add a question after the last block and save it: choices with their truth, or one right answer."""
    page = reader.page
    before = page.locator("[data-block]").count()
    if page.locator("#drawer").is_visible():
        page.locator("#drawer [data-drawer-close]").first.click()
    gap = page.locator("details.gap").last
    gap.locator("summary").click()
    gap.locator("button[value=question]").click()
    expect(page.locator("[data-block]")).to_have_count(before + 1)
    form = page.locator("[data-block]").last.locator("[data-form]")
    if kind != "single":
        form.evaluate("form => form.setAttribute('data-before', '')")
        form.locator("[data-kind]").select_option(kind)
        expect(page.locator("[data-block]").last.locator("[data-form]:not([data-before])")).to_be_visible()
    first = {"numeric": "answer", "short_text": "accepted"}.get(kind, "correct")
    form.locator("[name=prompt]").fill(prompt)
    if kind in {"numeric", "short_text"}:
        form.locator(f"[name={first}]").fill(answers[0][0])
    else:
        for place, (text, is_right) in enumerate(answers):
            if kind != "true_false":
                form.locator("[name=choice_text]").nth(place).fill(text)
            if is_right:
                form.locator("[name=correct]").nth(place).check()
    form.locator("[data-done]").click()
    expect(page.locator("[data-block] [data-form]")).to_have_count(0)
    expect(page.locator("[data-block]").last).to_contain_text(prompt)


def publish_lesson(reader: Reader) -> None:
    """Publish to the runs that are ticked, in the dialog."""
    page = reader.page
    page.locator("[data-publish]").click()
    dialog = page.locator("dialog[open]")
    expect(dialog.locator("input[name=run]")).to_be_checked()
    dialog.locator("form button").first.click()
    expect(page.locator("[data-published]")).to_contain_text(
        reader.say("Published, revision %(number)s", number=1)
    )
