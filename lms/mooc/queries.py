"""Reading the public catalogue. Everything here is public: no actor is asked, only listed courses are found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload

from lms.core.actor import ANONYMOUS
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.paging import Page, take_page
from lms.courses.models import Course, Unit
from lms.lessons.models import Lesson
from lms.mooc.models import OpenCourse
from lms.search.queries import Fragment, Results, SearchUnavailable, search_pages

FACETS = ("audience", "subject", "pace", "length", "language")
PAGE_SIZE = 12


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """One card: the course, and its title with matched words marked when it was searched."""

    open_course: OpenCourse
    title: Fragment | None = None


@dataclass(frozen=True, slots=True)
class Catalog:
    """One page of the catalogue; `is_degraded` when the search engine was away and only the plain list is shown."""

    entries: Sequence[CatalogEntry]
    total: int | None
    facets: Mapping[str, Mapping[str, int]]
    next: str | None
    corrected: str | None = None
    is_degraded: bool = False


def get_open_course(slug: str) -> OpenCourse:
    """Return a listed course by its address, course and run loaded. Raises NotFound."""
    found = db.session.scalar(
        _loaded().join(Course, Course.id == OpenCourse.course_id).where(Course.slug == slug, _is_listed())
    )
    if found is None:
        raise NotFound()
    return found


def find_by_course(course_id: int) -> OpenCourse | None:
    """Return the public face of a course, listed or not."""
    return db.session.scalar(_loaded().where(OpenCourse.course_id == course_id))


def find_by_run(run_id: int) -> OpenCourse | None:
    """Return the public face whose open run this is."""
    return db.session.scalar(_loaded().where(OpenCourse.run_id == run_id))


def _loaded() -> Select[OpenCourse]:
    return select(OpenCourse).options(joinedload(OpenCourse.course), joinedload(OpenCourse.run))


def _is_listed() -> ColumnElement[bool]:
    return OpenCourse.listed_at.is_not(None)


def browse_catalog(text: str, filters: Mapping[str, frozenset[str]], after: str | None = None) -> Catalog:
    """Return one page of the catalogue: searched, filtered, counted. Falls back to the plain list."""
    try:
        results = search_pages(
            ANONYMOUS,
            text,
            kinds=frozenset({"course"}),
            filters=filters,
            facets=FACETS,
            after=after,
            size=PAGE_SIZE,
        )
    except SearchUnavailable:
        page = list_open_courses()
        return Catalog([CatalogEntry(row) for row in page.rows], None, {}, None, is_degraded=True)
    return Catalog(_entries(results), results.total, results.facets, results.next, results.corrected)


def _entries(results: Results) -> list[CatalogEntry]:
    uuids = [UUID(hit.uuid) for hit in results.hits]
    rows = db.session.scalars(_loaded().where(OpenCourse.uuid.in_(uuids), _is_listed()))
    found = {row.uuid: row for row in rows}
    return [CatalogEntry(found[UUID(hit.uuid)], hit.title) for hit in results.hits if UUID(hit.uuid) in found]


def list_open_courses(after: str | None = None, size: int = PAGE_SIZE) -> Page[OpenCourse]:
    """List what is open, latest listed first."""
    return take_page(
        db.session(),
        _loaded().where(_is_listed()),
        keys=(OpenCourse.listed_at, OpenCourse.id),
        after=after,
        size=size,
        descending=True,
    )


def iter_listed_uuids() -> Iterator[str]:
    """Yield the uuids of all listed courses, for rebuilding the index."""
    for uuid in db.session.scalars(select(OpenCourse.uuid).where(_is_listed()).order_by(OpenCourse.id)):
        yield str(uuid)


def load_listed(uuids: Sequence[str]) -> Sequence[OpenCourse]:
    """Return those of `uuids` that are listed."""
    wanted = [UUID(uuid) for uuid in uuids]
    return db.session.scalars(_loaded().where(OpenCourse.uuid.in_(wanted), _is_listed())).all()


def list_lesson_titles(course_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the titles of the lessons of several courses, in one query: words to find them by."""
    query = (
        select(Unit.course_id, Lesson.title)
        .join(Lesson, Lesson.unit_id == Unit.id)
        .where(Unit.course_id.in_(course_ids), Unit.trashed_at.is_(None), Lesson.trashed_at.is_(None))
    )
    found: dict[int, list[str]] = {}
    for course_id, title in db.session.execute(query.order_by(Unit.position, Lesson.position)):
        found.setdefault(course_id, []).append(title)
    return found
