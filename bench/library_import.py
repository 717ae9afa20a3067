"""What putting in a thousand files costs: 1 GB from a folder, by the command, with the memory of its process.

Half the bytes are pictures of noise that no store can press together, the rest are lessons as text; the most resident
memory of the command and of the children that read files is taken from the kernel. Linux only.
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Figure, is_asked

FILES = 1000
TOTAL = 1_000_000_000
PICTURES = 200
NAMES = ("library.import_1000.s", "library.import_1000.peak_rss_mb")
WORDS = [
    "phân",
    "số",
    "bằng",
    "nhau",
    "rút",
    "gọn",
    "bài",
    "học",
    "ví",
    "dụ",
    "lời",
    "giải",
    "hình",
    "vẽ",
    "đường",
    "thẳng",
    "tam",
    "giác",
]


def measure() -> Iterator[Figure]:
    """Yield how long the import took and how much memory its largest process held."""
    if not any(is_asked(name) for name in NAMES):
        return
    with tempfile.TemporaryDirectory(prefix="benhoc-import-") as home:
        folder = Path(home, "files")
        make_files(folder)
        seconds = run_import(Path(home), folder)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    yield Figure(NAMES[0], seconds, "s")
    yield Figure(NAMES[1], peak, "MB")


def make_files(folder: Path) -> None:
    """Write lessons and big pictures, and the table that describes them."""
    folder.mkdir()
    chance = random.Random(1000)
    rows = ["File,Title,Subject,Grades,License"]
    size = TOTAL // PICTURES
    for number in range(FILES):
        if number < PICTURES:
            name = f"{number}.bmp"
            folder.joinpath(name).write_bytes(bitmap(chance.randbytes(size), size))
        else:
            name = f"{number}.md"
            text = " ".join(chance.choices(WORDS, k=600))
            folder.joinpath(name).write_text(f"# Bài {number}\n\n{text}\n", encoding="utf-8")
        rows.append(f"{name},Học liệu {number},Toán,6,CC BY 4.0")
    folder.joinpath("metadata.csv").write_text("\n".join(rows), encoding="utf-8")


def bitmap(noise: bytes, size: int) -> bytes:
    """Return a 24-bit bitmap 1000 pixels wide made of noise."""
    height = size // 3000
    head = b"BM" + (54 + 3000 * height).to_bytes(4, "little") + bytes(4) + (54).to_bytes(4, "little")
    about = (40).to_bytes(4, "little") + (1000).to_bytes(4, "little") + height.to_bytes(4, "little")
    kind = (1).to_bytes(2, "little") + (24).to_bytes(2, "little") + bytes(24)
    return head + about + kind + noise[: 3000 * height]


def run_import(home: Path, folder: Path) -> float:
    """Import the folder with the store's own command; every file is findable when it ends."""
    began = time.monotonic()
    subprocess.run(
        [
            sys.executable,
            "-m",
            "content_store",
            "--database",
            f"sqlite:///{home}/store.db",
            "--storage",
            f"file://{home}/blobs",
            "--search",
            f"whoosh://{home}/index",
            "import",
            str(folder),
        ],
        check=True,
        env=os.environ,
        stdout=subprocess.DEVNULL,
    )
    return time.monotonic() - began
