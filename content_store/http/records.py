"""Items for other repositories: metadata in the words of others, citations, and the harvesters' door."""

from __future__ import annotations

import json
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from content_store.engines import stamp_all, writing
from content_store.http import shelf
from content_store.http.place import ITEMS, Place, number_in, place_of, send, uuid_in
from content_store.metadata import citations
from content_store.metadata.dublin_core import to_oai_dc
from content_store.metadata.facts import Facts
from content_store.metadata.lom import to_lom
from content_store.metadata.lrmi import to_lrmi
from content_store.metadata.xml_text import to_bytes
from content_store.oai import stamping
from content_store.oai.answering import answer_request

_KINDS = {
    "lom": ("application/xml", ""),
    "dublin_core": ("application/xml", ""),
    "json_ld": ("application/ld+json", ""),
    "bibtex": ("application/x-bibtex", "bib"),
    "ris": ("application/x-research-info-systems", "ris"),
}


def record(request: Request) -> Response:
    """An item in one of the vocabularies; a citation is kept as a file."""
    kind, place = request.path_params["kind"], place_of(request)
    if kind not in _KINDS:
        raise HTTPException(404)
    with place.shelf.open() as store:
        number = number_in(request.query_params.get("version"))
        version = shelf.get_item(store, uuid_in(request, "item_uuid"), number)
        facts = place.facts(version)
    media_type, ending = _KINDS[kind]
    named = {"Content-Disposition": f'attachment; filename="{version.item.uuid}.{ending}"'} if ending else {}
    return send(request, _write(place, kind, facts), f"{media_type}; charset=utf-8", **named)


def _write(place: Place, kind: str, facts: Facts) -> bytes:
    if kind == "lom":
        return to_bytes(to_lom(facts))
    if kind == "dublin_core":
        return to_bytes(to_oai_dc(facts))
    if kind == "json_ld":
        told = to_lrmi(facts.metadata, url=facts.url, media_type=facts.media_type, date=facts.changed_at)
        return json.dumps(told, ensure_ascii=False).encode()
    if kind == "bibtex":
        key = f"item-{facts.identifier.rpartition(':')[2]}"
        return citations.to_bibtex(facts, key=key, site_name=place.name).encode()
    return citations.to_ris(facts, site_name=place.name).encode()


def answer_harvester(place: Place, pairs: list[tuple[str, str]]) -> bytes:
    """The document for a harvester. There is no worker here: what waits for its stamp gets it now."""
    engine = place.shelf.engine
    with place.shelf.open() as store:
        if stamping.has_changes(store.session):
            store.session.rollback()
            stamp_all(engine)
        return answer_request(partial(writing, engine), store.session, place.repository(), pairs)


ROUTES = [Route(f"{ITEMS}/{{item_uuid}}/metadata/{{kind}}", record)]
