"""Name a browser and system from its User-Agent, for the list of one's own sessions. Rough on purpose."""

from __future__ import annotations

SYSTEMS = (
    ("CrOS", "ChromeOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
# Order matters: Edge and Cốc Cốc call themselves Chrome too, Chrome calls itself Safari.
BROWSERS = (
    ("Edg", "Edge"),
    ("coc_coc", "Cốc Cốc"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def name_browser(user_agent: str) -> str:
    """Return such as `Chrome, Windows`; an empty text for something unknown."""
    names = (
        next((name for mark, name in table if mark in user_agent), None) for table in (BROWSERS, SYSTEMS)
    )
    return ", ".join(name for name in names if name)
