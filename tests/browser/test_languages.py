"""Vietnamese pages speak Vietnamese: no text of the interface shows in English where its translation differs.

What people wrote (titles, items, English courses) is not the interface: only whole text nodes, labels and names equal to
a message of the catalog count.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from build_support.translations import problems as catalog_problems
from build_support.translations import read_entries, read_same, read_texts
from tests.browser.chrome import reading
from tests.browser.live import Site
from tests.browser.pages import all_places

ALLOWED = {"Video"}  # the name of a type in the library is the same word in both languages
TEXTS = """() => {
  const found = [document.title];
  const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (!node.parentElement.closest('script, style, noscript, [lang="en"], [translate="no"]')) found.push(node.data);
  }
  for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]'))
    if (!element.closest('[lang="en"]'))
      for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
        if (element.hasAttribute(name)) found.push(element.getAttribute(name));
  return found.map(text => text.trim().replace(/\\s+/g, ' ')).filter(Boolean);
}"""


def english_texts() -> set[str]:
    """Every message that reads otherwise in Vietnamese; those with a value inside are compared up to it."""
    return {
        " ".join(entry.msgid.split())
        for entry in read_entries()
        if all(entry.strings) and entry.msgid not in entry.strings and "%(" not in entry.msgid
    }


def test_the_vietnamese_catalog_is_whole() -> None:
    assert list(catalog_problems(read_texts(), list(read_entries()), read_same())) == []


@pytest.mark.browser
def test_vietnamese_pages_show_no_english(browser: Browser, small_school: Site) -> None:
    english, shown = english_texts(), list[str]()
    places = [place for place in all_places(small_school) if place.name != "styleguide"]
    for login in dict.fromkeys(place.login for place in places):
        with reading(browser, small_school, locale="vi") as reader:
            if login:
                reader.sign_in(login)
            for place in places:
                if place.login == login:
                    with reader.troubles.expecting(*({place.status} - {200})):
                        found: Any = reader.go(place.path).evaluate(TEXTS)
                    shown += [f"{place.name}: {text}" for text in found if text in english - ALLOWED]
                    assert reader.page.locator("html[lang=vi]").count()
    assert not shown, "\n".join(dict.fromkeys(shown))
