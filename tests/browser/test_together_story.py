"""Colleagues improve one material: suggest, rate, comment, report, put on a shelf, print, remix, review.

Every page is looked at with axe as it is met. Addresses are used where the index would have to be waited for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chrome import Reader, reading
from tests.browser.live import Site, live_site, run_module
from tests.browser.together import TEXT, TITLE

CELLS = [("vi", 1280), ("en", 360)]
OWN_TITLE = "Đổi đơn vị diện tích ruộng"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site with the cast, where nobody reviews yet."""
    with live_site(tmp_path, "cast") as running:
        yield running


@pytest.mark.parametrize(("locale", "width"), CELLS)
def test_colleagues_improve_a_material_together(
    browser: Browser, site: Site, locale: str, width: int
) -> None:
    def at_the_desk(login: str) -> Reader:
        """Sign someone in, in a window of their own that stays open through the story."""
        reader = stack.enter_context(reading(browser, site, locale=locale, width=width, inspecting=True))
        reader.sign_in(login)
        return reader

    item = json.loads(run_module("tests.browser.together", environ=site.environ).splitlines()[-1])
    with ExitStack() as stack:
        owner, third, other, keeper = (at_the_desk(login) for login in ("lan", "ha", "phuc", "tuan"))
        suggest_change(third, item)
        accept_change(owner, third, item)
        rate(third, item)
        comment_and_answer(other, owner, item)
        report(other, item)
        triage(keeper)
        curate(keeper, other, item)
        open_by_short_address(owner, browser, site, locale, item)
        see_usage(owner, item)
        run_module("tests.browser.desk", environ=site.environ)  # from now on a review comes first
        remix = make_remix(other, item)
        submit(other, remix)
        ask_for_changes_on_a_place(keeper)
        answer_and_submit_again(other, remix)
        approve(keeper)
        stand_in_the_lineage(owner, item, remix)


def look(reader: Reader) -> None:
    """Nothing wrong for those who hear or magnify the page."""
    assert not reader.axe()
    assert not reader.overflow()


def suggest_change(third: Reader, item: str) -> None:
    """A colleague offers clearer words for somebody else's material."""
    page = third.go(f"/library/{item}/suggest")
    page.locator("[name=note]").fill("Viết thêm cách nhớ cho học sinh.")
    page.locator("[name=text]").fill(f"{TEXT}\nMỗi bước đổi gấp một trăm lần.\n")
    look(third)
    third.press("Send it to the owner")
    page.wait_for_url("**/library/suggestions/*")
    expect(page.locator("main .badge").first).to_have_text(third.say("Waits for an answer"))
    look(third)


def accept_change(owner: Reader, third: Reader, item: str) -> None:
    """Its owner sees what differs and takes it in; the colleague is named."""
    page = owner.go("/library/suggestions")
    look(owner)
    page.locator("main").get_by_role("link", name=TITLE).click()
    expect(page.locator("main")).to_contain_text("Mỗi bước đổi gấp một trăm lần.")
    look(owner)
    page.locator("[name=answer]").fill("Hay lắm, cảm ơn chị.")
    owner.leave_by("Accept it")
    expect(page.locator("main .badge").first).to_have_text(owner.say("Accepted"))
    page = third.go(f"/library/{item}")
    expect(page.locator("main")).to_contain_text("Mỗi bước đổi gấp một trăm lần.")
    expect(page.locator("main")).to_contain_text("Phạm Thu Hà")


def rate(third: Reader, item: str) -> None:
    """Stars come with a reason."""
    page = third.go(f"/library/{item}/ratings")
    page.locator("[name=stars][value='4']").check(force=True)
    page.locator("[name=reason]").select_option("ready")
    page.locator("[name=words]").fill("Lớp 6A1 làm được ngay.")
    look(third)
    third.leave_by("Save my rating")
    expect(page.locator("main .voice")).to_contain_text("Lớp 6A1 làm được ngay.")
    expect(page.locator("#spread-h")).to_contain_text("4")
    look(third)


