"""Pictures inside documents, as small `data:` addresses."""

from __future__ import annotations

import base64

from content_store.formats.pictures import thumbnail_of
from content_store.formats.values import Limits

_PICTURES_BYTES = 500_000


class EmbeddedPictures:
    """Pictures as small `data:` addresses, as long as the budget of one document lasts."""

    def __init__(self, limits: Limits) -> None:
        """Start with the whole budget."""
        self._limits = limits
        self._left = _PICTURES_BYTES
        self.first: bytes | None = None
        self.left_out = False

    def address(self, data: bytes) -> str:
        """A `data:` address, or '' when it is unreadable or there is no room (the alt text then stands)."""
        small = thumbnail_of(data, self._limits)
        if small is None or len(small) > self._left:
            self.left_out = True
            return ""
        self.first = self.first or small
        self._left -= len(small)
        return "data:image/webp;base64," + base64.b64encode(small).decode()
