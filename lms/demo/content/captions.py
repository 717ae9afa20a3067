"""Captions of the demo films and sounds, written as VTT and SRT in Vietnamese and English."""

from __future__ import annotations

Cue = tuple[float, float, str, str]
"""From second, to second, Vietnamese, English."""

CUES: dict[str, tuple[Cue, ...]] = {
    "phim-chia-bon": (
        (0, 2, "Đây là một thanh bánh nguyên.", "Here is one whole bar of cake."),
        (2, 4, "Ta cắt thành bốn phần bằng nhau.", "We cut it into four equal parts."),
        (4, 8, "Lấy ba phần, ta được ba phần tư.", "Take three parts: three quarters."),
    ),
    "phim-thuy-trieu": (
        (0, 3, "Nước lớn: mực nước dâng lên.", "The tide comes in: the water rises."),
        (3, 5, "Nước đứng: mực nước cao nhất.", "High water: the level stands still."),
        (5, 8, "Nước ròng: mực nước rút xuống.", "The tide goes out: the water falls."),
    ),
    "phim-hat-chuyen-dong": (
        (0, 4, "Nhiệt độ thấp: các hạt chuyển động chậm.", "Low temperature: particles move slowly."),
        (4, 8, "Nhiệt độ cao: các hạt chuyển động nhanh hơn.", "High temperature: they move faster."),
    ),
    "am-tram-am-bong": (
        (0, 2, "Âm trầm, 200 Hz.", "A low sound, 200 Hz."),
        (2.5, 4.5, "Âm bổng, 800 Hz.", "A high sound, 800 Hz."),
    ),
    "coi-pha": (
        (0, 2.4, "[Một hồi còi dài]", "[One long blast]"),
        (3, 4.6, "[Hai hồi còi ngắn]", "[Two short blasts]"),
    ),
}


def to_vtt(slug: str, language: str) -> bytes:
    """WebVTT for the player."""
    return ("WEBVTT\n\n" + "\n".join(_cues(slug, language, "."))).encode()


def to_srt(slug: str, language: str) -> bytes:
    """SubRip for other players."""
    return "\n".join(_cues(slug, language, ",")).encode()


def _cues(slug: str, language: str, point: str) -> list[str]:
    return [
        f"{number}\n{_stamp(start, point)} --> {_stamp(end, point)}\n{vi if language == 'vi' else en}\n"
        for number, (start, end, vi, en) in enumerate(CUES[slug], start=1)
    ]


def _stamp(seconds: float, point: str) -> str:
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    return f"00:{whole // 60:02}:{whole % 60:02}{point}{thousandths:03}"
