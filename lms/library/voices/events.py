"""What is announced of comments. Ids, the title and the text of the moment: whoever listens asks for no row."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CommentWritten:
    """Somebody commented on an item of `owner`, or answered somebody: `answered` is the account that is answered."""

    comment_uuid: str
    item_uuid: str
    title: str
    by: int
    owner: str
    answered: int | None


@dataclass(frozen=True, slots=True)
class WordsHidden:
    """A librarian hid what somebody said of an item; `moment` tells one time from the next."""

    uuid: str
    item_uuid: str
    title: str
    reason: str
    writer: int
    moment: str
