"""What learners do in the browser: walk a lesson to its end, take a place in an open course."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import Locator, expect

from tests.browser.chrome import Reader

MOST_STEPS = 30


def finish_lesson(reader: Reader, answers: Mapping[str, str]) -> list[str]:
    """From the learner's home to the end of the lesson; `answers` gives for words of a prompt what to answer.

    Works the same with and without script: presses what the page shows. Returns the kinds of activities met.
    """
    page = reader.go("/learn")
    page.locator(".continue a.btn-next").click()
    met: list[str] = []
    for _step in range(MOST_STEPS):
        if page.locator(".pl-finish").is_visible():
            return met
        article = page.locator("article.act")
        met.append((article.get_attribute("class") or "").rpartition("act-")[2])
        if page.locator("button[form=answer]").is_visible():
            answer(reader, article, answers)
        here = page.url
        page.locator(".pl-end .btn-next").click()
        page.wait_for_url(lambda url, left=here: url != left)
    raise AssertionError(f"the lesson does not end: {met}")


def answer(reader: Reader, article: Locator, answers: Mapping[str, str]) -> None:
    """Answer the question shown and wait for what the server says of it."""
    prompt = article.locator("#prompt").inner_text()
    words = next(words for words in answers if words in prompt)
    if article.locator("[name=choice]").count():
        article.locator("label.opt", has_text=answers[words]).click()
    else:
        article.locator("[name=answer]").fill(answers[words])
    reader.page.locator("button[form=answer]").click()
    expect(reader.page.locator("#result.is-right")).to_be_visible()


def take_open_course(reader: Reader, title: str, *, email: str) -> None:
    """A stranger looks at the free lesson, signs up on the way and stands inside the course."""
    page = reader.go("/catalog")
    page.get_by_role("link", name=title).filter(visible=True).first.click()
    page.locator("a[href$='/preview']").filter(visible=True).first.click()
    expect(page.locator("article.act")).to_be_visible()
    page.go_back()
    page.locator("a.btn-next", has_text=reader.say("Take a place, free")).filter(visible=True).first.click()
    page.wait_for_url(lambda url: "/sign-up" in url)
    page.locator("[name=full_name]").fill("Hồ Thị Mận")
    page.locator("[name=email]").fill(email)
    page.locator("[name=password]").fill("bến nước con đò")
    reader.press("Create an account")
    page.wait_for_url("**/welcome")
    reader.press("Take a place, free")
    page.wait_for_url("**/learn/**")
    page = reader.go("/learn")
    expect(page.locator("main")).to_contain_text(title)
