"""Covers drawn by code: one object moored on one waterline, in one of six inks, the same for the same seed.

Decoration only. Colors are CSS classes (c1 ground, c2 mid, c3 shape, c4 deep, cw paper; s2 s3 s4 sw as strokes), so
the drawings follow light and dark.
"""

from __future__ import annotations

import hashlib

from flask import Flask
from markupsafe import Markup

INKS = ("water", "rice", "clay", "lotus", "dusk", "honey")

# Each drawing stands above the waterline at y = 80 on a ground of 160 × 100.
OBJECTS: dict[str, str] = {
    "pie": '<circle class="cw" cx="80" cy="46" r="32"/><path class="c3" d="M80 46V14a32 32 0 0 1 27.700 48Z"/>'
    '<path class="c4" d="M80 46 107.700 62A32 32 0 0 1 52.300 62Z"/><circle class="c1" cx="80" cy="46" r="5"/>',
    "boat": '<circle class="c2" cx="122" cy="26" r="11"/><path class="cw" d="M78 14v50H46Z"/>'
    '<path class="c2" d="M84 26v38h28Z"/><path class="c4" d="M40 68h82c-5 12-15 16-26 16H66c-11 0-21-4-26-16Z"/>',
    "map": '<path class="s2" stroke-width="14" stroke-linecap="round" d="M20 20c40 6 30 28 62 30s30 22 60 26"/>'
    '<path class="c3" d="M44 30l8 14H36Zm76-14 9 16h-18ZM52 66l6 11H46Z"/>'
    '<path class="c4" d="M78 44h30c-3 7-8 9-15 9s-12-2-15-9Z"/><path class="cw" d="M92 24v17H80Z"/>',
    "shield": '<rect class="c3" x="58" y="10" width="44" height="76" rx="9"/><rect class="cw" x="62" y="16" width="36"'
    ' height="62" rx="4"/><path class="c3" d="M80 28l14 5v12c0 10-6 16-14 19-8-3-14-9-14-19V33Z"/>'
    '<path class="sw" stroke-width="3.500" stroke-linecap="round" stroke-linejoin="round" d="m74 45 5 5 8-9"/>',
    "talk": '<path class="c3" d="M34 18h52a6 6 0 0 1 6 6v22a6 6 0 0 1-6 6H56L44 64V52H34a6 6 0 0 1-6-6V24a6 6 0 0 1'
    ' 6-6Z"/><path class="cw" d="M84 36h42a6 6 0 0 1 6 6v20a6 6 0 0 1-6 6h-6v11l-12-11H84a6 6 0 0 1-6-6V42a6 6 0 0 1'
    ' 6-6Z"/><path class="s3" stroke-width="3" stroke-linecap="round" d="M90 48h30M90 57h20"/>',
    "code": '<rect class="cw" x="36" y="14" width="88" height="62" rx="8"/><path class="c2" d="M44 14h72a8 8 0 0 1 8'
    ' 8v6H36v-6a8 8 0 0 1 8-8Z"/><path class="s3" stroke-width="5" stroke-linecap="round"'
    ' d="M48 40h22M80 40h16M56 52h14M80 52h30M48 64h40"/>',
    "shop": '<path class="cw" d="M44 42h72v40H44Z"/><path class="c3" d="M40 18h80l8 22H32Z"/>'
    '<path class="c2" d="M60 18h13l-1 22H52Zm27 0h13l8 22H88Z"/><path class="c4" d="M54 56h18v26H54Z"/>'
    '<rect class="c2" x="82" y="54" width="26" height="14" rx="3"/>',
    "sail": '<path class="cw" d="M82 8c16 16 20 34 20 54H82Z"/><path class="c2" d="M78 20c-14 12-20 26-22 42h22Z"/>'
    '<path class="c4" d="M44 66h72c-5 12-14 16-24 16H68c-10 0-19-4-24-16Z"/>',
    "rice": '<g class="s3" stroke-width="2.500"><path d="M50 84V46M70 84V34M90 84V26M110 84V18"/></g><g class="c3">'
    + "".join(
        f'<path d="M{x} {y}c-6-2-8-6-8-11 6 1 8 5 8 11Zm0 0c6-2 8-6 8-11-6 1-8 5-8 11Z"/>'
        for x, top in ((50, 46), (70, 34), (90, 26), (110, 18))
        for y in range(top + 6, top + 31, 10)
    )
    + '</g><circle class="c2" cx="32" cy="26" r="10"/>',
    "music": '<g class="s2" stroke-width="1.500"><path d="M20 28c40-8 80 8 120 0M20 40c40-8 80 8 120 0M20 52c40-8 80 8'
    ' 120 0"/></g><path class="c4" d="M66 22l44-8v10l-38 7v38a12 9 0 1 1-6-8Zm38 30V24h6v36a12 9 0 1 1-6-8Z"/>',
    "flask": '<path class="cw" d="M70 12h20v24l20 36a7 7 0 0 1-6 11H56a7 7 0 0 1-6-11l20-36Z"/>'
    '<path class="c3" d="M60 54h40l10 18a7 7 0 0 1-6 11H56a7 7 0 0 1-6-11Z"/><rect class="c4" x="66" y="9" width="28"'
    ' height="6" rx="3"/><circle class="cw" cx="76" cy="68" r="4"/><circle class="cw" cx="88" cy="74" r="3"/>',
    "globe": '<circle class="c3" cx="80" cy="46" r="32"/><g class="sw" stroke-width="2.500"><path d="M48 46h64M54'
    ' 30h52M54 62h52"/><ellipse cx="80" cy="46" rx="14" ry="32"/></g><path class="c4" d="M66 80h28v6H66Z"/>',
    "abacus": '<rect class="c4" x="40" y="12" width="80" height="72" rx="6"/><rect class="c1" x="46" y="18" width="68"'
    ' height="60" rx="3"/><g class="s4" stroke-width="2"><path d="M46 32h68M46 48h68M46 64h68"/></g><g class="c3">'
    '<circle cx="58" cy="32" r="6"/><circle cx="71" cy="32" r="6"/><circle cx="102" cy="32" r="6"/>'
    '<circle cx="58" cy="48" r="6"/><circle cx="90" cy="48" r="6"/><circle cx="103" cy="48" r="6"/>'
    '<circle cx="64" cy="64" r="6"/><circle cx="77" cy="64" r="6"/><circle cx="102" cy="64" r="6"/></g>',
    "book": '<path class="cw" d="M34 22c16-6 32-4 46 4v56c-14-8-30-10-46-4Z"/><path class="c2" d="M126 22c-16-6-32-4-46'
    ' 4v56c14-8 30-10 46-4Z"/><g class="s3" stroke-width="2.500" stroke-linecap="round"><path d="M44 36c9-2 18-1 26'
    ' 2M44 48c9-2 18-1 26 2M44 60c9-2 18-1 26 2"/></g>',
    "leaf": '<path class="c3" d="M42 78C36 40 66 14 122 16c2 46-26 74-66 66Z"/><path class="sw" stroke-width="3"'
    ' stroke-linecap="round" d="M46 82C64 62 82 46 106 32M66 64l-4-18M82 50l18 4"/>',
    "chart": '<path class="s4" stroke-width="3" stroke-linecap="round" d="M38 14v68h88"/><rect class="c2" x="50" y="52"'
    ' width="14" height="28" rx="3"/><rect class="c3" x="72" y="38" width="14" height="42" rx="3"/><rect class="c4"'
    ' x="94" y="22" width="14" height="58" rx="3"/>',
}
SUBJECT_OBJECTS = {
    "toan": ("pie", "abacus", "chart"),
    "khoa-hoc-tu-nhien": ("flask", "leaf"),
    "khoa-hoc": ("leaf", "flask"),
    "tin-hoc": ("code", "chart"),
    "ki-nang-so": ("shield", "code"),
    "ngoai-ngu-1": ("talk", "globe"),
    "ngu-van": ("book", "sail"),
    "lich-su-dia-li": ("map", "globe"),
    "am-nhac": ("music",),
}


