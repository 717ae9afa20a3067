"""Pictures for grade 8 science: particles, reactions, pressure, levers, circuits, energy, water."""

from __future__ import annotations

from lms.demo.content.drawing import (
    CLAY,
    DUSK,
    HONEY,
    INK,
    LOTUS,
    MUTED,
    PAPER,
    RICE,
    WATER,
    Sheet,
)


def particles(sheet: Sheet) -> None:
    """Solid, liquid and gas as particles in a jar."""
    places = {
        "rắn": [(c * 46 + 40, 300 - r * 46) for c in range(4) for r in range(4)],
        "lỏng": [
            (c * 47 + 36 + (r % 2) * 12, 302 - r * 50 + (c % 2) * 9) for c in range(4) for r in range(3)
        ],
        "khí": [(50, 70), (170, 120), (90, 200), (190, 270), (60, 300)],
    }
    for place, (name, dots) in enumerate(places.items()):
        left = 60 + place * 300
        sheet.line((left, 90), (left, 430), (left + 240, 430), (left + 240, 90), width=5)
        for x, y in dots:
            sheet.circle(left + x + 10, y + 90, 21, WATER[2])
        sheet.text(left + 120, 480, name, 32)


def _hydrogen(sheet: Sheet, x: float, y: float) -> None:
    sheet.circle(x - 24, y, 26, PAPER)
    sheet.circle(x + 24, y, 26, PAPER)


def hydrogen_burns(sheet: Sheet) -> None:
    """Two hydrogen molecules and one of oxygen give two of water."""
    _hydrogen(sheet, 130, 180)
    _hydrogen(sheet, 130, 300)
    sheet.text(240, 240, "+", 48)
    sheet.circle(320, 240, 40, LOTUS[2])
    sheet.circle(390, 240, 40, LOTUS[2])
    sheet.arrow((470, 240), (590, 240))
    for y in (170, 320):
        sheet.circle(690, y + 26, 26, PAPER)
        sheet.circle(790, y + 26, 26, PAPER)
        sheet.circle(740, y, 40, LOTUS[2])
    sheet.text(480, 450, "2 H₂ + O₂ → 2 H₂O", 40)
    sheet.text(480, 500, "trước: 4 H, 2 O    sau: 4 H, 2 O", 26, MUTED)


def pressure_area(sheet: Sheet) -> None:
    """The same load on a board and on a thin pole sinks differently into mud."""
    sheet.box(0, 360, 960, 180, CLAY[1], None)
    sheet.box(130, 345, 260, 22, HONEY[2])
    sheet.box(210, 255, 100, 90, WATER[1])
    sheet.box(690, 345, 26, 95, HONEY[2])
    sheet.box(653, 255, 100, 90, WATER[1])
    for x in (260, 703):
        sheet.arrow((x, 150), (x, 245), LOTUS[3], 6)
        sheet.text(x + 26, 180, "F", 32, LOTUS[3], "start")
    sheet.text(260, 480, "S lớn: áp suất nhỏ", 30)
    sheet.text(703, 480, "S nhỏ: áp suất lớn", 30)
    sheet.text(480, 70, "p = F / S", 44)


def liquid_pressure(sheet: Sheet) -> None:
    """Jets from three holes in a column: the deeper the hole, the faster the jet."""
    sheet.box(160, 60, 160, 400, WATER[1], None)
    sheet.line((160, 40), (160, 460), (320, 460), (320, 40), width=6)
    for depth, reach in ((150, 110), (270, 210), (390, 330)):
        points = [(320 + reach * t / 10, depth + (t / 10) ** 2 * (70 - depth / 12)) for t in range(11)]
        sheet.line(*points, stroke=WATER[3], width=6)
        sheet.line((90, 60), (90, depth), stroke=MUTED)
        label = f"h = {round(depth / 600 - 0.1, 2)} m".replace(".", ",")
        sheet.text(345 + reach, depth + 10, label, 24, anchor="start")
    sheet.text(760, 90, "p = d · h", 40)
    sheet.text(740, 500, "càng sâu, tia nước phun càng nhanh", 24, MUTED)


def connected_vessels(sheet: Sheet) -> None:
    """Two arms of different width, one level."""
    sheet.polygon(
        [(200, 220), (300, 220), (300, 400), (560, 400), (560, 220), (800, 220), (800, 470), (200, 470)],
        WATER[1],
        None,
    )
    sheet.line((200, 100), (200, 470), (800, 470), (800, 100), width=6)
    sheet.line((300, 100), (300, 400), (560, 400), (560, 100), width=6)
    sheet.line((150, 220), (850, 220), stroke=LOTUS[2])
    sheet.text(500, 60, "Bình thông nhau: các mặt thoáng ngang nhau", 30)


def buoyancy(sheet: Sheet) -> None:
    """A floating boat: weight down, push up, equal."""
    sheet.box(0, 290, 960, 250, WATER[1], None)
    sheet.polygon([(270, 230), (690, 230), (620, 360), (340, 360)], CLAY[2], INK)
    sheet.wave(290, 0, 270, WATER[3])
    sheet.wave(290, 690, 960, WATER[3])
    sheet.arrow((480, 300), (480, 450), LOTUS[3], 7)
    sheet.text(505, 430, "P (trọng lượng)", 28, LOTUS[3], "start")
    sheet.arrow((440, 300), (440, 120), DUSK[3], 7)
    sheet.text(465, 140, "lực đẩy Archimedes", 28, DUSK[3], "start")


