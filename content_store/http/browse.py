"""The pages for people: a search, an item, a refusal. In Vietnamese and English, without a script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from content_store import rights, taxonomy
from content_store.answers import CODE
from content_store.http import shelf
from content_store.http.asking import (
    LANGUAGES,
    came_from,
    chosen_language,
    language_of,
    read_search,
    search_address,
    search_told,
)
from content_store.http.boxes import groups_of, label_of
from content_store.http.place import Place, number_in, place_of, send, uuid_in
from content_store.http.places import number_at, place_address
from content_store.http.reading import stage_of
from content_store.http.words import place_words, say
from content_store.links import served_disposition
from content_store.listings import size_text
from content_store.metadata import citations
from content_store.models import Version, VersionFile

HERE = Path(__file__).parent
PAGES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
STATIC = {
    "/style.css": ((HERE / "static" / "style.css").read_bytes(), "text/css; charset=utf-8"),
    "/icon.svg": ((HERE / "static" / "icon.svg").read_bytes(), "image/svg+xml"),
}
POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data: {origin}",
        "media-src 'self' {origin}",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SORTS = (("relevance", "Best match"), ("newest", "Newest"), ("title", "Title"))


def home(request: Request) -> Response:
    """The front door leads to the search."""
    return RedirectResponse("/library", 302)


def search_page(request: Request) -> Response:
    """What is found, with boxes to narrow it; without words the newest."""
    asked, language = read_search(request.query_params), language_of(request)
    kept, came = chosen_language(request), search_told(asked)
    place = place_of(request)
    with place.shelf.open() as store:
        page = shelf.search(store, asked)
        rows = [
            {
                "url": item_address(found.version, kept, came=came),
                "title": found.title,
                "passage": (passage := next(iter(found.passages), None)),
                "where": place_words(language, passage.place) if passage else "",
                "place_url": item_address(found.version, kept, came=came, locator=passage.place)
                if passage and passage.place and store.may_use(found.version, shelf.READERS, "view").allowed
                else None,
                "facts": facts_line(found.version, language),
                "preview": place.preview_url(found.version),
            }
            for found in page.rows
        ]
    return draw(
        request,
        "search.html",
        page=page,
        rows=rows,
        asked=asked,
        groups=groups_of(page.facets, asked, language),
        sorts=_SORTS,
        kept=kept,
        more=search_address(asked, language=kept, after=page.next) if page.next else None,
        clear=search_address(shelf.Asked(q=asked.q), language=kept),
        meant_url=search_address(replace(asked, q=page.instead, after=None), language=kept)
        if page.instead
        else None,
    )


def item_page(request: Request) -> Response:
    """One item: what it is, what may be done with it, its files and its versions."""
    language, kept = language_of(request), chosen_language(request)
    place, query = place_of(request), request.query_params
    search = came_from(query)
    came = search_told(search) if search else ""
    address = partial(item_address, kept=kept, came=came)
    with place.shelf.open() as store:
        version = shelf.get_item(store, uuid_in(request, "uuid"), number_in(query.get("version")))
        return draw(
            request,
            "item.html",
            version=version,
            versions=shelf.list_versions(store, version),
            stage=stage_of(store, version, language, page=number_at(query, "page")),
            starts_at=number_at(query, "t"),
            view_url=place.view_url,
            language_name=partial(label_of, "language", language=language),
            place_name=partial(place_words, language),
            date=partial(date_text, language),
            facts=facts_line(version, language),
            words=rights.plain_words(version.license_id, language),
            attribution=version.attribution(language),
            citation=citations.to_plain(place.facts(version), site_name=place.name),
            canonical=place.item_url(version),
            records=place.record_urls(version),
            preview=place.preview_url(version),
            files=_file_rows(place, shelf.list_files(store, version), language),
            holds_answers=store.may_use(version, shelf.READERS, "download").code == CODE,
            alike=[] if version.recall else place.shelf.list_alike(store, version),
            back=search_address(search, language=kept, after=search.after) if search else None,
            shown_url=address(version, is_shown=True),
            item_address=address,
        )


def static(request: Request) -> Response:
    """The style sheet, or the icon."""
    body, media_type = STATIC[request.url.path]
    return send(request, body, media_type, **{"Cache-Control": "public, max-age=300"})


def draw(request: Request, name: str, *, status: int = 200, **values: Any) -> Response:
    """A page, under a policy that lets nothing run."""
    language, place = language_of(request), place_of(request)
    given = [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]
    html = PAGES.get_template(name).render(
        language=language,
        say=partial(say, language),
        name=place.name,
        home_url="/library" + (f"?lang={kept}" if (kept := chosen_language(request)) else ""),
        others=[
            (code, label, "?" + urlencode([*given, ("lang", code)]))
            for code, label in (("vi", "Tiếng Việt"), ("en", "English"))
            if code in LANGUAGES
        ],
        **values,
    )
    headers = {
        "Content-Security-Policy": POLICY.format(origin=place.shelf.blobs.origin() or "").strip(),
        "Content-Language": language,
    }
    answer = send(request, html.encode(), "text/html; charset=utf-8", vary="Accept-Language", **headers)
    answer.status_code = status if answer.status_code == 200 else answer.status_code
    return answer


def _file_rows(
    place: Place, files: Sequence[VersionFile], language: str
) -> list[tuple[VersionFile, str, str, bool]]:
    """Each file with its address and size, and whether a browser shows it in place."""
    return [
        (
            file,
            place.file_url(file),
            size_text(file.size, language),
            served_disposition(file.media_type, "inline", sandboxed=True) == "inline",
        )
        for file in files
    ]


def item_address(
    version: Version,
    kept: str | None,
    *,
    is_shown: bool = False,
    came: str = "",
    locator: str = "",
    page: int = 0,
) -> str:
    """The address of a version (or of the shown one) on this site, in the language that was chosen.

    `came` is the search that its reader comes from, `locator` a place in it as the index calls it.
    """
    is_shown = is_shown or version.number == version.item.shown_number
    at, anchor = place_address(f"page {page}" if page else locator)
    said: dict[str, str | None] = {
        "version": None if is_shown else str(version.number),
        "lang": kept,
        **at,
        "from": came,
    }
    asked = urlencode({key: value for key, value in said.items() if value})
    return f"/library/{version.item.uuid}{asked and '?'}{asked}{anchor and '#'}{anchor}"


def date_text(language: str, moment: datetime) -> str:
    """A day as people write it."""
    day = moment.astimezone(UTC)
    if language == "vi":
        return f"{day.day}/{day.month}/{day.year}"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def facts_line(version: Version, language: str) -> list[str]:
    """Type, playing time, authors, subject and grades, license: one short line."""
    grades = ", ".join(taxonomy.grade_label(grade, language) for grade in version.grades[:4])
    subject = taxonomy.facet_label("subject", version.subject, language) if version.subject else ""
    minutes = (
        f"{max(1, round(version.duration_s / 60))} {say(language, 'minutes')}" if version.duration_s else ""
    )
    facts = (
        taxonomy.facet_label("type", version.type, language),
        minutes,
        ", ".join(version.authors[:2]),
        ", ".join(part for part in (subject, grades) if part),
        version.license.label(language),
    )
    return [fact for fact in facts if fact]


ROUTES: list[Route] = [
    Route("/", home),
    *(Route(path, static) for path in STATIC),
    Route("/library", search_page),
    Route("/library/{uuid}", item_page),
]
