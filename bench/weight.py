"""What a first visit costs: compressed bytes by type and requests, in Chromium with an empty cache, without media.

The budgets are those of design.md; `budget` figures say how much of the tightest one is used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Cookie

from bench.demo_site import chrome, demo_site, find_path, sign_in
from bench.figures import Figure
from tests.browser.live import Site

PARTS = {"Document": "html", "Stylesheet": "css", "Script": "js", "Font": "fonts"}
PUBLIC = {"html": 15, "css": 25, "js": 20, "fonts": 40, "requests": 12}
LEARNER = {"html": 20, "css": 25, "js": 30, "fonts": 40, "requests": 14}


@dataclass
class Weight:
    """Bytes by part and the number of requests of one page."""

    bytes: Counter[str] = field(default_factory=Counter)
    requests: int = 0

    @property
    def total(self) -> int:
        """All bytes of the page without media."""
        return sum(self.bytes.values())


def measure() -> Iterator[Figure]:
    """Yield `weight.<page>.kb`, `.requests` and one figure for each part; an exceeded budget is a figure above 100."""
    with demo_site() as site, chrome() as browser:
        for name, path, login, budget in pages(browser, site):
            weight = weigh(browser, site, path, login)
            yield Figure(f"weight.{name}.kb", round(weight.total / 1000, 1), "kB")
            yield Figure(f"weight.{name}.requests", weight.requests, "requests")
            for part in PARTS.values():
                yield Figure(f"weight.{name}.{part}_kb", round(weight.bytes[part] / 1000, 1), "kB")
            yield Figure(f"weight.{name}.budget_used", round(used(weight, budget), 1), "%")


def used(weight: Weight, budget: dict[str, int]) -> float:
    """Return the share of the tightest budget, in percent."""
    shares = [weight.bytes[part] / 1000 / budget[part] for part in PARTS.values()]
    return 100 * max(*shares, weight.requests / budget["requests"])


def pages(browser: Browser, site: Site) -> list[tuple[str, str, str, dict[str, int]]]:
    """Return name, path, who looks ('' for a stranger) and budget of the pages that are weighed."""
    context = browser.new_context()
    course = find_path(context, site, "/catalog", r"/catalog/[\w-]+")
    sign_in(context, site, "minh")
    lesson = find_path(context, site, "/learn", "/learn/runs/U/U/U")
    context.close()
    return [
        ("catalog", "/catalog", "", PUBLIC),
        ("course_page", course, "", PUBLIC),
        ("learn", "/learn", "minh", LEARNER),
        ("lesson", lesson, "minh", LEARNER),
    ]


def weigh(browser: Browser, site: Site, path: str, login: str) -> Weight:
    """Open one page in a context that has cached nothing."""
    cookies: list[Cookie] = []
    if login:
        with_session = browser.new_context()
        sign_in(with_session, site, login)
        cookies = with_session.cookies()
        with_session.close()
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
    context.add_cookies(cookies)  # type: ignore[arg-type]
    page = context.new_page()
    weight, kinds = Weight(), dict[str, str]()
    network = context.new_cdp_session(page)

    def began(event: dict[str, Any]) -> None:
        url = str(event["request"]["url"])
        if url.startswith(site.url) and event.get("type") != "Media":
            kinds[event["requestId"]] = PARTS.get(str(event.get("type")), "other")

    def ended(event: dict[str, Any]) -> None:
        if event["requestId"] in kinds:
            weight.requests += 1
            weight.bytes[kinds[event["requestId"]]] += int(event["encodedDataLength"])

    network.on("Network.requestWillBeSent", began)
    network.on("Network.loadingFinished", ended)
    network.send("Network.enable")
    page.goto(site.url + path, wait_until="networkidle")
    context.close()
    return weight
