"""Safe file names out of whatever a browser, a zip or an attacker sends. Pure."""

from __future__ import annotations

import re
import unicodedata

LONGEST_BYTES = 200
LONGEST_PATH = 4000
LONGEST_FOLDER = 500
MOST_FOLDERS = 12
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_DRIVE = re.compile(r"[A-Za-z]:|")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def clean_filename(name: str) -> str:
    """A basename in NFC that is harmless on every system and reads as it is spelled.

    Folders are cut off; control and format characters go, because a right-to-left override makes
    `exe.pdf` out of `fdp.exe`; an over-long name keeps its suffix.
    """
    name = _harmless(unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1])
    if not name:
        return "file"
    if _RESERVED.match(name):
        name = f"_{name}"
    return _shorten(name)


def folder_of(path: str) -> str | None:
    """The folders that a file lay in, out of its path below the chosen one: harmless names with `/` between.

    Steps up and drives go; of a very deep path the folders nearest to the file stay. None where there are none.
    """
    given = unicodedata.normalize("NFC", path[-LONGEST_PATH:]).replace("\\", "/").split("/")[:-1]
    steps = [step for step in given if not _DRIVE.fullmatch(step.strip())]
    names = [_shorten(name) for step in steps if (name := _harmless(step))][-MOST_FOLDERS:]
    while len("/".join(names)) > LONGEST_FOLDER:
        del names[0]
    return "/".join(names) or None


def _harmless(name: str) -> str:
    name = "".join(" " if unicodedata.category(c) == "Zs" else c for c in name)
    name = "".join(
        c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    )
    name = unicodedata.normalize("NFC", name)  # an unseen letter may have kept a mark from its base
    return re.sub(r"\s+", " ", _FORBIDDEN.sub("_", name)).strip(" .")


def file_suffix(name: str) -> str:
    """The last suffix in lower case with its dot, or an empty string."""
    _, dot, suffix = name.rpartition(".")
    return f".{suffix.lower()}"[:16] if dot and suffix else ""


def title_from_filename(name: str) -> str:
    """A first guess at a title: the name without suffix, its separators turned into spaces."""
    stem = name[: -len(file_suffix(name))] if file_suffix(name) else name
    return re.sub(r"[\s_]+", " ", stem.replace("-", " ") if " " not in stem else stem).strip() or name


def _shorten(name: str) -> str:
    if len(name.encode()) <= LONGEST_BYTES:
        return name
    suffix = file_suffix(name)
    room = LONGEST_BYTES - len(suffix.encode())
    return name.encode()[:room].decode(errors="ignore").rstrip(" .") + suffix
