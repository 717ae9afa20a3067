"""The second step in a real browser: an app by hand, a passkey by Chromium's virtual authenticator, every page by axe."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chrome import Reader, reading
from tests.browser.live import Site, live_site

SHOTS = os.environ.get("SECOND_STEP_SHOTS", "")


@pytest.fixture(scope="module")
def named_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site known by a name: browsers bind passkeys to names, never to numbers."""
    with live_site(tmp_path_factory.mktemp("second-step"), "cast", host="localhost") as site:
        yield site


def look(reader: Reader, name: str) -> None:
    """Let axe and the ruler look at the page as it stands."""
    if SHOTS:
        reader.page.screenshot(
            path=str(Path(SHOTS) / f"{name}-{reader.locale}-{reader.width}.png"), full_page=True
        )
    assert reader.axe() == []
    assert reader.overflow() == ""


def test_staff_are_led_to_set_up_and_may_wait_in_the_days_of_grace(
    browser: Browser, named_site: Site
) -> None:
    made = named_site.made
    with reading(browser, named_site, inspecting=True) as keeper:
        keeper.type_password("tuan")
        page = keeper.go(f"/manage/orgs/{made['school']}/second-step")
        look(keeper, "policy")
        keeper.leave_by("Save")
        look(keeper, "policy-set")
    with reading(browser, named_site, locale="en", width=360, inspecting=True) as reader:
        page = reader.page
        reader.type_password("lan")
        page.wait_for_url("**/account/second-step?next=/teach")
        look(reader, "led")
        reader.press("Later", role="link")
        page.wait_for_url("**/teach")


@pytest.mark.parametrize(
    ("login", "locale", "width", "theme", "script"),
    [("lan", "vi", 360, "light", False), ("ha", "en", 1280, "dark", True)],
)
def test_an_app_is_set_up_and_asked_for(
    browser: Browser, named_site: Site, login: str, locale: str, width: int, theme: str, script: bool
) -> None:
    """Without script on a phone in Vietnamese, with it on a desk in English."""
    shown = {"locale": locale, "width": width, "theme": theme}
    with reading(browser, named_site, **shown, inspecting=True, copying=True) as inspector:  # type: ignore[arg-type]
        with reading(browser, named_site, **shown, script=script) as reader:  # type: ignore[arg-type]
            reader.type_password(login)
            page = reader.go("/account/second-step")
            reader.leave_by("Set up an app")
            secret = page.locator(".secret").inner_text().replace(" ", "")
            assert page.locator(".qr svg").bounding_box()["width"] > 150  # type: ignore[index]
            share(reader, inspector, "/account/second-step")
            look(inspector, f"picture-{login}")
            page.locator("input[name=code]").fill(pyotp.TOTP(secret).now())
            reader.leave_by("Switch on")
            expect(page.locator(".recovery-codes code")).to_have_count(10)
            codes = page.locator(".recovery-codes code").all_inner_texts()
            assert len(codes) == 10
            inspector.page.set_content(page.content())
            look(inspector, f"codes-{login}")
            with page.expect_download() as saving:
                reader.press("Save as a file")
            assert codes[0] in Path(saving.value.path()).read_text("utf-8")
            reader.leave_by("I have kept the codes", role="link")
            look_again(reader, inspector, f"present-{login}", "/account/second-step")
        with reading(browser, named_site, **shown, inspecting=True) as reader:  # type: ignore[arg-type]
            reader.type_password(login)
            expect(reader.page.locator("input[name=code]")).to_be_visible()
            look(reader, f"step-{login}")
            with reader.troubles.expecting(422):
                reader.page.locator("input[name=code]").fill("000000")
                reader.leave_by("Go on")
                look(reader, f"wrong-{login}")
            reader.page.locator("input[name=code]").fill(codes[0])
            reader.leave_by("Go on")
            reader.page.wait_for_url("**/teach")


def share(reader: Reader, inspector: Reader, path: str) -> None:
    """Open the page in the inspector's context as the same person: the reader's own policy lets no axe in."""
    inspector.context.add_cookies(reader.context.cookies())  # type: ignore[arg-type]
    inspector.go(path)


def look_again(reader: Reader, inspector: Reader, name: str, path: str) -> None:
    """Share the page and look."""
    share(reader, inspector, path)
    look(inspector, name)


def test_a_passkey_is_made_and_opens_the_second_step(browser: Browser, named_site: Site) -> None:
    with reading(browser, named_site, width=360) as reader:
        devtools = reader.context.new_cdp_session(reader.page)
        devtools.send("WebAuthn.enable")
        devtools.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )
        reader.type_password("phuc")
        page = reader.go("/account/second-step")
        page.locator("input[name=name]").fill("Điện thoại của Phúc")
        reader.press("Add a passkey")
        expect(page.locator(".recovery-codes code")).to_have_count(10)
        reader.leave_by("I have kept the codes", role="link")
        expect(page.get_by_text("Điện thoại của Phúc", exact=True)).to_be_visible()
        reader.context.clear_cookies(name="benhoc")
        reader.type_password("phuc")
        expect(page.locator("form[data-passkey]")).to_be_visible()
        if SHOTS:
            page.screenshot(path=str(Path(SHOTS) / "step-passkey.png"), full_page=True)
        reader.press("Use a passkey")
        page.wait_for_url("**/teach")
        reader.context.clear_cookies(name="benhoc")
        reader.type_password("phuc")
        expect(page.locator("form[data-passkey]")).to_be_visible()
        page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('canceled')); }")
        reader.press("Use a passkey")
        expect(page.locator("[data-passkey-problem]")).to_be_visible()
        assert "/sign-in/step" in page.url
