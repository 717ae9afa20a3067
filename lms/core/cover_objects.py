"""The drawings of the covers: one object each, floating on a ground of 320 × 200 with its waterline at y = 164.

Shapes carry classes instead of colors: c1 ground, c2 light, c3 middle, c4 deep, cw paper; s1 to s4 and sw the same as
lines. Everything is drawn here, by hand or by a few lines of geometry; nothing is taken from elsewhere.
"""

from __future__ import annotations

from math import cos, pi, sin

CENTER = 160
WATERLINE = 164


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _point(x: float, y: float, radius: float, angle: float) -> str:
    return f"{_number(x + radius * cos(angle))} {_number(y + radius * sin(angle))}"


def _slice(x: float, y: float, radius: float, start: float, end: float) -> str:
    """Return the path of one piece of a round cake."""
    rim = f"A{_number(radius)} {_number(radius)} 0 0 1 {_point(x, y, radius, end)}Z"
    return f"M{_number(x)} {_number(y)}L{_point(x, y, radius, start)}{rim}"


def _pie() -> str:
    """Six pieces around a hub: two eaten, one being lifted."""
    parts = []
    for number in range(6):
        start = -pi / 2 + number * pi / 3
        lift = 13 if number == 0 else 4
        x, y = CENTER + lift * cos(start + pi / 6), 96 + lift * sin(start + pi / 6)
        parts.append(
            f'<path class="{"cw" if number > 3 else "c3"}" d="{_slice(x, y, 66, start, start + pi / 3)}"/>'
        )
    return "".join(parts) + f'<circle class="c1" cx="{CENTER}" cy="96" r="9"/>'


def _rice() -> str:
    """Seven stalks, each a little higher than the one before, each ear bending under its grains."""
    stalks, grains = [], []
    for number, top in enumerate((122, 108, 114, 88, 72, 96, 52)):
        x = 58 + number * 34
        stalks.append(f"M{x} 168V{top}")
        for y in range(top, min(150, top + 56), 14):
            grains.append(
                f"M{x} {y + 9}c-11-1-13-9-12-15 8 1 12 7 12 15Zm0 0c11-1 13-9 12-15-8 1-12 7-12 15Z"
            )
    return (
        f'<path class="s2" stroke-width="3" d="{"".join(stalks)}"/><path class="c3" d="{"".join(grains)}"/>'
        '<circle class="c2" cx="64" cy="50" r="25"/>'
    )


def _lotus() -> str:
    """Petals fanned from one point over a leaf."""
    fan = [(-72, "c2"), (72, "c2"), (-46, "c3"), (46, "c3"), (-22, "c2"), (22, "c2"), (0, "cw")]
    leaf = '<path class="c4" d="M66 158c30-22 158-22 188 0-30 16-158 16-188 0Z"/>'
    return leaf + "".join(
        f'<path class="{ink}" transform="rotate({turn} 160 150)" d="M160 152c-26-22-26-66 0-102 26 36 26 80 0 102Z"/>'
        for turn, ink in fan
    )


def _drum() -> str:
    """The face of a bronze drum: rings, a star of twelve rays, a row of dots."""
    rays = "".join(
        f"L{_point(CENTER, 96, 30 if number % 2 == 0 else 12, number * pi / 12)}" for number in range(24)
    )
    dots = "".join(
        f'<circle cx="{_number(CENTER + 50 * cos(k * pi / 9))}" cy="{_number(96 + 50 * sin(k * pi / 9))}" r="3.5"/>'
        for k in range(18)
    )
    return (
        '<circle class="c4" cx="160" cy="96" r="70"/><circle class="c3" cx="160" cy="96" r="62"/>'
        f'<circle class="s1" cx="160" cy="96" r="38" stroke-width="3"/><g class="c1">{dots}</g>'
        f'<path class="cw" d="M{rays[1:]}Z"/>'
    )


def _bars() -> str:
    """Three quarters above, nine twelfths below: the same length."""
    top = "".join(
        f'<rect class="{"c3" if k < 3 else "cw"}" x="{62 + k * 50}" y="46" width="46" height="40" rx="5"/>'
        for k in range(4)
    )
    low = "".join(
        f'<rect class="{"c4" if k < 9 else "cw"}" x="{_number(62 + k * 16.6)}" y="96" width="13" height="40" rx="3"/>'
        for k in range(12)
    )
    return f'{top}{low}<path class="s4" stroke-width="3" stroke-dasharray="1 7" d="M210 30v122"/>'