def comment_and_answer(other: Reader, owner: Reader, item: str) -> None:
    """A teacher of another school asks; the owner answers below."""
    page = other.go(f"/library/{item}/comments")
    page.locator("[name=text]").fill("Có phiếu in kèm không ạ?")
    other.leave_by("Comment")
    expect(page.locator("main .threads")).to_contain_text("Có phiếu in kèm không ạ?")
    page = owner.go(f"/library/{item}/comments")
    page.locator("details.act summary").first.click()
    page.locator("details.act[open] [name=text]").fill("Tuần sau có ạ.")
    look(owner)
    page.locator("details.act[open] button").click()
    expect(page.locator("main .answers")).to_contain_text("Tuần sau có ạ.")


def report(other: Reader, item: str) -> None:
    """Something in it is wrong."""
    page = other.go(f"/library/{item}/report")
    page.locator("[name=kind][value=content]").check(force=True)
    page.locator("[name=words]").fill("Dòng cuối nên ghi đơn vị.")
    look(other)
    other.press("Send the report")
    page.wait_for_url(f"**/library/{item}")


def triage(keeper: Reader) -> None:
    """The librarian takes the case and answers it."""
    page = keeper.go("/library/reports")
    look(keeper)
    page.locator("main").get_by_role("link", name=TITLE).click()
    expect(page.locator("main")).to_contain_text("Dòng cuối nên ghi đơn vị.")
    keeper.leave_by("I take it")
    expect(page.locator("main")).to_contain_text("Võ Anh Tuấn")
    page.locator("[name=verdict][value=settled]").check(force=True)
    page.locator("[name=answer]").fill("Đã nhắc tác giả ghi rõ đơn vị.")
    look(keeper)
    keeper.leave_by("Close the reports")
    expect(page.locator("main .badge").first).to_have_text(keeper.say("settled"))


def curate(keeper: Reader, other: Reader, item: str) -> None:
    """It goes on a shelf of the department, with a word why; whoever comes by sees it there."""
    page = keeper.go("/library/shelves")
    page.locator("[name=title]").fill("Đo lường lớp 6")
    keeper.press("Make the shelf")
    page.wait_for_url("**/library/shelves/*/edit")
    path = page.url.removeprefix(keeper.site.url)
    page = keeper.go(f"/library/{item}/shelve")
    page.locator("[name=words]").fill("Hợp cho tiết ôn.")
    look(keeper)
    keeper.leave_by("Put it there")
    page = keeper.go(path)
    keeper.leave_by("Open the shelf")
    expect(page.locator("main .badge").first).to_have_text(keeper.say("open"))
    look(keeper)
    page = other.go(path.removesuffix("/edit"))
    expect(page.locator("main")).to_contain_text("Hợp cho tiết ôn.")
    expect(page.locator("main")).to_contain_text(TITLE)
    look(other)


def open_by_short_address(owner: Reader, browser: Browser, site: Site, locale: str, item: str) -> None:
    """The printed address opens the material for somebody with no account."""
    page = owner.go(f"/library/{item}/print")
    owner.press("Make the short address")
    expect(page.locator(".qr svg")).to_be_visible()
    look(owner)
    code = page.locator("#short-address").inner_text().rpartition("/")[2]
    with reading(browser, site, locale=locale, width=owner.width, inspecting=True) as stranger:
        found = stranger.go(f"/i/{code}")
        found.wait_for_url(f"**/library/{item}**")
        expect(found.locator("h1")).to_have_text(TITLE)
        look(stranger)


def see_usage(owner: Reader, item: str) -> None:
    """Its owner reads how far it reaches; three pupils of one school are told of with others."""
    page = owner.go(f"/library/{item}")
    reach = page.locator("section[aria-labelledby=reach-h]")
    reach.locator("summary").click()
    expect(reach).to_contain_text("THCS Bến Sông")
    expect(reach).to_contain_text(owner.say("Other places together"))
    expect(reach).not_to_contain_text("THCS Rạch Dừa")
    expect(reach).to_contain_text(owner.say("%(num)d learners or more", num=60), ignore_case=True)
    look(owner)


