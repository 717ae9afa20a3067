"""Files that hold right answers: that of a lesson, whether it is what an item is about or hangs on another one.

Whatever the license lets everybody do, such a file goes to the owner and to those who teach only; of the others'
files nothing changes. What is held back is not described either: a name and a digest already tell too much.
"""

from __future__ import annotations

from collections.abc import Collection as Several
from uuid import UUID

from content_store.errors import ItemNotFound, NotPermitted
from content_store.models import Version, VersionFile
from content_store.rights import verdict

STAFF = "staff"
CODE = "holds-answers"


def holds_answers(file: VersionFile) -> bool:
    """Whether right answers stand in the file."""
    return file.format == "lesson"


def is_held_back(version: Version, file: VersionFile, audiences: Several[str]) -> bool:
    """Whether a file of a version is kept from someone with these tokens, who may download the version."""
    return holds_answers(file) and STAFF not in audiences and version.item.owner not in audiences


def get_open_file(version: Version, file_uuid: UUID, audiences: Several[str]) -> VersionFile:
    """A file of a version that someone with these tokens may download. Raises ItemNotFound, NotPermitted."""
    file = next((one for one in version.files if one.uuid == file_uuid), None)
    if file is None:
        raise ItemNotFound(file=str(file_uuid))
    if is_held_back(version, file, audiences):
        raise NotPermitted(verdict(CODE).sentence, code=CODE)
    return file
