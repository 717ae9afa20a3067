"""What an address asks for: the search in it, and the language of its reader. Anything unknown is passed over."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request

from content_store.http.shelf import FACETS, Asked
from content_store.rights.uses import license_ids
from content_store.search import Sort
from content_store.search.cursors import LONGEST_CURSOR

LANGUAGES = ("vi", "en")
LONGEST_QUERY, MOST_VALUES, LONGEST_CAME = 300, 40, 8000
SORTS: dict[str, Sort] = {"relevance": "relevance", "newest": "newest", "title": "title"}


def read_search(query: QueryParams) -> Asked:
    """The search of an address."""
    chosen = {}
    for name in FACETS:
        values = tuple(dict.fromkeys(value[:40] for value in query.getlist(name)[:MOST_VALUES] if value))
        if values:
            chosen[name] = values
    filters = {name: frozenset(values) for name, values in chosen.items() if name != "license"}
    if uses := chosen.get("license"):
        filters["license"] = license_ids(uses) or frozenset({"none"})
    return Asked(
        q=" ".join(query.get("q", "").replace("\x00", "").split())[:LONGEST_QUERY],
        chosen=chosen,
        filters=filters,
        sort=SORTS.get(query.get("sort", ""), "relevance"),
        after=query.get("after", "")[:LONGEST_CURSOR] or None,
    )


def search_address(asked: Asked, *, language: str | None, **changes: str | None) -> str:
    """The address of a search, with changes; its page is left out unless it is among them."""
    values: list[tuple[str, str]] = [("q", asked.q)] if asked.q else []
    values += [(name, value) for name, given in asked.chosen.items() for value in given]
    said = {"sort": None if asked.sort == "relevance" else asked.sort, "lang": language, **changes}
    values += [(name, value) for name, value in said.items() if value]
    return "/library" + (f"?{urlencode(values)}" if values else "")


def search_told(asked: Asked) -> str:
    """The search and its page as one argument, so that an item's page finds its way back to them; '' for no search."""
    return search_address(asked, language=None, after=asked.after).partition("?")[2]


def came_from(query: QueryParams) -> Asked | None:
    """The search that a reader of an item came from. It is read anew, so it leads to a search of ours or nowhere."""
    told = query.get("from", "")[:LONGEST_CAME]
    asked = read_search(QueryParams(told)) if told else None
    return asked if asked is not None and search_told(asked) else None


def chosen_language(request: Request) -> str | None:
    """The language that the address names, to be kept in every link of the page."""
    asked = request.query_params.get("lang")
    return asked if asked in LANGUAGES else None


def language_of(request: Request) -> str:
    """The reader's language: as the address says, else as the browser does, else Vietnamese."""
    if asked := chosen_language(request):
        return asked
    wanted: list[tuple[float, str]] = []
    for place, part in enumerate(request.headers.get("accept-language", "")[:200].split(",")):
        code, _, weight = part.partition(";q=")
        name = code.strip().lower().partition("-")[0]
        if name in LANGUAGES:
            wanted.append((_weight(weight) - place / 1000, name))
    return max(wanted)[1] if wanted else "vi"


def _weight(text: str) -> float:
    try:
        return float(text.strip() or "1")
    except ValueError:
        return 0.0