def _abacus() -> str:
    """A frame of four rods with beads pushed to both sides."""
    rods = "".join(f"M92 {y}h136" for y in (58, 82, 106, 130))
    beads = "".join(
        f'<rect x="{x}" y="{y - 9}" width="13" height="18" rx="6.5"/>'
        for y, row in (
            (58, (98, 113, 206)),
            (82, (98, 191, 206)),
            (106, (98, 113, 128, 206)),
            (130, (98, 176, 191, 206)),
        )
        for x in row
    )
    return (
        '<rect class="c4" x="80" y="34" width="160" height="122" rx="12"/>'
        '<rect class="c1" x="92" y="46" width="136" height="98" rx="4"/>'
        f'<path class="s2" stroke-width="3" d="{rods}"/><g class="c3">{beads}</g>'
    )


OBJECTS: dict[str, str] = {
    "pie": _pie(),
    "bars": _bars(),
    "abacus": _abacus(),
    "rice": _rice(),
    "lotus": _lotus(),
    "drum": _drum(),
    "boat": '<rect class="c3" x="104" y="82" width="24" height="52" rx="6"/><rect class="c3" x="132" y="82" width="24"'
    ' height="52" rx="6"/><rect class="cw" x="160" y="82" width="24" height="52" rx="6"/>'
    '<path class="c3" d="M104 94h24v8h-24zM132 94h24v8h-24z" opacity=".5"/>'
    '<path class="c4" d="M70 132h160l40-16-6 14c-18 32-42 46-72 46h-52c-36 0-60-16-70-44Z"/>'
    '<path class="s4" stroke-width="4" d="M236 60 214 132"/><circle class="c2" cx="72" cy="48" r="22"/>',
    "map": '<path class="s2" stroke-width="26" d="M150-10c24 44 36 66 8 98s-66 50-104 96"/>'
    '<path class="s2" stroke-width="16" d="M158 88c24 36 62 52 118 60M150 96c6 34 4 54 20 90"/>'
    '<path class="c3" d="m76 42 14 26H62zM112 66l11 20h-22zM246 74l14 26h-28zM64 84l10 18H54z"/>'
    '<path class="c4" d="M128 108h62c-6 15-14 19-24 19h-16c-11 0-18-5-22-19Z"/>'
    '<path class="c3" d="M160 104V74l-26 30zM166 104V82l16 22z"/><circle class="c2" cx="270" cy="44" r="21"/>',
    "shield": '<rect class="c3" x="118" y="18" width="88" height="152" rx="15"/>'
    '<rect class="cw" x="126" y="30" width="72" height="132" rx="6"/>'
    '<path class="c3" d="m162 52 28 9v24c0 20-12 32-28 39-16-7-28-19-28-39V61Z"/>'
    '<path class="sw" stroke-width="6" d="m149 86 9 10 18-20"/><circle class="c2" cx="256" cy="56" r="19"/>'
    '<circle class="c2" cx="76" cy="104" r="14"/>',
    "talk": '<path class="c3" d="M48 32h124a11 11 0 0 1 11 11v54a11 11 0 0 1-11 11H98l-26 26v-26H48a11 11 0 0 1-11-11'
    'V43a11 11 0 0 1 11-11Z"/><path class="cw" d="M156 76h106a11 11 0 0 1 11 11v46a11 11 0 0 1-11 11h-8v22l-26-22h-72'
    'a11 11 0 0 1-11-11V87a11 11 0 0 1 11-11Z"/><path class="s3" stroke-width="5" d="M166 100h84M166 120h52"/>'
    '<path class="s2" stroke-width="5" d="M60 58h92M60 78h60"/>',
    "code": '<rect class="cw" x="56" y="24" width="208" height="128" rx="12"/><path class="c2" d="M68 24h184a12 12 0 0 1'
    ' 12 12v16H56V36a12 12 0 0 1 12-12Z"/><g class="c3"><circle cx="72" cy="38" r="5"/><circle cx="88" cy="38" r="5"/>'
    '</g><path class="s3" stroke-width="9" d="M78 76h48M98 94h30M98 112h56M78 130h20"/>'
    '<path class="s2" stroke-width="9" d="M144 76h50M146 94h64M172 112h22M116 130h30"/>',
    "shop": '<path class="cw" d="M84 78h152v92H84z"/><path class="c4" d="M100 112h38v58h-38z"/>'
    '<rect class="c2" x="156" y="100" width="62" height="32" rx="5"/><path class="s3" stroke-width="4" d="M168 116h38"/>'
    '<path class="c3" d="M66 34h188v34a16 16 0 0 1-31 0 16 16 0 0 1-32 0 16 16 0 0 1-31 0 16 16 0 0 1-31 0 16 16 0 0'
    ' 1-32 0 16 16 0 0 1-31 0Z"/><path class="c2" d="M97 34h32v34a16 16 0 0 1-32 0zM160 34h31v34a16 16 0 0 1-31 0z'
    'M223 34h31v34a16 16 0 0 1-31 0z"/>',
    "sail": '<path class="cw" d="M156 30c-14 42-34 74-62 100h62zM164 30c8 40 24 72 52 100h-52z"/>'
    '<path class="s3" stroke-width="4" d="M130 92h18M120 110h28M174 84h14M174 100h24M174 116h30"/>'
    '<path class="c4" d="M160 22v112" stroke-width="4"/><path class="c4" d="M68 138c60 9 124 9 184 0-10 26-30 38-56 38'
    'h-72c-26 0-46-12-56-38Z"/>',
    "music": '<path class="s2" stroke-width="3" d="M10 62c60-26 100 22 160 8s90-34 140-12M10 86c60-26 100 22 160 8s90-34'
    ' 140-12M10 110c60-26 100 22 160 8s90-34 140-12M10 134c60-26 100 22 160 8s90-34 140-12"/>'
    '<path class="c4" d="m124 42 80-18v18l-72 16v78a22 17 0 1 1-8-13zM196 34h8v86a22 17 0 1 1-8-13z"/>',
    "flask": '<path class="cw" d="M138 28h44v48l38 74c6 12-2 22-14 22h-92c-12 0-20-10-14-22l38-74z"/>'
    '<path class="c3" d="M118 114c14-8 28 8 44 0s26-6 40 2l18 34c6 12-2 22-14 22h-92c-12 0-20-10-14-22z"/>'
    '<rect class="c4" x="130" y="20" width="60" height="13" rx="6.5"/><g class="cw"><circle cx="142" cy="140" r="8"/>'
    '<circle cx="172" cy="132" r="5"/><circle cx="184" cy="150" r="7"/></g><g class="c2"><circle cx="86" cy="60" r="8"/>'
    '<circle cx="242" cy="48" r="13"/><circle cx="228" cy="88" r="6"/></g>',
    "globe": '<circle class="c3" cx="160" cy="88" r="64"/><path class="c2" d="M112 58c18-22 44-26 58-18 4 16-12 16-18 28s'
    "-22 6-24 20-18 2-18-10c0-8 0-14 2-20Zm84 18c14-4 24 4 26 14-2 22-16 40-32 46-10-8 2-18-6-28s-2-28 12-32Zm-62 40"
    'c10-4 20 4 18 14s-8 12-14 14c-10-8-14-22-4-28Z"/><path class="s4" stroke-width="5" d="M212 30c38 32 40 92-2 124'
    'M160 154v16"/><path class="c4" d="M120 166h80a12 12 0 0 1 10 12H110a12 12 0 0 1 10-12Z"/>',
    "book": '<path class="c4" d="M56 54h208v100c-40-6-74-4-104 12-30-16-64-18-104-12z"/>'
    '<path class="cw" d="M160 52c-28-16-60-18-94-12v102c34-6 66-2 94 14z"/><path class="c2" d="M160 52c28-16 60-18 94-12'
    'v102c-34-6-66-2-94 14z"/><path class="s3" stroke-width="4" d="M84 64c18-2 36 0 56 8M84 86c18-2 36 0 56 8M84 108'
    'c18-2 36 0 56 8M180 72c18-8 36-10 56-8M180 94c18-8 36-10 56-8M180 116c12-5 22-8 34-8"/>',
    "leaf": '<path class="c3" d="M82 150C66 74 128 20 250 28c6 98-52 152-140 138z"/><path class="c2" d="M82 150C66 74 128'
    ' 20 250 28 190 60 132 100 96 162z"/><path class="s1" stroke-width="5" d="M84 176C112 122 158 84 214 52M122 122'
    'l-10-40M154 92 148 58M138 106l48 8M172 78l44 4"/>',
    "coin": '<path class="c2" d="M160 92c-4-30-30-42-56-40 2 26 24 44 56 40Z"/><path class="c3" d="M162 84c0-32 26-50 58-46'
    ' 0 32-26 50-58 46Z"/><path class="s4" stroke-width="5" d="M161 130c0-24-1-36 4-50"/>'
    '<path class="c4" d="M104 140c0-20 112-20 112 0v28c0 20-112 20-112 0z"/><ellipse class="c3" cx="160" cy="138" rx="56"'
    ' ry="17"/><ellipse class="s2" cx="160" cy="138" rx="40" ry="10" stroke-width="3"/>'
    '<path class="s3" stroke-width="3" d="M104 154c0 20 112 20 112 0"/>',
    "chart": '<rect class="c2" x="84" y="104" width="34" height="66" rx="5"/><rect class="c3" x="128" y="80" width="34"'
    ' height="90" rx="5"/><rect class="c4" x="172" y="50" width="34" height="120" rx="5"/><rect class="c3" x="216" y="92"'
    ' width="34" height="78" rx="5"/><path class="sw" stroke-width="4" d="M72 84l44-22 38 10 60-40"/>'
    '<circle class="cw" cx="214" cy="32" r="8"/>',
    "kite": '<path class="c3" d="m212 20-82 34 26 66z"/><path class="c2" d="m212 20-56 100 62-20z"/>'
    '<path class="c4" d="m130 54 82-34-66 74z"/><path class="s3" stroke-width="3" d="M156 120c-12 18 14 24 0 44"/>'
    '<path class="cw" d="m146 134 14 8-16 6zM168 150l-16 2 12 12z"/><path class="c2" d="M60 84a18 18 0 0 1 34-8 15 15 0'
    ' 0 1 8 28H62a13 13 0 0 1-2-20Z"/>',
    "bridge": '<path class="s4" stroke-width="12" d="M30 140c60-86 200-86 260 0"/><path class="s3" stroke-width="6" d="M30'
    ' 112c60-86 200-86 260 0M60 80v34M94 58v32M128 46v32M160 42v34M192 46v32M226 58v32M260 80v34"/>'
    '<path class="c2" d="M20 128h30v50H20zM270 128h30v50h-30z"/>',
    "lamp": '<path class="s4" stroke-width="4" d="M160 4v26"/><path class="c4" d="M136 28h48l8 13h-64zM128 128h64l-8 13h-48z"/>'
    '<path class="c3" d="M128 41h64c28 28 28 60 0 87h-64c-28-27-28-59 0-87Z"/><path class="c2" d="M148 41h24c14 28 14 60 0'
    ' 87h-24c-14-27-14-59 0-87Z"/><path class="s4" stroke-width="4" d="M160 141v22M150 141v16M170 141v16"/>'
    '<g class="c2"><circle cx="72" cy="66" r="10"/><circle cx="256" cy="92" r="14"/></g>',
    "pencil": '<g transform="rotate(38 160 90)"><path class="c3" d="M142 10h36v110h-36z"/><path class="c2" d="M142 10h12v110'
    'h-12z"/><path class="cw" d="M142 120h36l-18 42z"/><path class="c4" d="m152 144 8 18 8-18zM142-2h36v16h-36z"/></g>'
    '<path class="s3" stroke-width="5" d="M196 146c18-14 24 12 42-2s22 4 34-4"/>',
    "gear": '<path class="c3" d="M148 24h24l5 18 15 6 17-9 17 17-9 17 6 15 18 5v24l-18 5-6 15 9 17-17 17-17-9-15 6-5 18h-24'
    'l-5-18-15-6-17 9-17-17 9-17-6-15-18-5V93l18-5 6-15-9-17 17-17 17 9 15-6z"/><circle class="c1" cx="160" cy="105" r="30"/>'
    '<circle class="c4" cx="160" cy="105" r="15"/>',
    "mountain": '<circle class="c2" cx="238" cy="52" r="25"/><path class="c3" d="M36 172 118 44l40 62 22-28 104 94z"/>'
    '<path class="cw" d="M118 44 96 78l13 8 10-9 12 10 9-8z"/><path class="c4" d="m120 172 60-94 104 94z" opacity=".55"/>',
}
