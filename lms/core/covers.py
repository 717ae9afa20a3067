"""Covers drawn by code: one object moored on one waterline, in one of six inks, the same for the same seed.

Decoration only. Colors are CSS classes (see `cover_objects`), so the drawings follow light and dark. The seed decides
the object, its ink, where the light stands and how high the water is, so that two neighbors rarely look alike.
"""

from __future__ import annotations

import hashlib

from flask import Flask
from markupsafe import Markup

from lms.core.cover_objects import OBJECTS, WATERLINE

INKS = ("water", "rice", "clay", "lotus", "dusk", "honey")
SUBJECT_OBJECTS = {
    "tieng-viet": ("pencil", "book", "kite"),
    "ngu-van": ("sail", "book", "pencil"),
    "toan": ("pie", "bars", "abacus", "chart"),
    "ngoai-ngu-1": ("talk", "globe", "bridge"),
    "ngoai-ngu-2": ("talk", "globe", "bridge"),
    "tieng-dan-toc": ("talk", "drum", "mountain"),
    "dao-duc": ("lotus", "lamp"),
    "giao-duc-cong-dan": ("lotus", "lamp", "bridge"),
    "kinh-te-phap-luat": ("coin", "chart"),
    "tu-nhien-xa-hoi": ("leaf", "rice", "kite"),
    "khoa-hoc": ("leaf", "flask", "rice"),
    "khoa-hoc-tu-nhien": ("flask", "leaf", "globe"),
    "vat-li": ("gear", "lamp"),
    "hoa-hoc": ("flask",),
    "sinh-hoc": ("leaf", "lotus"),
    "lich-su-dia-li": ("map", "drum", "mountain"),
    "lich-su": ("drum", "bridge"),
    "dia-li": ("map", "globe", "mountain"),
    "tin-hoc-cong-nghe": ("code", "gear"),
    "tin-hoc": ("code", "gear", "chart"),
    "cong-nghe": ("gear", "rice", "lamp"),
    "giao-duc-the-chat": ("kite", "mountain"),
    "nghe-thuat": ("lotus", "music", "lamp"),
    "am-nhac": ("music", "drum"),
    "mi-thuat": ("lotus", "kite", "pencil"),
    "trai-nghiem": ("mountain", "kite", "boat"),
    "giao-duc-dia-phuong": ("map", "boat", "drum"),
    "quoc-phong-an-ninh": ("shield", "mountain"),
    "ki-nang-so": ("shield", "code"),
    "ki-nang-song": ("leaf", "talk", "lamp"),
    "nghe-nghiep": ("shop", "coin", "boat"),
}
SWELL = "c6.7-5 13.3-5 20 0s13.3 5 20 0" * 10
LIGHTS = ((56, 44), (268, 42), (92, 32), (238, 36))
# Objects that fill the ground or bring a light of their own.
ALONE = frozenset(
    [
        "abacus",
        "bars",
        "boat",
        "book",
        "code",
        "flask",
        "gear",
        "globe",
        "kite",
        "lamp",
        "leaf",
        "map",
        "mountain",
        "music",
        "rice",
        "shield",
        "shop",
        "talk",
    ]
)


def _digest(seed: str) -> int:
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")


def cover_ink(seed: str, ink: str | None = None) -> str:
    """Return the ink of a cover: the one asked for, else one that the seed decides."""
    return ink if ink in INKS else INKS[_digest(seed) % len(INKS)]


def cover_object(seed: str, subject: str | None = None) -> str:
    """Return the name of the drawing for a seed; the subject narrows the choice."""
    choices = SUBJECT_OBJECTS.get(subject or "", tuple(OBJECTS))
    return choices[(_digest(seed) >> 8) % len(choices)]


def _light(name: str, number: int) -> str:
    """Return a sun or moon behind the object, where the object leaves room for one."""
    if name in ALONE or number % 3 == 0:
        return ""
    x, y = LIGHTS[number % len(LIGHTS)]
    return f'<circle class="c2" cx="{x}" cy="{y}" r="{14 + number % 9}"/>'


def cover_svg(seed: str, subject: str | None = None) -> Markup:
    """Return the drawing for a seed; its colors come from the class `ink-...` of what surrounds it."""
    name, number = cover_object(seed, subject), _digest(seed) >> 16
    shift, level = -(number >> 4) % 40, WATERLINE + (number >> 10) % 3 * 3
    water = f"M{-shift} {level}{SWELL}V200H{-shift}Z"
    return Markup(
        '<svg viewBox="0 0 320 200" preserveAspectRatio="xMidYMid slice" focusable="false">'
        f'<path class="c1" d="M0 0h320v200H0z"/>{_light(name, number)}{OBJECTS[name]}'
        f'<path class="cv-water" d="{water}"/>'
        f'<path class="cv-wave" d="M{-shift - 20} {level + 17}{SWELL}c6.7-5 13.3-5 20 0"/></svg>'
    )


def initials(name: str) -> str:
    """Return two letters for an avatar: of the middle and the given name."""
    return "".join(word[0] for word in name.split()[-2:]).upper()


def init_app(app: Flask) -> None:
    """Give templates `cover_svg`, `cover_ink`, `initials`."""
    app.jinja_env.globals.update(cover_svg=cover_svg, cover_ink=cover_ink, initials=initials)
