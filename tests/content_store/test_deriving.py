"""What is made of files: smaller pictures, pages, lighter films, shapes of sounds; nothing of what is broken."""

from __future__ import annotations

import io
import math
import random
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from content_store import deriving
from content_store.blobs import LocalBlobs
from content_store.clearing import _referring_columns
from content_store.deriving import Waiting
from content_store.models import Base
from content_store.store import ContentStore, NewFile

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg")


def photo(width: int, height: int, kind: str = "JPEG", **options: object) -> bytes:
    """A picture with enough in it to be worth making smaller."""
    noise = Image.frombytes(
        "RGB", (width // 8, height // 8), random.Random(7).randbytes(width // 8 * (height // 8) * 3)
    )
    target = io.BytesIO()
    noise.resize((width, height), Image.Resampling.BICUBIC).save(target, kind, **options)
    return target.getvalue()


def made_of(tmp_path: Path, data: bytes, format: str, media_type: str) -> dict[str, tuple[bytes, int | None]]:
    path = tmp_path / "source"
    path.write_bytes(data)
    with deriving.make_derived(path, format, media_type) as made:
        return {one.kind: (one.path.read_bytes(), one.width) for one in made}


def test_a_photo_is_made_in_the_widths_of_screens(tmp_path: Path):
    data = photo(2000, 1500, quality=95)
    found = made_of(tmp_path, data, "image", "image/jpeg")
    assert {kind: width for kind, (_data, width) in found.items()} == {
        "w480": 480,
        "w960": 960,
        "w1600": 1600,
    }
    for kind, (small, width) in found.items():
        picture = Image.open(io.BytesIO(small))
        assert (picture.format, picture.width) == ("WEBP", width) and len(small) < len(data) * 0.8, kind
        assert not picture.getexif()


def test_a_photo_taken_sideways_stands_upright(tmp_path: Path):
    exif = Image.Exif()
    exif[0x0112] = 6
    found = made_of(tmp_path, photo(1200, 800, quality=95, exif=exif), "image", "image/jpeg")
    picture = Image.open(io.BytesIO(found["w480"][0]))
    assert picture.height > picture.width == 480


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a no picture at all", photo(400, 300), photo(2000, 1500)[:900]],
    ids=["empty", "broken", "small already", "cut off"],
)
def test_nothing_is_made_of_what_is_small_or_broken(tmp_path: Path, data: bytes):
    assert made_of(tmp_path, data, "image", "image/jpeg") == {}


def test_a_picture_that_unfolds_to_a_giant_is_left(tmp_path: Path):
    giant = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(giant, "PNG")
    assert made_of(tmp_path, giant.getvalue(), "image", "image/png") == {}


def test_a_pdf_is_made_into_its_pages(tmp_path: Path):
    target = io.BytesIO()
    pages = [Image.new("RGB", (600, 800), color) for color in ("white", "yellow", "white")]
    pages[0].save(target, "PDF", save_all=True, append_images=pages[1:])
    found = made_of(tmp_path, target.getvalue(), "pdf", "application/pdf")
    assert list(found) == ["page-0001", "page-0002", "page-0003"]
    middle = Image.open(io.BytesIO(found["page-0002"][0])).convert("RGB").getpixel((480, 600))
    assert middle[2] < 60 < 200 < middle[0]
    assert made_of(tmp_path, target.getvalue()[:300], "pdf", "application/pdf") == {}


def write_sound(seconds: int = 4, rate: int = 8000) -> bytes:
    """Two seconds of quiet, then a tone."""
    samples = [
        0 if moment < rate * seconds // 2 else int(28_000 * math.sin(moment / 5))
        for moment in range(rate * seconds)
    ]
    body = struct.pack(f"<{len(samples)}h", *samples)
    head = b"RIFF" + struct.pack("<I", 36 + len(body)) + b"WAVEfmt "
    return (
        head
        + struct.pack("<IHHIIHH", 16, 1, 1, rate, rate * 2, 2, 16)
        + b"data"
        + struct.pack("<I", len(body))
        + body
    )


@needs_ffmpeg
def test_a_sound_has_a_shape(tmp_path: Path):
    found = made_of(tmp_path, write_sound(), "audio", "audio/wav")
    picture = Image.open(io.BytesIO(found["wave"][0])).convert("RGBA")
    assert picture.size == (800, 96)
    assert picture.getpixel((100, 10))[3] < 40 and picture.getpixel((701, 10))[3] > 200


@needs_ffmpeg
def test_a_heavy_film_gets_a_light_one_and_a_light_one_does_not(tmp_path: Path):
    heavy = tmp_path / "heavy.mp4"
    source = (
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=1280x720:d=3:r=25",
        "-c:v",
        "libx264",
        "-b:v",
        "6M",
        "-pix_fmt",
        "yuv420p",
    )
    subprocess.run(["ffmpeg", "-v", "error", "-y", *source, str(heavy)], check=True)
    found = made_of(tmp_path, heavy.read_bytes(), "video", "video/mp4")
    light, width = found["light"]
    assert width == 640 and len(light) * 2 <= heavy.stat().st_size
    assert b"moov" in light[:200_000] and light.index(b"moov") < light.index(b"mdat"), "it starts at once"
    assert made_of(tmp_path, light, "video", "video/mp4") == {}


@needs_ffmpeg
def test_a_playlist_that_calls_itself_a_film_opens_no_other_file(tmp_path: Path):
    secret = tmp_path / "secret.mp4"
    source = ("-f", "lavfi", "-i", "testsrc2=s=640x480:d=2", "-c:v", "libx264", "-b:v", "4M")
    subprocess.run(["ffmpeg", "-v", "error", "-y", *source, str(secret)], check=True)
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://{secret}\n#EXT-X-ENDLIST\n".encode()
    for media_type in ("video/mp4", "application/vnd.apple.mpegurl", "video/webm"):
        assert made_of(tmp_path, playlist, "video", media_type) == {}


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as found:
        yield found
    engine.dispose()


def test_each_source_is_tried_once_and_what_was_made_is_found(session: Session, tmp_path: Path):
    blobs = LocalBlobs(tmp_path / "blobs")
    store = ContentStore(session, blobs=blobs)
    data = photo(1000, 800, quality=95)
    for name in ("anh.jpg", "anh-nua.jpg"):
        store.add(owner="user:lan", files=[NewFile(name, io.BytesIO(data))])
    store.add(owner="user:lan", files=[NewFile("bai.md", io.BytesIO(b"# chu"))])
    (waiting,) = deriving.list_waiting(session, 10)
    assert waiting.format == "image" and waiting.media_type == "image/jpeg"
    path = tmp_path / "source"
    path.write_bytes(data)
    for _again in range(2):
        with deriving.make_derived(path, waiting.format, waiting.media_type) as made:
            kept = [(one, blobs.put(io.BytesIO(one.path.read_bytes())).sha256) for one in made]
            deriving.keep_made(session, waiting, kept)
    assert deriving.list_waiting(session, 10) == []
    assert [row.kind for row in deriving.list_derived(session, waiting.sha256)] == ["w480", "w960"]
    (row,) = deriving.list_derived(session, waiting.sha256, kinds=["w480"])
    assert (row.filename, row.width) == ("w480.webp", 480) and blobs.exists(row.sha256 or "")


def test_clearing_knows_that_derived_files_are_needed(session: Session):
    assert ("cs_derived", "sha256") in _referring_columns(session.connection())


def test_nothing_made_is_remembered_too(session: Session, tmp_path: Path):
    deriving.keep_made(session, Waiting("0" * 64, "image", "image/png"), [])
    assert deriving.list_derived(session, "0" * 64) == []