def _number(seed: str) -> int:
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big")


def cover_ink(seed: str, ink: str | None = None) -> str:
    """Return the ink of a cover: the one asked for, else one that the seed decides."""
    return ink if ink in INKS else INKS[_number(seed) % len(INKS)]


def cover_svg(seed: str, subject: str | None = None) -> Markup:
    """Return the drawing for a seed; the subject narrows the choice of objects."""
    choices = SUBJECT_OBJECTS.get(subject or "", tuple(OBJECTS))
    drawing = OBJECTS[choices[(_number(seed) >> 8) % len(choices)]]
    return Markup(
        '<svg viewBox="0 0 160 100" preserveAspectRatio="xMidYMid slice" focusable="false">'
        f'<path class="c1" d="M0 0h160v100H0Z"/>{drawing}'
        '<path class="c2" d="M0 82c10-5 20-5 30 0s20 5 30 0 20-5 30 0 20 5 30 0 20-5 40 0v18H0Z"/>'
        '<path class="s3" stroke-width="1.500" d="M0 91c10-4 20-4 30 0s20 4 30 0 20-4 30 0 20 4 30 0 20-4 40 0"/></svg>'
    )


def initials(name: str) -> str:
    """Return two letters for an avatar: of the middle and the given name."""
    return "".join(word[0] for word in name.split()[-2:]).upper()


def init_app(app: Flask) -> None:
    """Give templates `cover_svg`, `cover_ink`, `initials`."""
    app.jinja_env.globals.update(cover_svg=cover_svg, cover_ink=cover_ink, initials=initials)