def lever(sheet: Sheet) -> None:
    """A lever: long arm, small force."""
    sheet.line((120, 370), (840, 230), stroke=CLAY[3], width=14)
    sheet.polygon([(330, 330), (280, 440), (380, 440)], HONEY[1], INK)
    sheet.circle(165, 310, 50, MUTED)
    sheet.arrow((800, 90), (800, 225), LOTUS[3], 7)
    sheet.text(770, 120, "lực tác dụng", 28, LOTUS[3], "end")
    sheet.text(330, 480, "điểm tựa O", 28)
    sheet.text(165, 240, "vật nặng", 28)


def _battery(sheet: Sheet, x: float, y: float) -> None:
    sheet.box(x - 14, y - 6, 28, 12, PAPER, None)
    sheet.line((x - 12, y - 34), (x - 12, y + 34))
    sheet.line((x + 12, y - 18), (x + 12, y + 18), width=8)
    sheet.text(x - 40, y - 30, "+", 30)
    sheet.text(x + 40, y - 30, "–", 30)


def _lamp(sheet: Sheet, x: float, y: float, name: str) -> None:
    sheet.circle(x, y, 34, HONEY[0])
    sheet.line((x - 24, y - 24), (x + 24, y + 24))
    sheet.line((x - 24, y + 24), (x + 24, y - 24))
    sheet.text(x, y + 60, name, 26)


def series_circuit(sheet: Sheet) -> None:
    """One loop: battery, switch, two lamps."""
    sheet.line((360, 120), (180, 120), (180, 420), (780, 420), (780, 120), (500, 120), width=4)
    _battery(sheet, 300, 120)
    sheet.line((360, 120), (480, 80), width=5)
    sheet.circle(360, 120, 6, INK)
    sheet.circle(500, 120, 6, INK)
    sheet.text(430, 50, "công tắc K (đang mở)", 26)
    _lamp(sheet, 370, 420, "Đ1")
    _lamp(sheet, 600, 420, "Đ2")


def parallel_circuit(sheet: Sheet) -> None:
    """Two branches: one lamp off, the other still on."""
    sheet.line((180, 100), (180, 440), (780, 440), (780, 100), (180, 100), width=4)
    sheet.line((180, 270), (780, 270), width=4)
    _battery(sheet, 480, 100)
    _lamp(sheet, 480, 270, "Đ1")
    _lamp(sheet, 480, 440, "Đ2")
    sheet.circle(180, 270, 7, INK)
    sheet.circle(780, 270, 7, INK)


def energy_flow(sheet: Sheet) -> None:
    """From sun to lamp: five stops of energy."""
    stops = ("Mặt Trời", "pin mặt trời", "ắc quy", "đèn LED", "ánh sáng + nhiệt")
    colors = (HONEY[1], DUSK[1], RICE[1], LOTUS[1], CLAY[1])
    for place, (name, color) in enumerate(zip(stops, colors, strict=True)):
        x = 105 + place * 187
        sheet.circle(x, 240, 70, color)
        sheet.text(x, 345, name, 23)
        if place:
            sheet.arrow((x - 113, 240), (x - 76, 240))
    sheet.text(480, 90, "Năng lượng không tự sinh ra, không tự mất đi", 30)
    for place, name in enumerate(("quang năng", "điện năng", "hóa năng", "điện năng", "quang + nhiệt năng")):
        sheet.text(105 + place * 187, 390, name, 19, MUTED)


def water_cycle(sheet: Sheet) -> None:
    """Sun, sea, cloud, rain, river."""
    sheet.box(0, 400, 960, 140, WATER[1], None)
    sheet.polygon([(520, 400), (720, 180), (960, 300), (960, 540), (680, 540)], RICE[1], None)
    sheet.circle(110, 95, 52, HONEY[1], HONEY[2])
    for x, y, r in ((560, 110, 46), (620, 90, 58), (685, 115, 44)):
        sheet.circle(x, y, r, DUSK[0], None)
    for x in (590, 630, 670):
        sheet.line((x, 165), (x - 12, 205), stroke=WATER[3], width=5)
    sheet.arrow((230, 390), (300, 200), WATER[3])
    sheet.arrow((360, 110), (490, 105), MUTED)
    sheet.curve([(740, 260), (700, 330), (600, 380), (480, 430)], WATER[3], 7)
    labels = ((205, 250, "bay hơi"), (425, 75, "gió đưa mây"), (620, 30, "ngưng tụ"), (760, 170, "mưa"))
    for x, y, name in (*labels, (690, 440, "sông chảy về biển")):
        sheet.text(x, y, name, 27)


def sound_waves(sheet: Sheet) -> None:
    """A low and a high note, two and six waves in the same time."""
    sheet.line((100, 160), (860, 160), stroke=MUTED)
    sheet.line((100, 380), (860, 380), stroke=MUTED)
    for y, waves, color in ((160, 2, WATER[3]), (380, 6, LOTUS[3])):
        tops = []
        for step in range(waves * 4 + 1):
            lift = (0, -70, 0, 70)[step % 4]
            tops.append((100 + 760 * step / (waves * 4), y + lift))
        sheet.curve(tops, color, 5)
    sheet.text(480, 50, "âm trầm: tần số nhỏ", 28, WATER[3])
    sheet.text(480, 490, "âm bổng: tần số lớn", 28, LOTUS[3])
