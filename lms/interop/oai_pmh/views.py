"""`/oai`: the library for harvesters, as strangers may see it."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response

from lms.core.errors import TooMany
from lms.core.rates import client_address, limit_rate
from lms.core.web import csrf
from lms.library.harvest import answer_harvester

bp = Blueprint("oai_pmh", __name__)
RATE = "1200/minute"


@bp.route("/oai", methods=["GET", "POST"])
@csrf.exempt  # it changes nothing, and harvesters bring no token
def oai() -> Response:
    """Answer one request by OAI-PMH 2.0; whoever asks too often is told when to come back, as it says."""
    try:
        limit_rate("oai", RATE, client_address())
    except TooMany as refusal:
        return Response(status=503, headers={"Retry-After": str(refusal.retry_s)})
    given = request.form if request.method == "POST" else request.args
    body = answer_harvester(given.items(multi=True))
    return Response(body, content_type="text/xml; charset=utf-8", headers={"Cache-Control": "no-store"})
