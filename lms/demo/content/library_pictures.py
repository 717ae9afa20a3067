"""The drawn items of mathematics and science: which picture becomes which file, its words, its license."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lms.demo.content import drawings_math as math
from lms.demo.content import drawings_science as science
from lms.demo.content.drawing import Sheet

MATH, SCIENCE = "toan", "khoa-hoc-tu-nhien"


@dataclass(frozen=True)
class Picture:
    """One drawing and what the library says about it."""

    slug: str
    suffix: str
    draw: Callable[[Sheet], None]
    title: str
    description: str
    subject: str
    grades: tuple[int, ...]
    license_id: str
    keywords: str
    language: str = "vi"
    author: str = "Trần Quốc Bảo"


SCHOOL_PICTURES: tuple[Picture, ...] = (
    Picture(
        "thanh-ba-phan-tu",
        "png",
        math.three_quarters,
        "Thanh bánh ba phần tư",
        "Một thanh bánh chia bốn phần bằng nhau, tô màu ba phần.",
        MATH,
        (4, 5, 6),
        "CC-BY-4.0",
        "phân số, tử số, mẫu số",
    ),
    Picture(
        "ba-thanh-bang-nhau",
        "png",
        math.equal_bars,
        "Ba phân số bằng nhau",
        "Một phần hai, hai phần tư và bốn phần tám dài như nhau.",
        MATH,
        (5, 6),
        "CC-BY-4.0",
        "phân số bằng nhau, rút gọn",
    ),
    Picture(
        "banh-nam-phan-sau",
        "png",
        math.five_sixths,
        "Bánh tròn còn năm phần sáu",
        "Bánh cắt sáu miếng đều, đã ăn một miếng.",
        MATH,
        (4, 5, 6),
        "CC0-1.0",
        "phân số, hình tròn",
    ),
    Picture(
        "truc-so-phan-tu",
        "svg",
        math.quarter_line,
        "Trục số chia theo phần tư",
        "Trục số từ 0 đến 2, mỗi đoạn chia làm bốn; đánh dấu 5/4.",
        MATH,
        (6,),
        "CC-BY-SA-4.0",
        "trục số, phân số lớn hơn 1",
    ),
    Picture(
        "truc-so-am-duong",
        "png",
        math.signed_line,
        "Nước ròng, nước lớn trên trục số",
        "Phân số âm và dương bên trái, bên phải số 0.",
        MATH,
        (6, 7),
        "CC-BY-SA-4.0",
        "phân số âm, trục số, số hữu tỉ",
    ),
    Picture(
        "mot-hai-cong-mot-ba",
        "png",
        math.half_plus_third,
        "Cộng 1/2 và 1/3 bằng thanh",
        "Quy đồng về phần sáu rồi mới cộng.",
        MATH,
        (5, 6),
        "CC-BY-4.0",
        "cộng phân số, quy đồng mẫu số",
    ),
    Picture(
        "luoi-nhan-phan-so",
        "svg",
        math.product_grid,
        "Nhân phân số trên thửa ruộng",
        "Hai phần ba của ba phần tư thửa ruộng là sáu phần mười hai.",
        MATH,
        (5, 6),
        "CC-BY-4.0",
        "nhân phân số, diện tích",
    ),
    Picture(
        "hai-gio-ruoi",
        "png",
        math.mixed_baskets,
        "Hai giỏ rưỡi: hỗn số",
        "Năm nửa giỏ là hai giỏ và một nửa.",
        MATH,
        (5, 6),
        "CC0-1.0",
        "hỗn số, phân số",
    ),
    Picture(
        "hai-phan-nam-duong-song",
        "png",
        math.fraction_of_route,
        "Hai phần năm đường sông",
        "Ghe đi 2/5 của 40 km, tức 16 km.",
        MATH,
        (6,),
        "CC-BY-NC-4.0",
        "giá trị phân số của một số",
    ),
    Picture(
        "ba-the-cua-chat",
        "jpg",
        science.particles,
        "Hạt trong chất rắn, lỏng, khí",
        "Khoảng cách và cách sắp xếp của hạt ở ba thể.",
        SCIENCE,
        (6, 8),
        "CC-BY-4.0",
        "thể của chất, hạt, nguyên tử",
    ),
    Picture(
        "hydrogen-chay",
        "png",
        science.hydrogen_burns,
        "Hydrogen cháy trong oxygen",
        "Hai phân tử H₂ và một phân tử O₂ tạo hai phân tử H₂O; số nguyên tử không đổi.",
        SCIENCE,
        (8,),
        "CC-BY-SA-4.0",
        "phản ứng hóa học, bảo toàn khối lượng, phương trình hóa học",
    ),
    Picture(
        "ap-suat-tren-bun",
        "png",
        science.pressure_area,
        "Tấm ván và cây sào trên bùn",
        "Cùng áp lực, diện tích bị ép khác nhau thì áp suất khác nhau.",
        SCIENCE,
        (8,),
        "CC-BY-4.0",
        "áp suất, áp lực, diện tích",
    ),
    Picture(
        "ap-suat-theo-do-sau",
        "png",
        science.liquid_pressure,
        "Ba tia nước, ba độ sâu",
        "Lỗ càng sâu dưới mặt nước, tia nước phun ra càng nhanh.",
        SCIENCE,
        (8,),
        "CC-BY-4.0",
        "áp suất chất lỏng, độ sâu",
    ),
    Picture(
        "binh-thong-nhau",
        "svg",
        science.connected_vessels,
        "Bình thông nhau",
        "Hai nhánh rộng hẹp khác nhau, mặt thoáng vẫn ngang nhau.",
        SCIENCE,
        (8,),
        "CC0-1.0",
        "bình thông nhau, áp suất",
    ),
    Picture(
        "luc-day-len-ghe",
        "png",
        science.buoyancy,
        "Vì sao ghe nổi",
        "Trọng lượng của ghe cân bằng với lực đẩy Archimedes.",
        SCIENCE,
        (8,),
        "CC-BY-4.0",
        "lực đẩy Archimedes, sự nổi",
    ),
    Picture(
        "don-bay",
        "svg",
        science.lever,
        "Đòn bẩy",
        "Điểm tựa gần vật nặng thì lực bẩy nhỏ hơn trọng lượng vật.",
        SCIENCE,
        (8,),
        "CC-BY-SA-4.0",
        "đòn bẩy, moment lực",
    ),
    Picture(
        "mach-noi-tiep",
        "svg",
        science.series_circuit,
        "Mạch điện nối tiếp",
        "Nguồn điện, công tắc và hai đèn trên một vòng dây.",
        SCIENCE,
        (8,),
        "CC-BY-4.0",
        "mạch điện, nối tiếp",
    ),
    Picture(
        "mach-song-song",
        "svg",
        science.parallel_circuit,
        "Mạch điện song song",
        "Hai đèn trên hai nhánh: đèn này tắt, đèn kia vẫn sáng.",
        SCIENCE,
        (8, 9),
        "CC-BY-4.0",
        "mạch điện, song song",
    ),
    Picture(
        "duong-di-nang-luong",
        "svg",
        science.energy_flow,
        "Đường đi của năng lượng",
        "Từ Mặt Trời qua pin, ắc quy tới đèn trên ghe.",
        SCIENCE,
        (6, 8),
        "CC-BY-NC-SA-4.0",
        "năng lượng, chuyển hóa, pin mặt trời",
    ),
    Picture(
        "vong-tuan-hoan-nuoc",
        "png",
        science.water_cycle,
        "Vòng tuần hoàn của nước",
        "Bay hơi, ngưng tụ, mưa, chảy về biển.",
        SCIENCE,
        (5, 6),
        "CC-BY-4.0",
        "nước, bay hơi, ngưng tụ",
    ),
    Picture(
        "song-am-tram-bong",
        "png",
        science.sound_waves,
        "Âm trầm và âm bổng",
        "Hai đường biểu diễn có tần số khác nhau.",
        SCIENCE,
        (7,),
        "CC-BY-4.0",
        "âm thanh, tần số",
    ),
)
