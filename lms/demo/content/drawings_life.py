"""Pictures for data, digital skills and English: sheets, charts, addresses, signs, maps."""

from __future__ import annotations

import math

from lms.demo.content.datasets import MARKET, RAIN, TIDE
from lms.demo.content.drawing import (
    CLAY,
    DUSK,
    HONEY,
    INK,
    LINE,
    LOTUS,
    MUTED,
    PAPER,
    RICE,
    WATER,
    Sheet,
)


def spreadsheet(sheet: Sheet) -> None:
    """Columns, rows, one cell and one range."""
    rows = (
        ("Mặt hàng", "Số kg", "Giá"),
        ("Dưa hấu", "12", "9000"),
        ("Xoài", "8", "25000"),
        ("Mít", "15", "14000"),
    )
    for column, name in enumerate(("", "A", "B", "C")):
        sheet.box(70 + column * 200, 50, 200, 60, LINE)
        sheet.text(170 + column * 200, 80, name, 28)
    for row, values in enumerate(rows, start=1):
        sheet.box(70, 50 + row * 60, 200, 60, LINE)
        sheet.text(170, 80 + row * 60, str(row), 28)
        for column, value in enumerate(values, start=1):
            fill = HONEY[0] if column == 2 and row > 1 else PAPER
            sheet.box(70 + column * 200, 50 + row * 60, 200, 60, fill)
            sheet.text(170 + column * 200, 80 + row * 60, value, 26)
    sheet.text(480, 410, "vùng B2:B4", 30, HONEY[3])
    sheet.text(480, 465, "=SUM(B2:B4) cho 35", 34)


def rain_chart(sheet: Sheet) -> None:
    """Twelve columns of made-up monthly rain."""
    sheet.line((90, 40), (90, 450), (930, 450))
    for level in (100, 200, 300):
        y = 450 - level * 1.2
        sheet.line((90, y), (930, y), stroke=LINE, width=2)
        sheet.text(80, y, str(level), 22, MUTED, "end")
    for month, value in enumerate(RAIN, start=1):
        x = 60 + month * 69
        sheet.box(x - 22, 450 - value * 1.2, 44, value * 1.2, WATER[2], None)
        sheet.text(x, 475, f"T{month}", 22)
    sheet.text(500, 515, "Lượng mưa Bến Sông (mm), số liệu giả định", 24, MUTED)


def market_pie(sheet: Sheet) -> None:
    """Shares of goods on one boat."""
    colors = (LOTUS[1], HONEY[1], RICE[1], WATER[1], DUSK[1])
    total = sum(weight for _, weight, _ in MARKET[:5])
    start = 0.0
    for place, ((name, weight, _), color) in enumerate(zip(MARKET[:5], colors, strict=True)):
        end = start + 360 * weight / total
        sheet.wedge(300, 270, 210, start, end, color)
        sheet.box(590, 110 + place * 66, 36, 36, color)
        sheet.text(645, 128 + place * 66, f"{name}: {weight} kg", 28, anchor="start")
        start = end


def tide_chart(sheet: Sheet) -> None:
    """A day of tide with a title in English."""
    sheet.line((90, 40), (90, 440), (930, 440))
    points = [(90 + hour * 34, 440 - height * 80) for hour, height in TIDE]
    sheet.curve(points, WATER[3], 5)
    for level in (1, 2, 3, 4):
        sheet.text(78, 440 - level * 80, f"{level} m", 22, MUTED, "end")
    for hour in range(0, 25, 4):
        sheet.text(90 + hour * 34, 468, f"{hour}:00", 22)
    sheet.text(500, 512, "Water level at the quay over one day (invented data)", 24, MUTED)


def cut_axis(sheet: Sheet) -> None:
    """The same two numbers on an honest and on a cut axis."""
    for left, base, title in ((90, 0, "axis starts at 0"), (560, 90, "axis starts at 90")):
        sheet.line((left, 70), (left, 430), (left + 330, 430))
        for place, value in enumerate((95, 100)):
            height = (value - base) / (100 - base) * 300
            x = left + 60 + place * 140
            sheet.box(x, 430 - height, 90, height, (WATER[1], CLAY[1])[place])
            sheet.text(x + 45, 410 - height, str(value), 26)
        sheet.text(left + 165, 475, title, 26, MUTED)
    sheet.text(480, 40, "Same numbers, two stories", 32)


def password_length(sheet: Sheet) -> None:
    """Longer is stronger: four bars."""
    for place, (length, width) in enumerate(((6, 60), (8, 130), (12, 380), (16, 700))):
        y = 100 + place * 95
        sheet.text(190, y, f"{length} kí tự", 28, anchor="end")
        sheet.box(210, y - 26, width, 52, (LOTUS[1], HONEY[1], RICE[1], RICE[2])[place])
    sheet.text(480, 480, "Mật khẩu càng dài, kẻ xấu càng khó dò (hình minh họa, không theo tỉ lệ)", 24, MUTED)


