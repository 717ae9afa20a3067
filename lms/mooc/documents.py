"""What the page index knows of an open course."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lms.mooc.models import OpenCourse
from lms.mooc.queries import iter_listed_uuids, list_lesson_titles, load_listed
from lms.search.sources import Document, Source, register_source


def length_of(effort_hours: int) -> str:
    """Return the bucket of a course's length: under 2 hours, 2 to 10, above."""
    if effort_hours < 2:
        return "short"
    return "medium" if effort_hours <= 10 else "long"


def load_documents(uuids: Sequence[str]) -> Iterable[Document]:
    """Return the documents of those courses that are listed."""
    rows = load_listed(uuids)
    titles = list_lesson_titles([row.run_id for row in rows])
    return [_document(row, titles.get(row.run_id, [])) for row in rows]


def _document(row: OpenCourse, lesson_titles: Sequence[str]) -> Document:
    course = row.course
    return Document(
        kind="course",
        uuid=str(row.uuid),
        title=course.title,
        keywords=" ".join((row.provider, *row.teachers, course.subject or "")),
        body="\n".join((row.promise, course.summary, *row.receives, *lesson_titles)),
        facets={
            "audience": (row.audience,),
            "subject": (course.subject,) if course.subject else (),
            "pace": ("self" if row.run.starts_on is None else "dated",),
            "length": (length_of(row.effort_hours),),
            "language": (course.language,),
        },
        audiences=frozenset({"public"}),
        updated=row.updated_at.timestamp(),
    )


register_source(Source("course", load_documents, iter_listed_uuids))
