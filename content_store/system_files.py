"""Files that systems and office programs leave beside the work of people: nobody means to put them in. Pure.

The browser's upload leaves out the same names (`lms/assets/js/upload.js`, `isSystemFile`).
"""

from __future__ import annotations

_NAMES = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini"})


def is_system_file(path: str) -> bool:
    """Whether a path, `/` between its parts, is that of a hidden file, a picture cache, a lock, or lies in `__MACOSX`."""
    parts = path.split("/")
    return (
        any(part.startswith(".") or part == "__MACOSX" for part in parts)
        or parts[-1].startswith("~$")
        or parts[-1].lower() in _NAMES
    )
