"""What is announced of reported problems. Ids, the title and the words to be told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemReported:
    """An item was reported that had no open case: librarians of its place are to look at it."""

    case_uuid: str
    title: str


@dataclass(frozen=True, slots=True)
class CaseClosed:
    """A case ended; `state` is settled, rejected or recalled, `answer` what the reporters are told."""

    case_uuid: str
    item_uuid: str
    title: str
    state: str
    answer: str


@dataclass(frozen=True, slots=True)
class AuthorAsked:
    """A librarian told the owner of a reported item something; `moment` tells one time from the next."""

    case_uuid: str
    item_uuid: str
    title: str
    owner: str
    note: str
    moment: str
