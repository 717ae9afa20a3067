"""Public pages: the front page, the catalogue, a course's page, enrolling in one press, the site map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import render_template, request, url_for
from markupsafe import escape
from werkzeug.wrappers import Response

from lms.core.addresses import address_of
from lms.core.db import write
from lms.core.i18n import _, _l
from lms.core.nav import NavItem, add_nav_item, place
from lms.core.web import actor, cacheable, see_other, settings, toast
from lms.courses.queries import count_learners, find_enrollment
from lms.courses.services import enroll_self
from lms.lessons.queries import Stop, list_stops
from lms.mooc import open_views, preview_views, queries, search_views, sources_views
from lms.mooc.answers import answer
from lms.mooc.blueprint import bp
from lms.mooc.forms import Asked, default_sort, read_asked
from lms.mooc.labels import (
    AUDIENCE_LABELS,
    LANGUAGE_LABELS,
    PACE_LABELS,
    SORT_LABELS,
    Counts,
    Picks,
    card_facts,
    facet_groups,
    grades_label,
)
from lms.mooc.models import OpenCourse

UNQUOTED = "!$'()*,/:;?@"  # what werkzeug leaves as it is in a query

__all__ = [
    "bp",
    "open_views",
    "preview_views",
    "search_views",
    "sources_views",
]  # loaded for what they register

place("mooc", "any", "explore")
add_nav_item(NavItem("public", "explore", _l("Explore"), "mooc.catalog", "compass", 10))
add_nav_item(NavItem("learner", "explore", _l("Explore"), "mooc.catalog", "compass", 20))
bp.add_app_template_global(card_facts, "card_facts")
bp.add_app_template_global(facet_groups, "catalog_filters")


@bp.get("/")
def front() -> Response | str:
    """The front page: one promise, one search, then the courses."""
    words = _("Open courses and materials made by the city's teachers. No account needed to start.")
    return _catalog_page("mooc/front.html", read_asked(request.args), page_title=None, description=words)


@bp.get("/catalog")
def catalog() -> Response | str:
    """Courses searched and filtered; the address can be shared."""
    return _catalog_page("mooc/catalog.html", read_asked(request.args), page_title=_("Open courses"))


def _catalog_page(template: str, asked: Asked, **values: object) -> Response | str:
    found = queries.browse_catalog(asked.text, asked.filters, sort=asked.sort, after=asked.after)
    counts: Counts = tuple((name, tuple(counted.items())) for name, counted in found.facets.items())
    picks: Picks = tuple((name, tuple(sorted(chosen))) for name, chosen in asked.filters.items())
    page = render_template(
        template,
        catalog=found,
        counts=counts,
        picks=picks,
        chips=_chips(asked, counts, picks) if picks else (),
        clear_url=_address({"q": asked.text}),
        asked=asked,
        sorts=_sorts(asked),
        next_url=_address(asked.kept(after=found.next)) if found.next else None,
        **values,
    )
    return answer(page, is_cacheable=not found.is_degraded)


def _address(values: Mapping[str, object]) -> str:
    """Return the address of the catalogue that asks this, as `url_for` writes it."""
    path, asked = address_of("mooc.catalog"), {name: value for name, value in values.items() if value}
    return f"{path}?{urlencode(asked, doseq=True, safe=UNQUOTED)}" if asked else path


def _chips(asked: Asked, counts: Counts, picks: Picks) -> list[tuple[str, str]]:
    """Return the filters in force: words, the address without this one."""
    return [
        (choice.label, _address(asked.without(group.name, choice.value)))
        for group in facet_groups(counts, picks)
        for choice in group.choices
        if choice.chosen
    ]


def _sorts(asked: Asked) -> tuple[tuple[str, str, bool], ...]:
    """Return the orders one can choose: words, address, whether it is the present one."""
    names = [name for name in SORT_LABELS if asked.text or name != "relevance"]
    standard = default_sort(asked.text)
    return tuple(
        (
            str(SORT_LABELS[name]),
            _address(asked.kept(sort=None if name == standard else name)),
            name == asked.sort,
        )
        for name in names
    )


def _labels() -> dict[str, object]:
    return {
        "audience": AUDIENCE_LABELS,
        "pace": PACE_LABELS,
        "language": LANGUAGE_LABELS,
        "grades": grades_label,
    }


@bp.get("/catalog/<slug>")
def course(slug: str) -> Response | str:
    """What a course promises, how it goes, who teaches; one button to enroll."""
    found = queries.get_open_course(slug)
    stops = list_stops([found.run_id], actor().user_id)[found.run_id]
    is_enrolled = _is_enrolled(found)
    page = render_template(
        "mooc/course.html",
        page_title=found.course.title,
        description=found.promise,
        open_course=found,
        course=found.course,
        units=_by_unit(stops),
        lesson_count=len(stops),
        lessons_done=sum(stop.is_complete for stop in stops) if is_enrolled else 0,
        preview=next((stop for stop in stops if stop.lesson_uuid == found.preview_lesson), None),
        learners=count_learners([found.run_id]).get(found.run_id, 0),
        enrolled=is_enrolled,
        labels=_labels(),
    )
    return answer(page)


@dataclass(frozen=True, slots=True)
class UnitView:
    """One stage of the way: its lessons and how long they take."""

    title: str
    stops: list[Stop]

    @property
    def minutes(self) -> int:
        """Minutes of all its lessons that say theirs."""
        return sum(stop.minutes or 0 for stop in self.stops)


def _by_unit(stops: list[Stop]) -> list[UnitView]:
    units: dict[int, UnitView] = {}
    for stop in stops:
        units.setdefault(stop.unit_id, UnitView(stop.unit_title, [])).stops.append(stop)
    return list(units.values())


def _is_enrolled(found: OpenCourse) -> bool:
    user_id = actor().user_id
    enrollment = find_enrollment(found.run_id, user_id) if user_id is not None else None
    return enrollment is not None and enrollment.status == "active"


@bp.route("/catalog/<slug>/enroll", methods=["GET", "POST"])
def enroll(slug: str) -> Response:
    """Take a place. A stranger signs up or in first and comes back here, so that the one press still counts."""
    found = queries.get_open_course(slug)
    if not actor().is_signed_in:
        return see_other(url_for("people.sign_up", next=url_for("mooc.enroll", slug=slug)))
    outline = url_for("lessons.outline", run_uuid=found.run.uuid)
    if _is_enrolled(found):
        return see_other(outline)
    if request.method == "GET":  # an address alone changes nothing: it may stand in any letter
        return see_other(url_for("mooc.confirm_enroll", slug=slug))
    with write():
        enroll_self(actor(), queries.get_open_course(slug).run)
    toast(_("You have a place. The first lesson is waiting."))
    return see_other(outline)


@bp.get("/catalog/<slug>/welcome")
def confirm_enroll(slug: str) -> Response | str:
    """After sign-up: the course is still in hand, one button takes the place."""
    found = queries.get_open_course(slug)
    if not actor().is_signed_in or _is_enrolled(found):
        return see_other(url_for("mooc.course", slug=slug))
    return render_template(
        "mooc/welcome.html", page_title=found.course.title, open_course=found, course=found.course
    )


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """Name the front page, the catalogue and every open course to search engines."""
    base = settings().base_url
    lines = [
        f"<url><loc>{escape(base + url_for(name))}</loc></url>" for name in ("mooc.front", "mooc.catalog")
    ]
    for slug, changed in queries.list_addresses():
        address = escape(base + url_for("mooc.course", slug=slug))
        lines.append(f"<url><loc>{address}</loc><lastmod>{changed:%Y-%m-%d}</lastmod></url>")
    body = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    response = cacheable(body + "\n".join(lines) + "\n</urlset>\n", seconds=3600)
    response.mimetype = "application/xml"
    return response


@bp.get("/robots.txt")
def robots() -> Response:
    """Search engines may read public pages."""
    closed = ("/learn", "/teach", "/manage", "/account", "/api")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines += [
        f"Sitemap: {settings().base_url}{url_for(name)}" for name in ("mooc.sitemap", "library.item_maps")
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")
