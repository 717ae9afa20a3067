"""The files of a version that a reader may keep a copy of: as its license has it, without those that hold right answers."""

from __future__ import annotations

from uuid import UUID

from content_store.answers import CODE, holds_answers
from content_store.models import Version, VersionFile
from lms.core.actor import Actor
from lms.core.errors import NotAllowed, NotFound
from lms.library.queries import file_link, may_have_answers, may_use
from lms.library.refusal_words import VERDICTS


def list_open_files(actor: Actor, version: Version) -> list[VersionFile]:
    """Return the files of a version that the actor may keep a copy of."""
    if not may_use(actor, version, "download").allowed:
        return []
    has_answers = may_have_answers(actor, version)
    return [file for file in version.files if has_answers or not holds_answers(file)]


def get_download_link(actor: Actor, version: Version, file_uuid: UUID) -> str:
    """Return an address to keep a copy of a file of this version. Raises NotAllowed saying why not, NotFound."""
    judged = may_use(actor, version, "download")
    if not judged.allowed:
        raise NotAllowed(VERDICTS[judged.code])
    file = next((one for one in version.files if one.uuid == file_uuid), None)
    if file is None:
        raise NotFound()
    if holds_answers(file) and not may_have_answers(actor, version):
        raise NotAllowed(VERDICTS[CODE])
    return file_link(file, download=True)
