"""Vietnamese pages speak Vietnamese: no text of the interface shows in English where its translation differs.

What people wrote (titles, items, English courses) is not the interface: only whole text nodes, labels and names equal to
a message of the catalog count.
"""

from __future__ import annotations

from functools import cache

from playwright.sync_api import Page

from build_support.translations import read_entries

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


@cache
def english_texts() -> frozenset[str]:
    """Every message that reads otherwise in Vietnamese; those with a value inside are compared up to it."""
    return frozenset(
        " ".join(entry.msgid.split())
        for entry in read_entries()
        if all(entry.strings) and entry.msgid not in entry.strings and "%(" not in entry.msgid
    )


def english_on(page: Page) -> list[str]:
    """Return the texts of the interface that a Vietnamese page shows in English."""
    shown: list[str] = page.evaluate(TEXTS)
    return [f"English: {text}" for text in shown if text in english_texts() - ALLOWED]
