"""A thousand files of a school, 1 GB in one zip with the table that describes them: made once, kept outside git.

Documents, slides and films are those of the sample folder, each with words and bytes of its own; pictures and sounds are
noise. The same recipe gives the same words everywhere, and every file has one word in its title that no other has.
"""

from __future__ import annotations

import csv
import io
import random
import re
import shutil
import subprocess
import sys
import textwrap
import wave
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image
from pypdf import PdfReader, PdfWriter
from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from bench._search_corpus import ROOT, chain, samples_folder
from content_store.search.text import fold

KEPT = ROOT / "var" / "bench" / "import"
_RECIPE = 3  # counts on when files are made otherwise
_TIME = (2026, 9, 1, 8, 0, 0)


@dataclass(frozen=True)
class Made:
    """One file: its name, the word in its title, and the one in its text where it has a text."""

    name: str
    title_word: str
    text_word: str | None


def kept() -> Path:
    """Return the zip, made when it is not there or of another recipe."""
    path = KEPT / f"school-{_RECIPE}.zip"
    if not path.exists():
        print("# making a school's thousand files: some minutes", file=sys.stderr, flush=True)
        KEPT.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("metadata.csv", _table())
            for number, (made, make) in enumerate(_plan()):
                archive.writestr(zipfile.ZipInfo(made.name, _TIME), make(random.Random(number), made))
        unfinished.rename(path)
    return path


def files() -> list[Made]:
    """Return what is in the zip, without its table."""
    return [made for made, _ in _plan()]


def _plan() -> Iterator[tuple[Made, Callable[[random.Random, Made], bytes]]]:
    number = 0
    for ending, (count, has_text, make) in _KINDS.items():
        for _ in range(count):
            name = f"{_FOLDERS[number % len(_FOLDERS)]}/tep-{number:04}.{ending}"
            yield Made(name, _word("tua", number), _word("van", number) if has_text else None), make
            number += 1


def _word(start: str, number: int) -> str:
    """A word like no other: five consonants stand for the number."""
    letters = "bcdghklmnp"
    return start + "".join(letters[int(digit)] for digit in f"{number:05}")


def _table() -> str:
    stream = io.StringIO()
    table = csv.writer(stream)
    table.writerow(["File", "Title", "Subject", "Grades", "License"])
    for made, _ in _plan():
        table.writerow([made.name, f"Học liệu {made.title_word}", "Toán", "6", "CC BY 4.0"])
    return stream.getvalue()


def _sentences(chosen: random.Random, made: Made, count: int = 300) -> str:
    following, starts = _chain()
    word, walked = chosen.choice(starts), [made.text_word or ""]
    for _ in range(count):
        walked.append(word)
        word = chosen.choice(following.get(word) or starts)
    return " ".join(walked)


@cache
def _chain() -> tuple[dict[str, list[str]], list[str]]:
    following = chain()
    return following, sorted(following)


@cache
def _sample(pattern: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted(samples_folder().parent.glob(pattern))]


def _picture(chosen: random.Random, mean: int) -> bytes:
    """A JPEG of noise of about so many bytes."""
    side = int((mean * chosen.uniform(0.5, 1.5)) ** 0.5)
    picture = Image.frombytes("RGB", (side, side), chosen.randbytes(side * side * 3))
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=75)
    return stream.getvalue()


def _jpg(chosen: random.Random, made: Made) -> bytes:
    return _picture(chosen, 3_000_000)


