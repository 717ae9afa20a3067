"""Chromium as the tests use it: phone and desktop contexts, and a watch on everything that goes wrong in a page."""

from __future__ import annotations

import gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Request, Response

from tests.browser.live import ROOT, Site
from tests.factories.people import PASSWORD

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HEIGHTS = {360: 740, 768: 1024, 1280: 800}
AXE = ROOT / "lms" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
AXE_RUN = """async () => {
  const found = await axe.run(document, {runOnly: {type: 'tag',
    values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}, resultTypes: ['violations']});
  return found.violations.flatMap(rule => rule.nodes.map(node =>
    `${rule.id}: ${node.target.join(' ')} - ${(node.any[0] || node.all[0] || node.none[0] || {}).message} ${node.html.slice(0, 160)}`));
}"""


@cache
def catalog() -> gettext.NullTranslations:
    """The built Vietnamese catalog."""
    with (ROOT / "lms" / "translations" / "vi" / "LC_MESSAGES" / "messages.mo").open("rb") as stream:
        return gettext.GNUTranslations(stream)


def say(locale: str, msgid: str, **values: object) -> str:
    """Return an interface text in `locale`, as the page says it."""
    text = catalog().gettext(msgid) if locale == "vi" else msgid
    return text % values if values else text


@dataclass
class Troubles:
    """Everything that a page of ours must not do."""

    site: Site
    seen: list[str] = field(default_factory=list)
    expected_statuses: set[int] = field(default_factory=set)

    def watch(self, context: BrowserContext) -> None:
        """Note what goes wrong in every page of `context`."""
        context.on("weberror", lambda error: self.seen.append(f"page error: {error.error}"))
        context.on("console", self._console)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)

    def take(self) -> list[str]:
        """Return what was noted and forget it."""
        seen, self.seen = self.seen, []
        return seen

    def _console(self, message: Any) -> None:
        if message.type != "error" or self._is_expected(message.text):
            return
        self.seen.append(f"console: {message.text} ({message.location.get('url')})")

    def _is_expected(self, text: str) -> bool:
        return any(f"status of {status}" in text for status in self.expected_statuses)

    def _failed(self, request: Request) -> None:
        left_by_reader = (request.failure or "") in {"net::ERR_ABORTED"}  # a page left while media still came
        if not left_by_reader and self._is_ours(request.url):
            self.seen.append(f"failed: {request.method} {request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected_statuses:
            self.seen.append(f"{response.status}: {response.request.method} {response.url}")

    def _is_ours(self, url: str) -> bool:
        return url.startswith((self.site.url, self.site.files_url, "s3"))

    @contextmanager
    def expecting(self, *statuses: int) -> Iterator[None]:
        """Within the block these statuses are what the test wants to see."""
        before = set(self.expected_statuses)
        self.expected_statuses |= set(statuses)
        yield
        self.expected_statuses = before


@dataclass
class Reader:
    """One person at one screen: a context with a size, a language, a theme, with or without script."""

    site: Site
    context: BrowserContext
    page: Page
    locale: str
    width: int
    troubles: Troubles
    visited: set[str] = field(default_factory=set)

    def go(self, path: str) -> Page:
        """Open a page of the site."""
        self.page.goto(path if path.startswith("http") else self.site.url + path)
        return self.page

    def say(self, msgid: str, **values: object) -> str:
        """Return an interface text in this reader's language."""
        return say(self.locale, msgid, **values)

    def press(self, msgid: str, role: str = "button", exact: bool = True, **values: object) -> None:
        """Press the first visible button (or link) with this text."""
        target = self.page.get_by_role(role, name=self.say(msgid, **values), exact=exact)  # type: ignore[arg-type]
        target.filter(visible=True).first.click()

    def leave_by(self, msgid: str, role: str = "button", **values: object) -> None:
        """Press what leads to another page, or to this one anew, and wait until that one stands with its script.

        Without waiting, the next deed may still meet the old page, or break off what was sent.
        """
        with self.page.expect_navigation():
            self.press(msgid, role, **values)

    def sign_in(self, login: str, password: str = PASSWORD) -> None:
        """Sign in through the page and wait for the first page inside."""
        self.type_password(login, password)
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def type_password(self, login: str, password: str = PASSWORD) -> None:
        """Take the first step of signing in, wherever it leads."""
        page = self.go("/sign-in")
        page.locator("input[name=login]").fill(login)
        page.locator("input[name=password]").fill(password)
        self.leave_by("Sign in")

    def axe(self) -> list[str]:
        """Return what axe finds on the page once it has come whole, one line for each element."""
        self.page.wait_for_load_state()
        found = self.page.evaluate(AXE_RUN)
        return [
            f"{self.page.url.removeprefix(self.site.url)} [{self.locale}, {self.width}] {line}"
            for line in found
        ]

    def overflow(self) -> str:
        """Return what sticks out of the screen sideways, or nothing."""
        return str(self.page.evaluate(OVERFLOW))


OVERFLOW = """() => {
  const wide = document.documentElement.scrollWidth, room = document.documentElement.clientWidth;
  if (wide <= room) return '';
  const out = [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > room + 1);
  return `${location.pathname}: ${wide} px in ${room}: ` + out.slice(0, 4).map(e =>
    `${e.tagName.toLowerCase()}.${e.className} ${Math.round(e.getBoundingClientRect().right)}`).join(', ');
}"""


def slow_down(context: BrowserContext, page: Page) -> None:
    """With LINE_DELAY_MS set every answer comes that much later: finds the deeds that do not wait for what they need."""
    if delay_ms := int(os.environ.get("LINE_DELAY_MS", "0")):
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        conditions = {"offline": False, "latency": delay_ms, "downloadThroughput": -1, "uploadThroughput": -1}
        line.send("Network.emulateNetworkConditions", conditions)


@contextmanager
def reading(
    browser: Browser,
    site: Site,
    *,
    locale: str = "vi",
    width: int = 1280,
    theme: str = "light",
    script: bool = True,
    inspecting: bool = False,
    copying: bool = False,
) -> Iterator[Reader]:
    """Open a screen, close it at the end and fail when anything went wrong in between.

    `inspecting` lets axe in beside the page's own script; the content policy of the page holds for both.
    `copying` sets that policy aside: a copy of a page names the nonce of another answer.
    """
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHTS[width]},
        has_touch=width == 360,
        color_scheme="dark" if theme == "dark" else "light",
        locale="vi-VN" if locale == "vi" else "en-US",
        timezone_id="Asia/Ho_Chi_Minh",
        java_script_enabled=script,
        bypass_csp=copying,
        reduced_motion="reduce",
    )
    if inspecting:
        context.add_init_script(path=AXE)
    context.set_default_timeout(40_000)
    context.set_default_navigation_timeout(40_000)
    cookies = {"locale": locale, "theme": theme}
    context.add_cookies([{"name": name, "value": value, "url": site.url} for name, value in cookies.items()])
    troubles = Troubles(site)
    troubles.watch(context)
    try:
        page = context.new_page()
        slow_down(context, page)
        yield Reader(site, context, page, locale, width, troubles)
    finally:
        context.close()
    assert not troubles.seen, "\n".join(troubles.seen)


def where_samples(samples: Path) -> list[Path]:
    """Every file of the samples, as a folder chooser hands them over."""
    return sorted(path for path in samples.rglob("*") if path.is_file() and not path.name.startswith("."))
