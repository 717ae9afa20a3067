"""Pictures of every screen from the demo site: `shots/<screen>-<width>-<theme>[-en].png`, to be looked at by people.

`python -m bench.shots [screen ...]` takes only screens whose names begin so. `--readme` also writes the few of README
into docs/pictures/, made small.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from bench.demo_site import chrome, demo_site, find_path, sign_in
from tests.browser.live import Site

ROOT = Path(__file__).resolve().parents[1]
SHOTS = ROOT / "shots"
PICTURES = ROOT / "docs" / "pictures"
SIZES = ((360, 740), (1280, 800))
TABLET_SIZE = (768, 1024)
THEMES = ("light", "dark")
TABLET = ("front", "learn", "editor", "teach")
IN_ENGLISH = ("front", "catalog", "learn", "editor")
README = (
    "catalog-1280-light",
    "course-360-light",
    "learn-360-dark",
    "player-question-1280-light",
    "editor-drawer-1280-light",
    "library-1280-light",
)
README_WIDTH = {1280: 1000, 360: 360}
TALLEST = 6000


@dataclass(frozen=True)
class Screen:
    """One picture: its name, who looks ('' for a stranger), where, and what to press or do before."""

    name: str
    login: str
    path: str
    press: str = ""
    act: Callable[[Page], None] | None = None


def screens(browser: Browser, site: Site) -> Iterator[Screen]:
    """Find the addresses of all screens by reading the pages that link to them."""
    yield from public_screens(browser.new_context(), site)
    yield from learner_screens(signed_in(browser, site, "minh"), site)
    yield from teacher_screens(signed_in(browser, site, "lan"), site)
    yield from library_screens(signed_in(browser, site, "lan"), site)
    yield from keeper_screens(signed_in(browser, site, "ha"), site)
    yield Screen("jobs", "quantri", "/manage/jobs")


def signed_in(browser: Browser, site: Site, login: str) -> BrowserContext:
    """Return a context of a demo person."""
    context = browser.new_context()
    sign_in(context, site, login)
    return context


def public_screens(context: BrowserContext, site: Site) -> Iterator[Screen]:
    """What a stranger sees."""
    course = find_path(context, site, "/catalog", r"/catalog/[\w-]+")
    yield Screen("front", "", "/")
    yield Screen("catalog", "", "/catalog")
    yield Screen("course", "", course)
    yield Screen("preview", "", f"{course}/preview")
    yield Screen("sign-in", "", "/sign-in")
    yield Screen("sign-up", "", "/sign-up")
    yield Screen("not-found", "", "/khong-co-trang-nay")
    yield Screen("styleguide", "", "/styleguide")


def learner_screens(context: BrowserContext, site: Site) -> Iterator[Screen]:
    """What em Minh sees."""
    here = find_path(context, site, "/learn", "/learn/runs/U/U/U")
    lesson = here.rpartition("/")[0]
    yield Screen("learn", "minh", "/learn")
    yield Screen("outline", "minh", lesson.rpartition("/")[0])
    yield Screen("player", "minh", here)
    for name, kind in (("text", "text"), ("question", "question"), ("image", "image"), ("video", "video")):
        if path := find_activity(context, site, here, kind):
            yield Screen(f"player-{name}", "minh", path)
    if path := find_activity(context, site, here, "question"):
        yield Screen("player-offline", "minh", path, act=go_offline)
        yield Screen("player-answered-wrong", "minh", path, act=answer_once)
    if path := find_activity(context, site, here, "question", 2):
        yield Screen("player-answered-settled", "minh", path, act=answer_to_the_end)
    if path := find_activity(context, site, here, "question", 3):
        yield Screen("player-answered-right", "minh", path, act=answer_once)
    yield Screen("end", "minh", f"{lesson}/end")
    yield Screen("results", "minh", "/learn/results")
    yield Screen("join", "minh", "/learn/join")
    yield Screen("account", "minh", "/account")


def find_activity(context: BrowserContext, site: Site, here: str, kind: str, number: int = 1) -> str:
    """Return the activity of this kind with this number in the lesson, or nothing."""
    page = context.new_page()
    page.goto(site.url + here)
    links = page.eval_on_selector_all(
        ".pl-side a[href]", "links => links.map(link => link.getAttribute('href'))"
    )
    try:
        for href in dict.fromkeys(links):
            page.goto(site.url + href)
            number -= page.locator(f".act-{kind}").count()
            if not number:
                return str(href)
    finally:
        page.close()
    return ""


def go_offline(page: Page) -> None:
    """The connection is gone: the player says so."""
    page.context.set_offline(True)
    page.locator("[data-offline]").wait_for()


def answer_once(page: Page) -> None:
    """Give the first answer (wrong in question 1 of the demo, right in 3); in later pictures it stands already."""
    if page.locator("#result").count() == 0:
        give_answer(page, 0)


def answer_to_the_end(page: Page) -> None:
    """Go on answering until the question is settled and explained."""
    for place in range(6):
        if not page.locator("button[form=answer]").count():
            return
        give_answer(page, place)


def give_answer(page: Page, place: int) -> None:
    """Choose the answer at `place` that can still be chosen, or write a number, and send it."""
    choices = page.locator("[name=choice]:enabled")
    if choices.count():
        page.locator("label.opt:has(input:enabled)").nth(min(place, choices.count() - 1)).click()
    else:
        page.locator("[name=answer]").fill(str(place))
    page.locator("#answer").evaluate("form => form.setAttribute('data-old', '')")
    page.locator("button[form=answer]").click()
    page.locator("#answer:not([data-old])").wait_for()


def choose_result(page: Page) -> None:
    """Search in the drawer and unfold the first result."""
    page.locator("#shelf-q").fill("phan so")
    page.locator("#shelf-q").press("Enter")
    page.locator("#drawer .result details[open] .verdict").wait_for()


def hold_upload(page: Page) -> None:
    """Two files on their way: the server's answer is held back while the picture is taken."""
    page.route("**/api/**", lambda route: None)
    page.route("**/library/upload**", lambda route: None)
    files = [
        {"name": name, "mimeType": "application/pdf", "buffer": b"%PDF-1.7 " + b"0" * size}
        for name, size in (("Phân số lớp 6.pdf", 400_000), ("Bài tập tuần 12.pdf", 90_000))
    ]
    page.locator("input[type=file]").first.set_input_files(files)  # type: ignore[arg-type]
    page.locator("[data-rows] > li").nth(1).scroll_into_view_if_needed()
    page.mouse.wheel(0, 200)


