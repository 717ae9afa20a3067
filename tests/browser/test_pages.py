"""Every page in both languages, both themes and both widths.

No accessibility violation, nothing wider than the screen, no English on a Vietnamese page, nothing that the content
policy refuses. A cell walks all pages in one context, so that a session costs one sign-in for each person.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.chrome import Reader, reading
from tests.browser.english import english_on
from tests.browser.live import Site
from tests.browser.pages import Place, all_places

CELLS = [("vi", "light", 1280), ("en", "dark", 1280), ("vi", "dark", 360), ("en", "light", 360)]
BILINGUAL = {"styleguide"}


def look(reader: Reader, place: Place) -> list[str]:
    """Open a page and return what is wrong with it."""
    with reader.troubles.expecting(*({place.status} - {200})):
        page = reader.go(place.path)
    lines = english_on(page) if reader.locale == "vi" and place.name not in BILINGUAL else []
    if not page.locator(f"html[lang={reader.locale}]").count():
        lines.append("the page does not say its language")
    lines += [*reader.axe(), reader.overflow(), *reader.troubles.take()]
    return [f"{place.name}: {line}" for line in lines if line]


@pytest.mark.parametrize(("locale", "theme", "width"), CELLS)
def test_every_page_is_accessible_fits_the_screen_and_speaks_its_language(
    browser: Browser, small_school: Site, locale: str, theme: str, width: int
) -> None:
    wrong: list[str] = []
    places = all_places(small_school)
    for login in dict.fromkeys(place.login for place in places):
        with reading(
            browser, small_school, locale=locale, theme=theme, width=width, inspecting=True
        ) as reader:
            if login:
                reader.sign_in(login)
            for place in places:
                if place.login == login:
                    wrong += look(reader, place)
    assert not wrong, "\n".join(wrong)