def web_address(sheet: Sheet) -> None:
    """Which part of an address says whose site it is."""
    sheet.box(60, 90, 840, 90, PAPER)
    sheet.text(90, 135, "https://dichvu.phuong.example/nop-ho-so", 32, anchor="start")
    sheet.text(480, 215, "Đọc tên miền từ phải sang trái, trước dấu / đầu tiên", 26, MUTED)
    sheet.box(60, 290, 840, 90, LOTUS[0], LOTUS[3])
    sheet.text(90, 335, "https://dichvu-phuong.example.tang-qua.test", 32, anchor="start")
    sheet.text(480, 415, "Chủ thật của trang thứ hai là tang-qua.test", 28, LOTUS[3])


def scam_message(sheet: Sheet) -> None:
    """A made-up scam message with four marks."""
    sheet.box(70, 60, 520, 400, DUSK[0], DUSK[3])
    lines = (
        "KHẨN: Tài khoản của bạn",
        "sẽ bị khóa sau 30 phút.",
        "Bấm vào đường dẫn để nhập",
        "mật khẩu và mã OTP:",
        "nganhang-xacminh.test/otp",
    )
    for place, line in enumerate(lines):
        sheet.text(100, 120 + place * 66, line, 30, anchor="start")
    marks = ("thúc ép thời gian", "đòi mật khẩu, OTP", "đường dẫn lạ", "người gửi không rõ")
    for place, mark in enumerate(marks):
        sheet.circle(640, 120 + place * 90, 20, LOTUS[1])
        sheet.text(640, 120 + place * 90, str(place + 1), 24)
        sheet.text(675, 120 + place * 90, mark, 26, anchor="start")


def river_map(sheet: Sheet) -> None:
    """A made-up river with a school, a market and a ferry."""
    _river(sheet, ("THCS Bến Sông", "Chợ Bến Sông", "Bến phà", "Rạch Dừa", "Trạm y tế"))
    sheet.text(480, 515, "Bản đồ tưởng tượng, không theo tỉ lệ", 22, MUTED)


def quay_map(sheet: Sheet) -> None:
    """The same quay with English names."""
    _river(sheet, ("School", "Market", "Ferry", "Coconut Canal", "Clinic"))
    sheet.text(480, 515, "An imaginary map, not to scale", 22, MUTED)


def _river(sheet: Sheet, names: tuple[str, str, str, str, str]) -> None:
    sheet.box(0, 0, 960, 540, RICE[0], None)
    sheet.curve([(-20, 330), (180, 300), (400, 350), (640, 270), (980, 310)], WATER[1], 78)
    sheet.curve([(520, 320), (560, 200), (700, 120), (720, -20)], WATER[1], 34)
    sheet.line((0, 180), (330, 210), (500, 160), (960, 180), stroke=HONEY[2], width=8)
    sheet.line((330, 210), (310, 290), stroke=HONEY[2], width=6)
    spots = ((180, 130), (420, 230), (310, 320), (735, 50), (250, 440))
    for (x, y), name in zip(spots, names, strict=True):
        sheet.circle(x, y, 12, LOTUS[2])
        sheet.text(x + 22, y - 4, name, 26, anchor="start")
    sheet.arrow((880, 480), (880, 400))
    sheet.text(880, 380, "N" if "School" in names else "B", 26)


def ferry_sign(sheet: Sheet) -> None:
    """A ferry time board in English."""
    sheet.box(150, 50, 660, 420, DUSK[3])
    sheet.text(480, 105, "FERRY TIMES", 46, PAPER)
    rows = (("First boat", "05:00"), ("Every", "20 minutes"), ("Last boat", "22:30"), ("Ticket", "2,000 VND"))
    for place, (left, right) in enumerate(rows):
        sheet.text(200, 190 + place * 70, left, 34, HONEY[0], "start")
        sheet.text(760, 190 + place * 70, right, 34, HONEY[0], "end")


def clocks(sheet: Sheet) -> None:
    """Three clocks with the time in words."""
    times = ((6, 0, "six o'clock"), (7, 30, "half past seven"), (4, 45, "quarter to five"))
    for place, (hour, minute, words) in enumerate(times):
        x, y = 170 + place * 310, 230
        sheet.circle(x, y, 125, PAPER)
        for tick in range(12):
            angle = math.radians(tick * 30)
            sheet.line(
                (x + 108 * math.sin(angle), y - 108 * math.cos(angle)),
                (x + 120 * math.sin(angle), y - 120 * math.cos(angle)),
            )
        for turn, reach, width in ((hour * 30 + minute / 2, 62, 9), (minute * 6, 96, 5)):
            angle = math.radians(turn)
            sheet.line((x, y), (x + reach * math.sin(angle), y - reach * math.cos(angle)), width=width)
        sheet.text(x, 420, words, 30)


def poster(sheet: Sheet) -> None:
    """A boat, a wave and the word of the house."""
    sheet.box(0, 0, 960, 540, WATER[0], None)
    sheet.circle(790, 240, 70, HONEY[1], None)
    sheet.polygon([(250, 330), (710, 330), (620, 420), (340, 420)], CLAY[2], INK)
    sheet.polygon([(380, 330), (560, 330), (540, 250), (400, 250)], HONEY[1], INK)
    for y in (425, 460, 495):
        sheet.wave(y, 0, 960, WATER[2], 9)
    sheet.text(480, 110, "Ghé bến, học thêm điều hay", 46, WATER[3])
