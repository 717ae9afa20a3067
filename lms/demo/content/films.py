"""Eight-second drawn films: MP4 where ffmpeg is found, else a moving WebP picture.

The frames are our own drawings, small and few, so a film weighs some tens of kilobytes.
"""

from __future__ import annotations

import io
import math
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from PIL import Image

from lms.demo.content.drawing import CLAY, HONEY, INK, LOTUS, MUTED, PAPER, WATER, Sheet, to_image

SECONDS, FRAME_RATE, SCALE = 8, 10, 1 / 3


@cache
def film_suffix() -> str:
    """The kind of file this machine can make: an ffmpeg without H.264 counts as none."""
    if shutil.which("ffmpeg") is None:
        return "webp"
    listed = subprocess.run(["ffmpeg", "-hide_banner", "-encoders"], capture_output=True, timeout=30)
    return "mp4" if b"libx264" in listed.stdout else "webp"


def make_film(slug: str, font_path: Path | None = None) -> bytes:
    """The film as bytes of the kind that `film_suffix` names."""
    draw = FILMS[slug]
    frames = []
    for place in range(SECONDS * FRAME_RATE):
        sheet = Sheet(slug)
        draw(sheet, place / FRAME_RATE)
        frames.append(to_image(sheet, font_path, SCALE))
    return _to_mp4(frames) if film_suffix() == "mp4" else _to_webp(frames)


def _to_mp4(frames: list[Image.Image]) -> bytes:
    width, height = frames[0].size
    size = f"{width}x{height}"
    source = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-r", str(FRAME_RATE), "-i", "-"]
    codec = ["-c:v", "libx264", "-preset", "veryfast", "-threads", "1", "-pix_fmt", "yuv420p", "-crf", "26"]
    exact = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact"]
    pixels = b"".join(frame.tobytes() for frame in frames)
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film.mp4"
        shape = ["-movflags", "+faststart", str(film)]
        command = ["ffmpeg", "-loglevel", "error", *source, *codec, *exact, *shape]
        subprocess.run(command, input=pixels, capture_output=True, check=True, timeout=60)
        return film.read_bytes()


def _to_webp(frames: list[Image.Image]) -> bytes:
    out = io.BytesIO()
    frames[0].save(
        out, "WEBP", save_all=True, append_images=frames[1:], duration=1000 // FRAME_RATE, loop=0, quality=70
    )
    return out.getvalue()


def cut_in_four(sheet: Sheet, second: float) -> None:
    """A whole bar, then four parts, then three taken."""
    parts = 1 if second < 2 else 4
    taken = 0 if second < 4 else min(3, int(second - 4) + 1)
    gap = 0 if parts == 1 else min(12.0, (second - 2) * 12)
    step = 700 / parts
    for part in range(parts):
        fill = HONEY[2] if part < taken else HONEY[0]
        sheet.box(120 + part * step + gap / 2, 170, step - gap, 140, fill)
    if parts == 4:
        sheet.fraction(480, 420, taken, 4, 60)


def tide(sheet: Sheet, second: float) -> None:
    """Water that rises, stands and falls beside a gauge, with a boat on it."""
    level = 340 - 110 * math.sin(min(second, 3) / 3 * math.pi / 2)
    if second > 5:
        level += (second - 5) / 3 * 110
    sheet.box(0, level, 960, 540 - level, WATER[1], None)
    sheet.polygon([(330, level - 40), (630, level - 40), (570, level + 30), (380, level + 30)], CLAY[2], INK)
    sheet.box(800, 80, 40, 400, PAPER)
    for mark in range(9):
        sheet.line((800, 80 + mark * 50), (822, 80 + mark * 50))
    sheet.line((780, level), (860, level), stroke=LOTUS[2], width=6)


def moving_particles(sheet: Sheet, second: float) -> None:
    """Particles that bounce slowly, then three times as fast."""
    sheet.box(120, 60, 720, 420, PAPER)
    travel = second if second < 4 else 4 + (second - 4) * 3
    for place in range(14):
        x = _bounce(61 * place + travel * (50 + 7 * place), 660)
        y = _bounce(97 * place + travel * (40 + 5 * place), 360)
        sheet.circle(150 + x, 90 + y, 20, WATER[2] if second < 4 else LOTUS[2])
    heat = 1 if second < 4 else 3
    for bar in range(3):
        sheet.box(880, 400 - bar * 70, 40, 56, LOTUS[1] if bar < heat else PAPER, MUTED)


def _bounce(distance: float, room: float) -> float:
    folded = distance % (2 * room)
    return folded if folded <= room else 2 * room - folded


FILMS: dict[str, Callable[[Sheet, float], None]] = {
    "phim-chia-bon": cut_in_four,
    "phim-thuy-trieu": tide,
    "phim-hat-chuyen-dong": moving_particles,
}
