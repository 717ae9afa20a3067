"""What the lesson editor shows: every block as learners see it, one of them open to write in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import render_template

from lms.core.actor import Actor
from lms.core.clock import CITY
from lms.core.web import actor, is_fragment
from lms.courses.models import Course, Unit
from lms.lessons import editor_queries
from lms.lessons.editor_forms import choice_rows
from lms.lessons.kinds import ActivityKind, get_kind, list_kinds
from lms.lessons.lesson_rights import judge_lesson
from lms.lessons.models import Activity, Lesson, Revision
from lms.lessons.offers import list_offers
from lms.lessons.origins import list_origins
from lms.lessons.queries import get_lesson
from lms.lessons.services.drafts import activities_of
from lms.lessons.services.editing import START, about_of, mark_of
from lms.lessons.services.publishing import find_latest_revision
from lms.library.markup import render_markdown
from lms.library.queries import find_link, load_pinned
from lms.library.recall import Withdrawal, find_withdrawals
from lms.library.values import PinnedItem
from lms.questions.specs import CHOICE_KINDS, KINDS


@dataclass(frozen=True, slots=True)
class Block:
    """One activity in the editor. `data` is what the open form holds: the draft's, or what was typed and refused."""

    activity: Activity
    kind: ActivityKind
    data: Mapping[str, Any]
    title: str
    item: PinnedItem | None = None
    is_open: bool = False
    more_rows: int = 0
    error: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    theirs: Activity | None = None
    withdrawal: Withdrawal | None = None

    @property
    def html(self) -> str:
        """The block's own text (text, note or prompt) as learners will read it."""
        name = {"text": "markdown", "question": "prompt"}.get(self.kind.name, "note")
        return render_markdown(str(self.activity.data.get(name) or ""))

    @property
    def choices(self) -> list[tuple[str, bool]]:
        """The choices of a question: their words as HTML, and whether they are right."""
        if self.activity.data.get("kind") not in CHOICE_KINDS:
            return []
        rows = self.activity.data.get("choices") or ()
        return [(render_markdown(str(row.get("text") or "")), bool(row.get("correct"))) for row in rows]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The choices of the open form, with empty rows to write into."""
        return choice_rows(dict(self.data), self.more_rows)

    @property
    def picture_url(self) -> str | None:
        """A signed address of the item's picture: itself when it is one, else its poster or preview."""
        if self.item is None or self.withdrawal is not None:
            return None
        if self.item.type == "image":
            return find_link(self.item) or find_link(self.item, "preview")
        return find_link(self.item, "poster") or find_link(self.item, "preview")


@dataclass(frozen=True, slots=True)
class Open:
    """Which block is open, and how: rows asked for, or a save that was refused."""

    uuid: UUID | None = None
    more_rows: int = 0
    data: Mapping[str, Any] | None = None
    title: str | None = None
    error: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    is_conflict: bool = False


def make_block(
    activity: Activity,
    item: PinnedItem | None,
    opened: Open,
    error: str = "",
    withdrawal: Withdrawal | None = None,
) -> Block:
    """Return a block for the page; `error` is what keeps it from being published."""
    is_open = opened.uuid == activity.uuid
    return Block(
        activity=activity,
        kind=get_kind(activity.kind),
        data=opened.data if is_open and opened.data is not None else activity.data,
        title=opened.title if is_open and opened.title is not None else activity.title,
        item=item,
        is_open=is_open,
        more_rows=opened.more_rows if is_open else 0,
        error=(opened.error or error) if is_open else error,
        errors=opened.errors if is_open else {},
        theirs=activity if is_open and opened.is_conflict else None,
        withdrawal=withdrawal,
    )


def list_blocks(lesson: Lesson, opened: Open, errors: Mapping[str, str] | None = None) -> list[Block]:
    """Return the blocks of a lesson in order; the library is asked once."""
    activities = activities_of(lesson.id)
    pins = {row.pin for row in activities if row.pin}
    items, recalled = load_pinned(pins), find_withdrawals(pins)
    told = errors or {}
    return [
        make_block(
            row,
            items.get(row.pin or ""),
            opened,
            str(told.get(str(row.uuid), "")),
            recalled.get(row.pin or ""),
        )
        for row in activities
    ]


def saved_at(lesson: Lesson) -> str:
    """Return the clock time of the last save, as the saved mark says it."""
    return lesson.updated_at.astimezone(CITY).strftime("%H:%M")


def has_changes(lesson: Lesson, revision: Revision | None) -> bool:
    """Tell whether the draft was saved after it was last published."""
    return revision is None or lesson.updated_at > revision.published_at


def render_editor(
    who: Actor,
    lesson_uuid: UUID,
    opened: Open | None = None,
    errors: Mapping[str, str] | None = None,
    **values: object,
) -> str:
    """Return the editor's page, or its list of blocks alone for a script."""
    lesson, unit, course = get_lesson(who, lesson_uuid)
    opened = opened or Open()
    revision = find_latest_revision(lesson.id)
    blocks = list_blocks(lesson, opened, errors)
    shown: dict[str, object] = {
        "page_title": lesson.title,
        "lesson": lesson,
        "unit": unit,
        "course": course,
        "blocks": blocks,
        "rights": judge_lesson(
            ((str(one.activity.uuid), one.item) for one in blocks if one.item), list_origins([lesson.id])
        ),
        "offers": list_offers(who, lesson) if any(one.item for one in blocks) else [],
        "trashed": editor_queries.list_trashed_activities(lesson),
        "saved_at": saved_at(lesson),
        "revision": revision,
        "has_changes": has_changes(lesson, revision),
        "question_kinds": KINDS,
        "kinds": list_kinds(),
        "start": START,
        "about": about_of(lesson),
        "mark": mark_of(about_of(lesson)),
        "about_errors": {},
        "publish_errors": errors or {},
    }
    if is_fragment():
        return render_template("lessons/editor/_blocks.html", **{**shown, **values})
    shown |= {"runs": editor_queries.list_takers(course), "taught": editor_queries.list_taught(lesson)}
    return render_template("lessons/editor/edit.html", **{**shown, **values})


def render_block(lesson: Lesson, unit: Unit, course: Course, block: Block) -> str:
    """Return one block alone, for a script."""
    return render_template(
        "lessons/editor/_block_alone.html",
        lesson=lesson,
        unit=unit,
        course=course,
        block=block,
        question_kinds=KINDS,
    )


def read_lesson(lesson_uuid: UUID) -> tuple[Lesson, Unit, Course]:
    """Return the lesson the actor may edit, with its unit and course."""
    return get_lesson(actor(), lesson_uuid)