def teacher_screens(context: BrowserContext, site: Site) -> Iterator[Screen]:
    """What cô Lan sees when she teaches."""
    course = find_path(context, site, "/teach", "/teach/courses/U")
    lesson = find_path(context, site, course, "/teach/lessons/U")
    run = find_path(context, site, "/teach", "/teach/runs/U(/progress|/people)").rpartition("/")[0]
    yield Screen("teach", "lan", "/teach")
    yield Screen("builder", "lan", course)
    yield Screen("course-settings", "lan", f"{course}/settings")
    yield Screen("editor", "lan", lesson)
    yield Screen("editor-drawer", "lan", lesson, "[data-drawer-open]")
    yield Screen("editor-drawer-chosen", "lan", lesson, "[data-drawer-open]", choose_result)
    yield Screen("editor-publish", "lan", lesson, "[data-publish]")
    yield Screen("editor-preview", "lan", f"{lesson}/preview")
    yield Screen("run-people", "lan", f"{run}/people")
    yield Screen("run-settings", "lan", f"{run}/settings")
    yield Screen("run-progress", "lan", f"{run}/progress")


def library_screens(context: BrowserContext, site: Site) -> Iterator[Screen]:
    """The library, with one item of each way of showing."""
    yield Screen("library", "lan", "/library?q=phan+so")
    yield Screen("library-all", "lan", "/library")
    yield Screen("library-nothing", "lan", "/library?q=khongcogica")
    for kind in ("document", "image", "audio", "video"):
        yield Screen(f"item-{kind}", "lan", find_path(context, site, f"/library?type={kind}", "/library/U"))
    yield Screen("upload", "lan", "/library/upload")
    yield Screen("upload-under-way", "lan", "/library/upload", act=hold_upload)
    yield Screen("search", "lan", "/search?q=phan+so")
    yield Screen("mine", "lan", "/library/mine?state=published")
    yield Screen("drafts", "lan", "/library/mine")
    yield Screen(
        "item-edit", "lan", find_path(context, site, "/library/mine?state=published", "/library/U/edit")
    )
    yield Screen("collections", "lan", "/library/collections")


