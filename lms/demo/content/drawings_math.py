"""Pictures for fractions: bars, pies, grids and number lines."""

from __future__ import annotations

from lms.demo.content.drawing import CLAY, HONEY, INK, LOTUS, MUTED, PAPER, RICE, WATER, Sheet


def bar(
    sheet: Sheet, x: float, y: float, width: float, parts: int, filled: int, color: str, h: float = 70
) -> None:
    """A bar cut into equal parts, the first ones colored."""
    step = width / parts
    for part in range(parts):
        sheet.box(x + part * step, y, step, h, color if part < filled else PAPER)


def three_quarters(sheet: Sheet) -> None:
    """One bar, four parts, three colored."""
    bar(sheet, 130, 170, 700, 4, 3, HONEY[1], 130)
    sheet.fraction(480, 400, 3, 4, 54)
    sheet.text(480, 90, "3 phần trong 4 phần bằng nhau", 32)


def equal_bars(sheet: Sheet) -> None:
    """One half, two quarters, four eighths."""
    for row, (parts, filled, color) in enumerate(((2, 1, WATER[1]), (4, 2, RICE[1]), (8, 4, HONEY[1]))):
        y = 90 + row * 130
        bar(sheet, 200, y, 640, parts, filled, color, 84)
        sheet.fraction(110, y + 42, filled, parts, 34)
    sheet.line((520, 60), (520, 470), stroke=LOTUS[2], width=4)
    sheet.text(520, 505, "Cùng một độ dài: 1/2 = 2/4 = 4/8", 26, MUTED)


def five_sixths(sheet: Sheet) -> None:
    """A round cake cut in six, five slices left."""
    for part in range(6):
        sheet.wedge(330, 270, 200, part * 60, part * 60 + 60, HONEY[1] if part < 5 else PAPER)
    sheet.fraction(720, 240, 5, 6, 64)
    sheet.text(720, 400, "còn 5 trong 6 miếng", 30)


def quarter_line(sheet: Sheet) -> None:
    """A number line from 0 to 2 in quarters."""
    sheet.arrow((60, 280), (920, 280))
    for step in range(9):
        x = 100 + step * 95
        tall = 26 if step % 4 == 0 else 15
        sheet.line((x, 280 - tall), (x, 280 + tall))
        if step % 4 == 0:
            sheet.text(x, 350, str(step // 4), 34)
        else:
            sheet.fraction(x, 350, step, 4, 24)
    sheet.circle(100 + 5 * 95, 280, 12, LOTUS[2])
    sheet.text(100 + 5 * 95, 220, "5/4 lớn hơn 1", 28, LOTUS[3])


def signed_line(sheet: Sheet) -> None:
    """Fractions on both sides of zero, as water above and below a gauge mark."""
    sheet.arrow((60, 280), (910, 280))
    for step in range(-4, 5):
        x = 480 + step * 95
        sheet.line((x, 262), (x, 298))
        label = str(step // 2) if step % 2 == 0 else f"{step}/2"
        sheet.text(x, 340, label.replace("-", "–"), 28)
    sheet.circle(480 - 3 * 95, 280, 12, WATER[3])
    sheet.circle(480 + 95, 280, 12, HONEY[2])
    sheet.text(195, 215, "nước ròng", 28, WATER[3])
    sheet.text(575, 215, "nước lớn", 28, HONEY[3])


def half_plus_third(sheet: Sheet) -> None:
    """One half and one third become five sixths once both are cut in sixths."""
    rows = ((6, 3, WATER[1], "1/2 = 3/6"), (6, 2, HONEY[1], "1/3 = 2/6"))
    for row, (parts, filled, color, label) in enumerate(rows):
        bar(sheet, 300, 70 + row * 120, 560, parts, filled, color)
        sheet.text(270, 105 + row * 120, label, 30, anchor="end")
    step = 560 / 6
    for part in range(6):
        color = WATER[1] if part < 3 else HONEY[1] if part < 5 else PAPER
        sheet.box(300 + part * step, 350, step, 70, color)
    sheet.text(270, 385, "tổng = 5/6", 30, anchor="end")
    sheet.line((120, 300), (860, 300), stroke=MUTED)


def product_grid(sheet: Sheet) -> None:
    """Two thirds of three quarters is six twelfths of the field."""
    for column in range(4):
        for row in range(3):
            inside, half = column < 3 and row < 2, column < 3 or row < 2
            fill = RICE[2] if inside else RICE[0] if half else PAPER
            sheet.box(120 + column * 110, 90 + row * 110, 110, 110, fill)
    sheet.text(340, 470, "3/4 bề ngang", 26)
    sheet.text(90, 255, "2/3", 30, anchor="end")
    sheet.text(740, 200, "2/3 × 3/4", 36)
    sheet.text(740, 260, "= 6/12 = 1/2", 36)


def mixed_baskets(sheet: Sheet) -> None:
    """Two full baskets and a half."""
    for place in range(3):
        x = 110 + place * 260
        level = 1.0 if place < 2 else 0.5
        top = 380 - 160 * level
        sheet.polygon([(x + 8, top), (x + 212, top), (x + 190, 380), (x + 30, 380)], RICE[1], None)
        sheet.line((x, 210), (x + 30, 380), (x + 190, 380), (x + 220, 210), stroke=CLAY[3], width=6)
    sheet.text(480, 120, "2 giỏ đầy và nửa giỏ", 32)
    sheet.text(480, 460, "5/2 = 2 + 1/2", 36, INK)


def fraction_of_route(sheet: Sheet) -> None:
    """A boat that has gone two fifths of a forty kilometer way."""
    sheet.wave(330, 60, 900, WATER[2])
    for step in range(6):
        x = 120 + step * 144
        sheet.line((x, 300), (x, 360))
        sheet.text(x, 395, f"{step * 8} km", 26)
    boat = 120 + 2 * 144
    sheet.polygon([(boat - 60, 270), (boat + 60, 270), (boat + 36, 312), (boat - 40, 312)], CLAY[2], INK)
    sheet.polygon([(boat - 20, 270), (boat + 24, 270), (boat + 24, 232), (boat - 12, 232)], HONEY[1], INK)
    sheet.text(480, 120, "2/5 của 40 km là 16 km", 34)
