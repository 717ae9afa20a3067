"""ZIP files with one fixed date, so the same content is the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

FIXED_DATE = (2026, 1, 5, 8, 0, 0)
THUMBNAIL = "docProps/thumbnail.jpeg"


def make_zip(entries: Iterable[tuple[str, bytes]], stored: frozenset[str] = frozenset()) -> bytes:
    """Pack the entries in the given order; names in `stored` are not compressed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in entries:
            info = zipfile.ZipInfo(name, FIXED_DATE)
            info.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return out.getvalue()


def with_fixed_dates(data: bytes, thumbnail: bytes) -> bytes:
    """The same office file, every entry dated alike and the template's thumbnail replaced by ours."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        return make_zip([(name, thumbnail if name == THUMBNAIL else archive.read(name)) for name in names])
