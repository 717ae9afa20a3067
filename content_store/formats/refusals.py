"""Why a file is refused: one table of codes and English sentences, each saying what to do."""

from __future__ import annotations

from content_store.errors import RefusedFile

_SENTENCES = {
    "empty": "The file is empty. Check it on your computer and choose it again.",
    "corrupt": "The file is damaged or not what its name says. Open it, save it again, and retry.",
    "encrypted": "The file is protected by a password. Remove the password and upload it again.",
    "too-slow": "The file takes too long to read. Split it into smaller files and upload those.",
    "too-big-inside": "The file unfolds to far more than its size. Save it again with fewer or smaller parts.",
    "only-text": "There is only text in the file, not what its name says. Give its name the ending .txt, or save it again.",
    "unsafe-names": "The archive holds file names that point outside of it. Make the archive again.",
    "dangerous": "Programs cannot be put into the library. Upload a document, a picture, a video or a page.",
    "unsupported": "This kind of file cannot be read here. Save it in another format and upload that.",
}
CODES = frozenset(_SENTENCES)


def refusal(code: str, **params: object) -> RefusedFile:
    """The error to raise for a code of the table."""
    return RefusedFile(_SENTENCES[code], code=code, **params)
