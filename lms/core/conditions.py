"""Conditions of requests (RFC 9110): a reader who has it already, and a writer who must not overwrite another."""

from __future__ import annotations

import hashlib

from flask import make_response, request
from werkzeug.wrappers import Response

from lms.core.errors import Conflict, Refusal
from lms.core.i18n import _l


class Stale(Conflict):
    """`If-Match` names a state that is no more."""

    status, code = 412, "stale"
    default = _l("It was changed meanwhile. Read it again, then repeat your change with its new ETag.")


class ConditionNeeded(Refusal):
    """A change without `If-Match` could overwrite what another one wrote."""

    status, code = 428, "condition_needed"
    default = _l("Send If-Match with the ETag that you read, so that no change of others is lost.")


def make_tag(*parts: object) -> str:
    """Return the strong ETag, without quotes, of a state that is told by `parts`."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:32]


def with_tag(response: Response, tag: str) -> Response:
    """Give an answer its ETag; who has it already is told so with 304 and no body."""
    answer = make_response(response)
    answer.set_etag(tag)
    answer.make_conditional(request)
    return answer


def has_already(tag: str) -> bool:
    """Tell whether `If-None-Match` names this state, before anything is put together."""
    return request.if_none_match.contains_weak(tag)


def need_match(tag: str) -> None:
    """Raise ConditionNeeded without `If-Match`, Stale where it names another state than `tag`."""
    if "If-Match" not in request.headers:
        raise ConditionNeeded()
    if not request.if_match.contains(tag):
        raise Stale()
