"""Files made for these tests, and the real material when it is there."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from content_store.formats import Inspection, inspect

_ROOT = Path(__file__).resolve().parents[3]
Write = Callable[[str, bytes], Path]


@pytest.fixture(scope="session")
def samples() -> Path:
    folder = Path(os.environ.get("BENHOC_SAMPLES", _ROOT.parent / "shared" / "samples"))
    if not folder.is_dir():
        pytest.skip(f"no sample material at {folder}: set BENHOC_SAMPLES to a folder that has it")
    return folder


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(name: str, data: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return _write


@pytest.fixture
def look(write: Write) -> Callable[[str, bytes], Inspection]:
    """Inspect bytes under a name."""
    return lambda name, data: inspect(write("upload", data), name)


def zipped(parts: dict[str, bytes | str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()


@pytest.fixture(name="zipped")
def _zipped() -> Callable[[dict[str, bytes | str]], bytes]:
    return zipped
