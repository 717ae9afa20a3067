"""`/oai`: requests by GET and by POST, answered by OAI-PMH 2.0."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from content_store.http.place import pack, place_of
from content_store.http.records import answer_harvester

LARGEST_FORM = 64 * 1024
FORM = "application/x-www-form-urlencoded"


async def oai(request: Request) -> Response:
    """One request of a harvester; a form is as long as a request can be, and no longer."""
    pairs = list(request.query_params.multi_items())
    if request.method == "POST":
        body = b""
        async for piece in request.stream():
            body += piece
            if len(body) > LARGEST_FORM:
                return Response(status_code=413)
        is_form = request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True) if is_form else []
    document = await run_in_threadpool(answer_harvester, place_of(request), pairs)
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Encoding"}
    return pack(request, Response(document, media_type="text/xml; charset=utf-8", headers=headers))


ROUTES = [Route("/oai", oai, methods=["GET", "POST"])]
