"""`Idempotency-Key`: a program that got no answer asks again with the same key, and the deed is done once.

What was answered is kept for a day. Two requests with one key at the same moment: the later one is told to wait.
A deed that goes through `write_once` and its answer are one transaction: whoever dies has done both or neither.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from flask import g, make_response, request
from sqlalchemy import JSON, String, delete
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.wrappers import Response

from lms.core.clock import now
from lms.core.db import Base, db, write
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import _, _l
from lms.core.insertion import insert_if_new
from lms.core.jobs import job
from lms.core.schedule import every
from lms.core.web import actor

View = TypeVar("View", bound=Callable[..., Any])
Made = TypeVar("Made")
KEPT = timedelta(days=1)
GIVEN_UP = timedelta(minutes=2)  # then whoever began it has died
LONGEST = 255
KEPT_HEADERS = ("Location", "ETag")


class ApiReply(Base):
    """The answer to one deed by one key; status 0 while it is being done."""

    __tablename__ = "api_reply"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    request_digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(default=0)
    body: Mapped[str | None]
    headers: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)


class StillBusy(Conflict):
    """The same deed is being done at this moment."""

    code = "still_busy"
    default = _l("The same request is being worked on. Ask again in a few seconds.")
    headers = {"Retry-After": "5"}


class KeyUsed(Invalid):
    """The key stands for another request."""

    code = "key_used"


def repeatable(view: View) -> View:
    """Decorate a POST of the API that may be asked again with the same `Idempotency-Key`."""

    @wraps(view)
    def once(*args: Any, **values: Any) -> Response:
        given = request.headers.get("Idempotency-Key")
        if given is None:
            return make_response(view(*args, **values))
        if not given.strip() or len(given) > LONGEST:
            raise Invalid({"Idempotency-Key": _("Send a key of 1 to 255 letters.")})
        key = _digest(str(actor().uuid), given)
        asked = _digest(request.method, request.full_path, request.get_data().hex())
        moment = now()
        kept = _begin(key, asked, moment)
        if kept is not None:
            return kept
        g.repeated = (key, moment)
        try:
            answer = make_response(view(*args, **values))
        except BaseException:
            _settle(key, None)
            raise
        _settle(key, answer if answer.status_code < 400 else None)
        return answer

    return cast(View, once)


def write_once(deed: Callable[[], Made], tell: Callable[[Made], Response]) -> Response:
    """Do a deed in one `write()` and return what is told of it. Raises StillBusy where another worker took over.

    With a key the answer is put together and kept before the commit; without one after it, when nobody waits for us.
    """
    repeated: tuple[str, datetime] | None = g.get("repeated")
    with write():
        made = deed()
        if repeated is not None:
            db.session.flush()
            answer = tell(made)
            row = db.session.get(ApiReply, repeated[0], populate_existing=True, with_for_update=True)
            if row is None or row.status or row.created_at != repeated[1]:
                raise StillBusy()
            _keep(row, answer)
    return tell(made) if repeated is None else answer


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _begin(key: str, asked: str, moment: datetime) -> Response | None:
    """Note that the deed begins; return what was answered when it was done before. Raises StillBusy, KeyUsed."""
    with write():
        values = {"request_digest": asked, "status": 0, "headers": {}, "created_at": moment}
        if insert_if_new(ApiReply, key=key, **values):
            return None
        row = db.session.get_one(ApiReply, key, populate_existing=True, with_for_update=True)
        if row.created_at < moment - (KEPT if row.status else GIVEN_UP):
            for name, value in values.items():
                setattr(row, name, value)
            return None
        if row.request_digest != asked:
            raise KeyUsed({"Idempotency-Key": _("This key was used for another request. Make a new one.")})
        if not row.status:
            raise StillBusy()
        answer = Response(row.body or "", row.status, row.headers, content_type="application/json")
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _settle(key: str, answer: Response | None) -> None:
    """Keep what was answered, or forget a deed that was refused: it may be tried again. What is kept stays."""
    db.session.rollback()
    with write():
        if answer is None:
            db.session.execute(delete(ApiReply).where(ApiReply.key == key, ApiReply.status == 0))
            return
        row = db.session.get(ApiReply, key, populate_existing=True)
        if row is not None and not row.status:
            _keep(row, answer)


def _keep(row: ApiReply, answer: Response) -> None:
    row.status, row.body = answer.status_code, answer.get_data(as_text=True)
    row.headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}


@job("forget_replies")
def forget_replies() -> None:
    """Delete the answers that are older than a day."""
    with write():
        old = delete(ApiReply).where(ApiReply.created_at < now() - KEPT)
        db.session.execute(old.execution_options(synchronize_session=False))


every("forget_replies", minutes=24 * 60)