def _pdf(chosen: random.Random, made: Made) -> bytes:
    """Six pages of words without accents, as old programs print them, and a scanned one; a fourth continues a sample."""
    pages = io.BytesIO()
    canvas = Canvas(pages, pageCompression=1)
    rl_config.useA85 = 0  # bytes as letters take a second a picture
    for page in range(6):
        text = canvas.beginText(50, 780)
        text.textLines(
            textwrap.fill(fold(_sentences(chosen, made, 300)) if page else str(made.text_word), 80)
        )
        canvas.drawText(text)
        canvas.showPage()
    canvas.drawImage(ImageReader(io.BytesIO(_picture(chosen, 1_400_000))), 50, 50, 400, 600)
    canvas.save()
    if chosen.random() > 0.25:
        return pages.getvalue()
    writer = PdfWriter(clone_from=io.BytesIO(chosen.choice(_sample("office/*.pdf"))))
    writer.append(PdfReader(pages))
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _office(
    sample: str, part: str, at: str, put: str, media: str, mean: int, is_everywhere: bool = False
) -> Callable[[random.Random, Made], bytes]:
    """Files in a zip: words after the first `at` of its largest part of that name, and a picture beside the others.

    Of a long book the first 40,000 words are searched: its one word is put in every part (`is_everywhere`).
    """

    def make(chosen: random.Random, made: Made) -> bytes:
        stream = io.BytesIO()
        source = zipfile.ZipFile(io.BytesIO(chosen.choice(_sample(sample))))
        fitting = (entry for entry in source.infolist() if re.fullmatch(part, entry.filename))
        place = max(
            fitting, key=lambda entry: entry.file_size
        )  # a small one may be a cover that nobody reads
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
            for entry in source.infolist():
                data = source.read(entry)
                if entry is place:
                    words = put.format(re.sub(r"[&<\\]", "", _sentences(chosen, made)))
                    text, count = re.subn(at, rf"\g<0>{words}", data.decode(), count=1)
                    if not count:
                        raise RuntimeError(f"no place for words in {sample}")
                    data = text.encode()
                elif is_everywhere and re.fullmatch(part, entry.filename):
                    data = re.sub(at, rf"\g<0>{put.format(made.text_word)}", data.decode(), count=1).encode()
                target.writestr(entry, data)
            target.writestr(f"{media}{made.title_word}.jpg", _picture(chosen, mean))
        return stream.getvalue()

    return make


def _markdown(chosen: random.Random, made: Made) -> bytes:
    chapter = chosen.choice(_sample("*/*.md")).decode()
    return f"# {made.title_word}\n\n{_sentences(chosen, made)}\n\n{chapter}".encode()


def _wav(chosen: random.Random, made: Made) -> bytes:
    stream = io.BytesIO()
    with wave.open(stream, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(22_050)
        sound.writeframes(chosen.randbytes(22_050 * 2 * chosen.randint(30, 60)))
    return stream.getvalue()


def _mp3(chosen: random.Random, made: Made) -> bytes:
    """Two minutes of noise, cut out of six."""
    noise = _noise()
    start = chosen.randrange(len(noise) * 2 // 3)
    return noise[start - start % 418 : start + len(noise) // 3]


@cache
def _noise() -> bytes:
    program = shutil.which("ffmpeg")
    if program is None:
        raise SystemExit("The import needs ffmpeg to make its sounds.")
    asked = [program, "-v", "error", "-f", "lavfi", "-i", "anoisesrc=d=360:c=pink:seed=7", "-b:a", "128k"]
    return subprocess.run([*asked, "-f", "mp3", "-"], check=True, capture_output=True).stdout


def _mp4(chosen: random.Random, made: Made) -> bytes:
    """The sample film, with a box after it that players pass over."""
    unused = chosen.randbytes(chosen.randint(1_000_000, 4_000_000))
    return _sample("video/*.mp4")[0] + (len(unused) + 8).to_bytes(4, "big") + b"free" + unused


_FOLDERS = [f"Lớp {grade}/{subject}" for grade in range(6, 10) for subject in ("Toán", "Ngữ văn", "Tin học")]
_DOCX = _office(
    "office/*.docx",
    r"word/document\.xml",
    r"<w:body>",
    "<w:p><w:r><w:t>{}</w:t></w:r></w:p>",
    "word/media/",
    400_000,
)
_PPTX = _office("office/*.pptx", r"ppt/slides/slide\d+\.xml", r"<a:t>", "{} ", "ppt/media/", 1_500_000)
_ODT = _office(
    "office/*.odt", r"content\.xml", r"<office:text[^>]*>", "<text:p>{}</text:p>", "Pictures/", 200_000
)
_EPUB = _office(
    "epub/*.epub", r"(?i).+\.x?html", r"<body[^>]*>", "<p>{}</p>", "EPUB/images/", 300_000, is_everywhere=True
)
_KINDS: dict[str, tuple[int, bool, Callable[[random.Random, Made], bytes]]] = {
    "pdf": (220, True, _pdf),
    "docx": (180, True, _DOCX),
    "pptx": (150, True, _PPTX),
    "odt": (40, True, _ODT),
    "epub": (30, True, _EPUB),
    "md": (150, True, _markdown),
    "jpg": (130, False, _jpg),
    "wav": (30, False, _wav),
    "mp3": (30, False, _mp3),
    "mp4": (40, False, _mp4),
}
