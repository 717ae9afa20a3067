"""Every pair of text and ground that the components use has AA contrast, in light and in dark."""

from __future__ import annotations

import re

import pytest

from build_support.assets import ASSETS

TEXT_PAIRS = [
    *((ink, ground) for ink in ("ink", "muted", "brand") for ground in ("paper", "surface", "sunk")),
    *(("ink", f"{kind}-soft") for kind in ("brand", "accent", "ok", "warn", "danger")),
    *((kind, f"{kind}-soft") for kind in ("ok", "warn", "danger")),
    ("ink", "mark"),
    ("brand-ink", "brand-soft"),
    ("brand", "brand-soft"),
    ("on-brand", "brand"),
    ("on-accent", "accent"),
    ("paper", "ink"),
    *((f"{ink}-4", f"{ink}-1") for ink in ("water", "rice", "clay", "lotus", "dusk", "honey")),
]
EDGE_PAIRS = [
    ("edge", "surface"),
    ("edge", "paper"),
    ("edge", "sunk"),
    ("focus", "paper"),
    ("focus", "surface"),
]


def tokens(theme: str) -> dict[str, str]:
    light, dark = re.split(
        r'\n\[data-theme="dark"\]', (ASSETS / "css" / "tokens.css").read_text(), maxsplit=1
    )
    found = dict(re.findall(r"--([a-z0-9-]+): (#[0-9A-Fa-f]{6})", light))
    if theme == "dark":
        found |= dict(re.findall(r"--([a-z0-9-]+): (#[0-9A-Fa-f]{6})", dark.split("@media")[0]))
    return found


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_contrast_of_at_least_4_5(theme: str) -> None:
    inks = tokens(theme)
    assert not [pair for pair in TEXT_PAIRS if contrast(inks[pair[0]], inks[pair[1]]) < 4.5]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_borders_of_controls_and_the_focus_ring_have_contrast_of_at_least_3(theme: str) -> None:
    inks = tokens(theme)
    assert not [pair for pair in EDGE_PAIRS if contrast(inks[pair[0]], inks[pair[1]]) < 3]


def test_the_reader_s_system_and_our_own_switch_give_the_same_dark() -> None:
    text = (ASSETS / "css" / "tokens.css").read_text()
    dark = re.split(r'\n\[data-theme="dark"\]', text, maxsplit=1)[1]
    chosen, system = dark.split("@media (prefers-color-scheme: dark)")
    assert re.findall(r"--[a-z0-9-]+: [^;]+", chosen) == re.findall(r"--[a-z0-9-]+: [^;]+", system)
