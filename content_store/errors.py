"""The store's own error families.

Each carries a stable `code` and `params`, so that an application can say the same thing in the
reader's language; `message` is the English sentence, and says what to do next.
"""

from __future__ import annotations


class StoreError(Exception):
    """Something the store refuses or cannot do, told in a way a person can act on."""

    default_code = "store-error"
    default_message = "The content store could not do this. Try again, or tell the administrator."

    def __init__(self, message: str | None = None, *, code: str | None = None, **params: object) -> None:
        """Take the sentence for people, the code for programs and the values named in the sentence."""
        self.code: str = code or self.default_code
        self.message: str = message or self.default_message
        self.params: dict[str, object] = params
        super().__init__(self.message)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        """Survive the way from a child process, where formats are inspected."""
        return (_revive, (type(self), self.message, self.code, self.params))


def _revive(kind: type[StoreError], message: str, code: str, params: dict[str, object]) -> StoreError:
    return kind(message, code=code, **params)


class ItemNotFound(StoreError):
    """There is no such item, version, file or collection."""

    default_code = "item-not-found"
    default_message = "There is no such item. Check the address, or search the library for it."


class BadCursor(StoreError):
    """The place behind which a list shall go on is none that we gave out; every list refuses it alike."""

    default_code = "bad-cursor"
    default_message = "This page address is not valid. Start from the first page."


class NotPermitted(StoreError):
    """The item exists, but its license or audience does not allow this."""

    default_code = "not-permitted"
    default_message = "The license or audience of this item does not allow this. Ask its owner."


class RefusedFile(StoreError):
    """A file that is empty, damaged, hostile or not what it claims to be."""

    default_code = "refused-file"
    default_message = "This file cannot be accepted. Open it on your computer, save it again, and retry."


class TooLarge(RefusedFile):
    """A file, or the whole upload, is over the limit."""

    default_code = "too-large"
    default_message = "This is larger than the limit. Choose a smaller file, or compress it first."


class BlobMissing(StoreError):
    """A stored file is not where its record says."""

    default_code = "blob-missing"
    default_message = "A stored file is missing. Tell the administrator to run `verify` and restore a backup."


class BlobDamaged(StoreError):
    """A stored file no longer has the bytes it was stored with."""

    default_code = "blob-damaged"
    default_message = "A stored file is damaged. Tell the administrator to run `verify` and restore a backup."


class Conflict(StoreError):
    """Someone else changed the same thing first, or it is in the wrong state for this."""

    default_code = "conflict"
    default_message = "This was changed meanwhile. Load it again and repeat what you did."


class LinkExpired(StoreError):
    """A signed link is over, or was never signed by us."""

    default_code = "link-expired"
    default_message = "This link has expired. Open the lesson again to get a new one."
