"""A lighter film for slow lines, and the shape of a sound: by ffmpeg, where the machine has it.

The container is named to ffmpeg and never guessed by it: a playlist in disguise would open other files.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw

from content_store.formats.ffmpeg import probe
from content_store.formats.pictures import encode
from content_store.formats.values import Limits

CONTAINERS = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/webm": "matroska",
    "video/x-matroska": "matroska",
    "video/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/mp4": "mov",
    "audio/x-m4a": "mov",
    "audio/ogg": "ogg",
    "audio/flac": "flac",
    "audio/x-flac": "flac",
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "audio/webm": "matroska",
}
LIGHT_HEIGHT = 360
LIGHT_RATE = 700_000
"""A film that needs fewer bits a second than this is light enough already."""
BARS, WAVE_HEIGHT, BAR_WIDTH = 200, 96, 4
_INK = (13, 110, 110, 255)
_SOUND_S = 60
Keep = Callable[..., None]


def make_video(path: Path, media_type: str, folder: Path, limits: Limits, keep: Keep) -> None:
    """A film of 360 lines that starts at once (`faststart`), where that halves it at least."""
    form = probe(path).get("format", {})
    if not _number(form.get("bit_rate")) > LIGHT_RATE:
        return
    light = folder / "light.mp4"
    shape = (
        "-map",
        "0:v:0",
        "-map",
        "0:a:0?",
        "-vf",
        f"scale=-2:'min({LIGHT_HEIGHT},ih)'",
        "-pix_fmt",
        "yuv420p",
    )
    picture = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "29", "-r", "25", "-threads", "1")
    sound = ("-c:a", "aac", "-b:a", "64k", "-ac", "1", "-movflags", "+faststart", "-f", "mp4")
    _run(path, media_type, (*shape, *picture, *sound, str(light)), limits.wall_s - 60)
    if not light.exists() or not 0 < light.stat().st_size <= path.stat().st_size / 2:
        return
    for stream in probe(light).get("streams", []):
        if stream.get("codec_type") == "video":
            keep("light", light.name, "video/mp4", int(stream["width"]), int(stream["height"]))


def make_audio(path: Path, media_type: str, folder: Path, limits: Limits, keep: Keep) -> None:
    """Two hundred bars, the loudest full: where somebody speaks and where it is quiet."""
    raw = folder / "samples.raw"
    _run(path, media_type, ("-map", "0:a:0", "-ac", "1", "-ar", "1000", "-f", "s8", str(raw)), _SOUND_S)
    samples = raw.read_bytes() if raw.exists() else b""
    raw.unlink(missing_ok=True)
    if len(samples) < BARS:
        return
    peaks = []
    for bar in range(BARS):
        piece = samples[bar * len(samples) // BARS : (bar + 1) * len(samples) // BARS]
        peaks.append(max(min(value, 256 - value) for value in piece))
    loudest = max(*peaks, 1)
    picture = Image.new("RGBA", (BARS * BAR_WIDTH, WAVE_HEIGHT), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    for bar, peak in enumerate(peaks):
        half = max(1, round(peak / loudest * (WAVE_HEIGHT // 2 - 2)))
        left, middle = bar * BAR_WIDTH, WAVE_HEIGHT // 2
        pen.rectangle((left, middle - half, left + BAR_WIDTH - 2, middle + half), fill=_INK)
    (folder / "wave.webp").write_bytes(encode(picture))
    keep("wave", "wave.webp", "image/webp", picture.width, picture.height)


def _run(path: Path, media_type: str, options: tuple[str, ...], seconds: float) -> None:
    program, container = shutil.which("ffmpeg"), CONTAINERS.get(media_type.partition(";")[0])
    if program is None or container is None:
        return
    safe = (
        "-v",
        "error",
        "-nostdin",
        "-y",
        "-protocol_whitelist",
        "file,pipe",
        "-f",
        container,
        "-i",
        str(path),
    )
    try:
        subprocess.run(
            [program, *safe, *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return


def _number(said: object) -> float:
    try:
        return float(str(said))
    except ValueError:
        return 0.0