def keeper_screens(context: BrowserContext, site: Site) -> Iterator[Screen]:
    """What the administrator of a school sees."""
    org = find_path(context, site, "/manage", "/manage/orgs/U")
    yield Screen("manage", "ha", "/manage")
    yield Screen("org", "ha", org)
    yield Screen("import", "ha", f"{org}/import")
    yield Screen("users", "ha", "/manage/users")
    yield Screen("user", "ha", find_path(context, site, "/manage/users", "/manage/users/U"))
    yield Screen("runs", "ha", "/manage/runs")
    yield Screen("classes", "ha", "/classes")
    yield Screen("class", "ha", find_path(context, site, "/classes", "/classes/U"))


def take(page: Page, site: Site, screen: Screen, target: Path) -> str:
    """Take one picture; return what sticks out sideways, or nothing."""
    page.goto(site.url + screen.path, wait_until="load")
    if screen.press:
        page.locator(screen.press).first.click()
        page.wait_for_load_state("networkidle")
    if screen.act:
        screen.act(page)
    page.evaluate("() => document.fonts.ready")
    height = int(page.evaluate("() => document.documentElement.scrollHeight"))
    page.screenshot(
        path=target, full_page=not (screen.press or screen.act) and height <= TALLEST, animations="disabled"
    )
    page.context.set_offline(False)
    page.unroute_all(behavior="ignoreErrors")
    over = int(
        page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )
    return f"{target.name}: {over} px wider than the screen" if over > 0 else ""


def take_all(
    browser: Browser,
    site: Site,
    wanted: list[Screen],
    locale: str = "vi",
    sizes: tuple[tuple[int, int], ...] = SIZES,
) -> None:
    """Take all pictures of `wanted`: each person and look in one context."""
    suffix = "" if locale == "vi" else f"-{locale}"
    for width, height in sizes:
        for theme in THEMES:
            for login in dict.fromkeys(screen.login for screen in wanted):
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme="dark" if theme == "dark" else "light",
                    locale="vi-VN",
                    timezone_id="Asia/Ho_Chi_Minh",
                    has_touch=width == 360,
                    reduced_motion="reduce",
                )
                cookies = {"locale": locale, "theme": theme}
                context.add_cookies(
                    [{"name": key, "value": cookies[key], "url": site.url} for key in cookies]
                )
                if login:
                    sign_in(context, site, login)
                page = context.new_page()
                for screen in wanted:
                    if screen.login == login:
                        target = SHOTS / f"{screen.name}-{width}-{theme}{suffix}.png"
                        if said := take(page, site, screen, target):
                            print(said, flush=True)
                context.close()


def shrink_for_readme() -> None:
    """Write the pictures of README: the first screenful, few colors, under 150 KB each."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name in README:
        with Image.open(SHOTS / f"{name}.png") as picture:
            width = 360 if "-360-" in name else 1280
            shown = picture.convert("RGB").crop(
                (0, 0, picture.width, min(picture.height, dict(SIZES)[width]))
            )
            wide = README_WIDTH[width]
            shown = shown.resize((wide, round(shown.height * wide / shown.width)), Image.Resampling.LANCZOS)
            small = shown.quantize(colors=128, dither=Image.Dither.NONE)
            small.save(PICTURES / f"{name}.png", optimize=True)


def main(*arguments: str) -> None:
    """Take the pictures asked for, or all."""
    only = tuple(name for name in arguments if not name.startswith("--"))
    SHOTS.mkdir(exist_ok=True)
    with demo_site() as site, chrome() as browser:
        wanted = [screen for screen in screens(browser, site) if not only or screen.name.startswith(only)]
        take_all(browser, site, wanted)
        take_all(browser, site, [screen for screen in wanted if screen.name in IN_ENGLISH], "en")
        take_all(browser, site, [screen for screen in wanted if screen.name in TABLET], sizes=(TABLET_SIZE,))
    if "--readme" in arguments:
        shrink_for_readme()


if __name__ == "__main__":
    main(*sys.argv[1:])
