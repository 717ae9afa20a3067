"""Small invented data sets as CSV, for spreadsheets and charts.

Every number is made up and every file says so in its description: a lesson about data must not pass
fiction off as measurement.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence

RAIN = (12, 8, 15, 60, 190, 260, 285, 270, 310, 265, 120, 40)
MARKET = (
    ("Dưa hấu", 120, 9000),
    ("Khóm", 90, 12000),
    ("Xoài", 60, 25000),
    ("Bưởi", 45, 30000),
    ("Mít", 85, 14000),
    ("Chuối", 70, 8000),
    ("Dừa", 110, 7000),
    ("Chôm chôm", 40, 22000),
)
TIDE = tuple((hour, round(2.2 + 1.5 * math.sin((hour - 3) * math.pi / 6.2), 1)) for hour in range(25))
_DAYS = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")


def _rows_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")


def rain_csv() -> bytes:
    """Rain of twelve months."""
    return _rows_csv(("Tháng", "Lượng mưa (mm)"), enumerate(RAIN, start=1))


def tide_csv() -> bytes:
    """Tide height each hour of a day."""
    return _rows_csv(("Giờ", "Mực nước (m)"), TIDE)


def market_csv() -> bytes:
    """Goods on a market boat."""
    return _rows_csv(("Mặt hàng", "Khối lượng (kg)", "Giá mỗi kg (đồng)"), MARKET)


def ferry_csv() -> bytes:
    """Ferry passengers by day and time, in English."""
    rows = [
        (day, part, 180 + 37 * ((3 * d + 5 * p) % 7) + (90 if p == 0 else 0))
        for d, day in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
        for p, part in enumerate(("morning", "midday", "evening"))
    ]
    return _rows_csv(("day", "time", "passengers"), rows)


def reading_csv() -> bytes:
    """Books read by an invented class."""
    rows = [(f"Em số {number}", (number * 7 + 3) % 9 + 1, (number * 5) % 6 + 1) for number in range(1, 31)]
    return _rows_csv(("Học sinh", "Số sách học kì 1", "Số sách học kì 2"), rows)


def electricity_csv() -> bytes:
    """A household's electricity each month."""
    kwh = (142, 150, 188, 210, 205, 190, 182, 178, 171, 165, 158, 149)
    return _rows_csv(("Tháng", "Điện năng (kWh)"), enumerate(kwh, start=1))


def temperature_csv() -> bytes:
    """Temperature of a week, morning and noon."""
    rows = [(day, 24 + place % 3, 32 + (place * 2) % 5) for place, day in enumerate(_DAYS)]
    return _rows_csv(("Ngày", "Sáng (°C)", "Trưa (°C)"), rows)
