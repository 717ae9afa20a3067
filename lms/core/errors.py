"""The four families of refusal. Services raise them; the edges map each once to HTML, JSON and an exit code."""

from collections.abc import Mapping
from typing import ClassVar

from lms.core.i18n import LazyText, _l


class Refusal(Exception):
    """Something a person asked for cannot be done, for a reason that person can be told.

    `message` is shown as it is: translated, and saying what to do next. It never carries personal data.
    """

    status: ClassVar[int] = 400
    exit_code: ClassVar[int] = 1
    code: ClassVar[str] = "refused"
    default: ClassVar[LazyText | str] = _l("This cannot be done. Go back and try again.")
    headers: ClassVar[Mapping[str, str]] = {}  # what the answer over HTTP must say besides

    def __init__(self, message: LazyText | str | None = None, **params: object) -> None:
        self.message = message if message is not None else self.default
        self.params = params
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.message)


class NotFound(Refusal):
    """The thing is not there, or must not be known to be there."""

    status, exit_code, code = 404, 4, "not_found"
    default = _l("This page is not here. Check the address, or start again from the front page.")


class NotAllowed(Refusal):
    """The actor may know of the thing but may not do this to it."""

    status, exit_code, code = 403, 5, "not_allowed"
    default = _l("Your account may not do this. Ask your school's administrator if you need it.")


class Invalid(Refusal):
    """Input does not make sense; `fields` says where. Nothing was changed."""

    status, exit_code, code = 422, 6, "invalid"
    default = _l("Some fields need another look. Nothing was lost.")

    def __init__(
        self, fields: Mapping[str, LazyText | str] | None = None, message: LazyText | str | None = None
    ) -> None:
        self.fields: dict[str, LazyText | str] = dict(fields or {})
        super().__init__(message)


class Conflict(Refusal):
    """The thing has moved on since it was read, or its state forbids this."""

    status, exit_code, code = 409, 7, "conflict"
    default = _l("Someone changed this meanwhile. Load the page again and repeat your change.")


class TooMany(Refusal):
    """A rate limit was reached; `retry_s` says for how many seconds."""

    status, exit_code, code = 429, 8, "too_many"
    default = _l("Too many tries. Wait a minute, then try again.")

    def __init__(self, retry_s: int = 60, message: LazyText | str | None = None) -> None:
        self.retry_s = retry_s
        super().__init__(message)