def make_remix(other: Reader, item: str) -> str:
    """A version of one's own, under the license that the original demands; return its uuid."""
    page = other.go(f"/library/{item}/remix")
    expect(page.locator("[name=license]")).to_have_value("CC-BY-SA-4.0")
    look(other)
    other.press("Make my draft")
    page.wait_for_url("**/edit")
    remix = page.url.split("/library/")[1].split("/")[0]
    assert remix != item
    page.locator("[name=title]").fill(OWN_TITLE)
    other.press("Save")
    page.wait_for_url(f"**/library/{remix}")
    page = other.go(f"/library/{remix}/family")
    expect(page.locator("main .chips")).to_contain_text("Nguyễn Thị Lan")
    expect(page.locator("main .chips")).to_contain_text("Đặng Hữu Phúc")
    expect(page.locator("main .family").first).to_contain_text(TITLE)
    look(other)
    return remix


def submit(author: Reader, remix: str) -> None:
    """Ask to show it to the sector; a reviewer comes first."""
    page = author.go(f"/library/{remix}/edit")
    page.locator("[name=scope][value=sector]").check(force=True)
    page.locator("button[formaction$='/publish'], button[form='share']").click()
    page.wait_for_url(f"**/library/{remix}")
    expect(page.locator("#review-h")).to_be_visible()


def open_review(reviewer: Reader) -> Page:
    """Open what waits, from the queue."""
    page = reviewer.go("/library/reviews")
    page.get_by_role("link", name=OWN_TITLE).first.click()
    page.wait_for_url("**/library/reviews/*-*")
    return page


def ask_for_changes_on_a_place(reviewer: Reader) -> None:
    """Say of a heading what is missing there, and ask for it."""
    page = open_review(reviewer)
    page.locator("[name=text]").fill("Thiếu công đất là bao nhiêu mét vuông.")
    page.locator("[name=place]").fill("Héc-ta")
    reviewer.leave_by("Comment")
    said = page.locator("section[aria-labelledby=said]")
    expect(said).to_contain_text("Thiếu công đất là bao nhiêu mét vuông.")
    expect(said).to_contain_text("· Héc-ta")
    page.locator("[name=verdict][value=changes]").check(force=True)
    page.locator("[name=reason]").fill("Bổ sung công đất.")
    look(reviewer)
    reviewer.press("Decide")
    page.wait_for_url("**/library/reviews")


def answer_and_submit_again(author: Reader, remix: str) -> None:
    """The author reads it at the place, answers, mends the text and submits anew."""
    page = author.go(f"/library/{remix}")
    author.press("See the review", "link")
    expect(page.locator("main")).to_contain_text("Thiếu công đất là bao nhiêu mét vuông.")
    page.locator("form[action$='/comment'] [name=text]").fill(
        "Một công là một nghìn mét vuông, em thêm ngay."
    )
    author.leave_by("Comment")
    expect(page.locator("main")).to_contain_text("em thêm ngay")
    look(author)
    author.press("Edit and submit again", "link")
    page.wait_for_url(f"**/library/{remix}/edit")
    page.locator("[name=description]").first.fill("Có công đất: một công là một nghìn mét vuông.")
    author.press("Save")
    page.wait_for_url(f"**/library/{remix}")
    submit(author, remix)


def approve(reviewer: Reader) -> None:
    """It is as was asked for: the sector may see it."""
    page = open_review(reviewer)
    expect(page.locator("main")).to_contain_text("một công là một nghìn mét vuông")
    expect(page.locator("main")).to_contain_text("em thêm ngay")
    page.locator("[name=verdict][value=approved]").check(force=True)
    reviewer.press("Decide")
    page.wait_for_url("**/library/reviews")


def stand_in_the_lineage(owner: Reader, item: str, remix: str) -> None:
    """The first author finds what was made of her work."""
    page = owner.go(f"/library/{item}/family")
    page.locator("main .family").get_by_role("link", name=OWN_TITLE).click()
    page.wait_for_url(f"**/library/{remix}**")
    expect(page.locator("main .badge", has_text=owner.say("Reviewed")).first).to_be_visible()
    expect(page.locator("main")).to_contain_text("Nguyễn Thị Lan")
    look(owner)
