"""Reading the public catalogue. Everything here is public: no actor is asked, only listed courses are found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload

from lms.core.actor import ANONYMOUS
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.paging import Page, take_page
from lms.courses.models import Course, Run, Unit
from lms.lessons.models import Lesson, Revision, RunLesson
from lms.mooc.models import OpenCourse
from lms.search.queries import Fragment, Results, SearchUnavailable, Sort, search_pages

FACETS = ("audience", "subject", "pace", "length", "language")
PAGE_SIZE = 12
PLAIN = "plain."  # marks the cursors of the plain list, so that they are not shown to the engine


class CourseCard(NamedTuple):
    """What a list shows of an open course: plain values, so that a card once drawn is known by them."""

    slug: str
    title: str
    language: str
    subject: str | None
    grades: tuple[int, ...]
    cover_ink: str | None
    provider: str
    is_tried_free: bool
    audience: str
    effort_hours: int
    starts_on: date | None


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """One course of a list; when it was searched, its title and a passage with matched words marked."""

    uuid: UUID
    course: CourseCard
    title: Fragment | None = None
    passage: Fragment | None = None


@dataclass(frozen=True, slots=True)
class Catalog:
    """One page of the catalogue; `is_degraded` when the search engine was away and only the plain list is shown."""

    entries: Sequence[CatalogEntry]
    total: int | None
    facets: Mapping[str, Mapping[str, int]]
    next: str | None
    corrected: str | None = None
    is_degraded: bool = False

    @property
    def cards(self) -> tuple[tuple[tuple[Any, ...], Fragment | None, Fragment | None], ...]:
        """What `mooc/_cards.html` draws: plain values, but for the words a search has marked."""
        return tuple((tuple(entry.course), entry.title, entry.passage) for entry in self.entries)


def get_open_course(slug: str) -> OpenCourse:
    """Return a listed course by its address, course and run loaded. Raises NotFound."""
    found = db.session.scalar(_listed().where(Course.slug == slug))
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
    return and_(OpenCourse.listed_at.is_not(None), Course.archived_at.is_(None))


def _listed() -> Select[OpenCourse]:
    """What strangers may know of: everything public is read through this one query."""
    return (
        select(OpenCourse)
        .join(OpenCourse.course)
        .join(OpenCourse.run)
        .options(contains_eager(OpenCourse.course), contains_eager(OpenCourse.run))
        .where(_is_listed())
    )


_ENTRY = (  # columns, as rows of the models cost three times as much; the statement below is put together once
    OpenCourse.uuid,
    Course.slug,
    Course.title,
    Course.language,
    Course.subject,
    Course.grades,
    Course.cover_ink,
    OpenCourse.provider,
    OpenCourse.preview_lesson.is_not(None),
    OpenCourse.audience,
    OpenCourse.effort_hours,
    Run.starts_on,
)
_LISTED_ENTRIES = (
    select(*_ENTRY).select_from(OpenCourse).join(OpenCourse.course).join(OpenCourse.run).where(_is_listed())
)
_ENTRIES_OF = _LISTED_ENTRIES.where(OpenCourse.uuid.in_(bindparam("uuids", expanding=True)))


def browse_catalog(
    text: str,
    filters: Mapping[str, frozenset[str]],
    *,
    sort: Sort = "relevance",
    after: str | None = None,
    size: int = PAGE_SIZE,
) -> Catalog:
    """Return one page of the catalogue: searched, filtered, counted. Falls back to the plain list."""
    try:
        results = search_pages(
            ANONYMOUS,
            text,
            kinds=frozenset({"course"}),
            filters=filters,
            facets=FACETS,
            sort=sort,
            after=after,
            size=size,
        )
    except SearchUnavailable:
        return _plain_catalog(after, size)
    return Catalog(_entries(results, text), results.total, results.facets, results.next, results.corrected)


def _plain_catalog(after: str | None, size: int) -> Catalog:
    cursor = after.removeprefix(PLAIN) if after and after.startswith(PLAIN) else None
    page = list_open_courses(cursor, size)
    return Catalog(page.rows, count_open_courses(), {}, PLAIN + page.next if page.next else None, None, True)


def _entries(results: Results, text: str) -> list[CatalogEntry]:
    """Join hits with their rows. The index may lag behind: what is no longer listed is left out here."""
    uuids = [UUID(hit.uuid) for hit in results.hits]
    found = {row[0]: row for row in db.session.execute(_ENTRIES_OF, {"uuids": uuids})} if uuids else {}
    entries = []
    for uuid, hit in zip(uuids, results.hits, strict=True):
        row = found.get(uuid)
        if row is not None:
            passage = next((one for one in hit.passages if any(match for _text, match in one.parts)), None)
            entries.append(_entry(row, hit.title, passage) if text else _entry(row))
    return entries


def _entry(
    row: Sequence[Any], title: Fragment | None = None, passage: Fragment | None = None
) -> CatalogEntry:
    uuid, slug, name, language, subject, grades, *others = row
    card = CourseCard(slug, name, language, subject, tuple(grades), *others)
    return CatalogEntry(uuid, card, title, passage)


def list_open_courses(after: str | None = None, size: int = PAGE_SIZE) -> Page[CatalogEntry]:
    """List what is open, latest listed first."""
    keys = (OpenCourse.listed_at, OpenCourse.id)
    page = take_page(
        db.session(),
        _LISTED_ENTRIES.add_columns(*keys),
        keys=keys,
        after=after,
        size=size,
        descending=True,
        row_key=lambda row: row[-2:],
        scalars=False,
    )
    return Page([_entry(row[:-2]) for row in page.rows], page.next)


def count_open_courses() -> int:
    """Count what is open."""
    query = select(func.count()).select_from(OpenCourse).join(OpenCourse.course).where(_is_listed())
    return db.session.scalar(query) or 0


def list_addresses(limit: int = 50_000) -> list[tuple[str, datetime]]:
    """Return the address part and the last change of what is open, for the site map (which takes 50 000 lines)."""
    query = select(Course.slug, OpenCourse.updated_at).join(OpenCourse.course).where(_is_listed())
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(OpenCourse.id.desc()).limit(limit))]


def iter_listed_uuids() -> Iterator[str]:
    """Yield the uuids of all listed courses, for rebuilding the index."""
    query = select(OpenCourse.uuid).join(OpenCourse.course).where(_is_listed()).order_by(OpenCourse.id)
    for uuid in db.session.scalars(query):
        yield str(uuid)


def load_listed(uuids: Sequence[str]) -> Sequence[OpenCourse]:
    """Return those of `uuids` that are listed."""
    wanted = [UUID(uuid) for uuid in uuids]
    return db.session.scalars(_listed().where(OpenCourse.uuid.in_(wanted))).all()


def list_lesson_titles(run_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the titles of the lessons taught in several runs, in one query: words to find courses by."""
    query = (
        select(RunLesson.run_id, Lesson.title)
        .join(Lesson, Lesson.id == RunLesson.lesson_id)
        .join(Unit, Unit.id == Lesson.unit_id)
        .where(RunLesson.run_id.in_(run_ids), Unit.trashed_at.is_(None), Lesson.trashed_at.is_(None))
    )
    found: dict[int, list[str]] = {}
    for run_id, title in db.session.execute(query.order_by(Unit.position, Lesson.position)):
        found.setdefault(run_id, []).append(title)
    return found


def list_preview_choices(course_id: int) -> Sequence[Lesson]:
    """Return the published lessons of a course in order: each may be the free first look."""
    published = exists().where(Revision.lesson_id == Lesson.id)
    query = select(Lesson).join(Unit, Unit.id == Lesson.unit_id).where(Unit.course_id == course_id, published)
    living = query.where(Unit.trashed_at.is_(None), Lesson.trashed_at.is_(None))
    return db.session.scalars(living.order_by(Unit.position, Unit.id, Lesson.position, Lesson.id)).all()
