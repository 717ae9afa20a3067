"""The page of one's own tokens for programs."""

from __future__ import annotations

from uuid import UUID

from flask import make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.clock import now
from lms.core.db import write
from lms.core.errors import Conflict, Invalid, NotAllowed, Refusal
from lms.core.i18n import _, ngettext
from lms.core.nav import place
from lms.core.rates import client_address, limit_rate
from lms.core.web import actor, see_other, settings, toast
from lms.people import services
from lms.people.access import signed_in
from lms.people.api_scopes import find_scopes, list_scopes
from lms.people.api_token_queries import list_own_tokens, may_have_tokens, most_days
from lms.people.blueprint import bp

Page = str | tuple[str, int] | Response
DAYS = (7, 30, 90, 180, 365)
place(f"{bp.name}.tokens", "any", "me")


@bp.get("/account/tokens")
@signed_in()
def tokens() -> Page:
    """List one's own tokens, and offer to make one."""
    return _page()


@bp.post("/account/tokens")
@signed_in()
def make_token() -> Page:
    """Make a token, by the password, and show it once."""
    who = actor()
    limit_rate("make_token", "20/10minute", who.user_id, client_address())
    days = request.form.get("days", "")
    try:
        services.confirm_own_password(who, request.form.get("password", "")[:1000])
        with write():
            token, text = services.make_api_token(
                who,
                name=request.form.get("name", "")[:200],
                scopes=request.form.getlist("scopes")[:20],
                days=int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
            )
    except (Invalid, Conflict) as error:
        return _page(error), error.status
    page = render_template(
        "people/token_made.html",
        page_title=_("Your new token"),
        token=token,
        text=text,
        scopes=find_scopes(token.scopes),
        example=f"{settings().base_url}/api/v1/library/items",
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/account/tokens/<uuid:token_uuid>/revoke")
@signed_in()
def revoke_token(token_uuid: UUID) -> Response:
    """End one of one's own tokens."""
    with write():
        token = services.revoke_api_token(actor(), token_uuid)
    toast(_("The token “%(name)s” no longer works.", name=token.name))
    return see_other(url_for("people.tokens"))


def _page(error: Refusal | None = None) -> str:
    who = actor()
    if not may_have_tokens(who):
        raise NotAllowed()
    longest, offered = most_days(who), list_scopes(who)
    fields = error.fields if isinstance(error, Invalid) else {}
    return render_template(
        "people/tokens.html",
        page_title=_("Tokens for programs"),
        rows=[
            (token, find_scopes(token.scopes), token.expires_at <= now()) for token in list_own_tokens(who)
        ],
        is_allowed=longest > 0,
        scopes=[(scope.key, scope.label) for scope in offered],
        days=[
            (str(number), ngettext("%(num)d day", "%(num)d days", number))
            for number in sorted({min(one, longest) for one in DAYS})
        ],
        errors={name: str(text) for name, text in fields.items()},
        problem="" if error is None else str(error),
        typed=request.form,
        chosen=request.form.getlist("scopes") if error else [],
    )
