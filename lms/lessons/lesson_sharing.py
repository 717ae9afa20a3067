"""A published lesson becomes an item of the library, and a shared one a draft of somebody else's.

What is shared is what is published: the draft must not have changed since. Its license is one that every work it shows
and every lesson it was made from allow; where there is none, the reasons are told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from lms.core.actor import Actor
from lms.core.db import db
from lms.core.errors import Conflict, Invalid, NotAllowed, Refusal
from lms.core.i18n import _
from lms.courses.models import Course, Unit
from lms.lessons import queries
from lms.lessons.attribution import make_sheet, write_text
from lms.lessons.attribution_queries import list_drafted_items
from lms.lessons.models import Lesson, Revision
from lms.lessons.origins import origin_pins
from lms.lessons.services.drafts import activities_of, add_activity, create_lesson
from lms.lessons.services.editing import kind_for
from lms.lessons.services.publishing import find_latest_revision
from lms.lessons.sharing_models import LessonOrigin, LessonShare
from lms.library import lesson_items
from lms.library.lesson_items import Block, SharedLesson, Sources
from lms.library.permissions import can_contribute
from lms.library.queries import list_homes, load_pinned
from lms.library.services import Metadata, PreparedFile, pin_item
from lms.library.taxonomy import grade_choices, subject_choices


@dataclass(frozen=True, slots=True)
class Plan:
    """A lesson on its way into the library: what it would be, and what stands in the way."""

    lesson: Lesson
    course: Course
    revision: Revision | None
    share: LessonShare | None
    sources: Sources
    licenses: Sequence[tuple[str, str]]
    problems: Sequence[str]

    @property
    def is_current(self) -> bool:
        """Whether the library has this very state already."""
        return (
            self.share is not None
            and self.revision is not None
            and self.share.revision_id == self.revision.id
        )


@dataclass(frozen=True, slots=True)
class Taken:
    """A draft made from a shared lesson, and how many of its blocks could not come along."""

    lesson: Lesson
    skipped: int


def plan_share(actor: Actor, lesson_uuid: UUID) -> Plan:
    """Return how a lesson of the actor's own would stand in the library. Raises NotFound, NotAllowed."""
    lesson, _unit, course = queries.get_lesson(actor, lesson_uuid)
    if course.owner_id != actor.user_id or not can_contribute(actor):
        raise NotAllowed(_("Only the author of the course can share its lessons."))
    drafts = activities_of(lesson.id)
    sources = lesson_items.load_sources(
        {draft.pin for draft in drafts if draft.pin}, origin_pins([lesson.id]).get(lesson.id, [])
    )
    revision, licenses = find_latest_revision(lesson.id), lesson_items.lesson_licenses(sources)
    problems: list[str] = []
    if revision is None or lesson.updated_at > revision.published_at:
        problems.append(_("Publish the lesson first: what is shared is what is published."))
    if not licenses:
        problems += lesson_items.why_not_shared(sources)
    share = db.session.get(LessonShare, lesson.id)
    return Plan(lesson, course, revision, share, sources, licenses, problems)


def write_lesson(actor: Actor, plan: Plan) -> PreparedFile:
    """Write the blocks of a lesson and its sheet of sources into a file of the library's. Call outside `write()`."""
    drafts = activities_of(plan.lesson.id)
    pins = {draft.pin for draft in drafts if draft.pin}
    language = plan.course.language if plan.course.language in {"vi", "en"} else "vi"
    credits = {pin: item.attribution[language] for pin, item in (load_pinned(pins) if pins else {}).items()}
    blocks = [
        Block(
            draft.kind,
            draft.title,
            {name: value for name, value in draft.data.items() if name != "bank"},
            draft.pin,
        )
        for draft in drafts
    ]
    used = list_drafted_items(plan.course.id, plan.lesson.id)
    sources = write_text(make_sheet(plan.lesson.title, used, is_course=False), language)
    lesson = SharedLesson(plan.lesson.title, plan.lesson.goal, plan.lesson.minutes, blocks, sources)
    return lesson_items.prepare_lesson(actor, lesson, credits)


def share_lesson(actor: Actor, plan: Plan, file: PreparedFile, *, license_id: str, note: str = "") -> UUID:
    """Put a lesson into the library, or its newest state below the item it is already; return the item.

    Raises NotAllowed, Invalid with the reasons, Conflict when the lesson was changed meanwhile.
    """
    now = plan_share(actor, plan.lesson.uuid)
    if now.problems:
        raise Invalid({"license": " ".join(now.problems)})
    if license_id not in {one for one, _name in now.licenses}:
        raise Invalid({"license": _("Choose a license of the list.")})
    assert now.revision is not None
    if plan.revision is None or now.revision.id != plan.revision.id:
        raise Conflict(_("The lesson was changed meanwhile. Load the page again."))
    if now.share is not None and now.is_current:
        newest = lesson_items.get_own_lesson(actor, now.share.item_uuid)
        if newest.license_id == license_id:  # a button pressed twice: there is nothing new to keep
            return newest.item.uuid
    if now.share is not None:
        version = lesson_items.add_lesson_version(
            actor, now.share.item_uuid, file, license_id, now.sources, title=now.lesson.title, note=note
        )
        now.share.revision_id = now.revision.id
    else:
        homes = list_homes(actor)
        home = next((org for org in homes if org.id == now.course.org_id), homes[0] if homes else None)
        version = lesson_items.add_lesson_item(
            actor, file, _metadata(actor, now, license_id), now.sources, home=home
        )
        db.session.add(
            LessonShare(lesson_id=now.lesson.id, item_uuid=version.item.uuid, revision_id=now.revision.id)
        )
    db.session.flush()
    return version.item.uuid


def _metadata(actor: Actor, plan: Plan, license_id: str) -> Metadata:
    """What the course says of the lesson; whoever wrote the lessons it was made from stays named."""
    before = [name for origin in plan.sources.origins for name in origin.authors]
    course = plan.course
    return Metadata(
        title=plan.lesson.title,
        description=plan.lesson.goal,
        language=course.language,
        subject=course.subject if course.subject in dict(subject_choices()) else None,
        grades=tuple(grade for grade in course.grades if grade in dict(grade_choices())),
        type=lesson_items.LESSON,
        license_id=license_id,
        authors=tuple(dict.fromkeys([*before, actor.display_name])),
    )


def take_lesson(actor: Actor, item_uuid: UUID, unit: Unit, *, number: int | None = None) -> Taken:
    """Make a draft in one's own unit from a shared lesson. Raises NotFound, NotAllowed, Invalid.

    Every block is checked as if it were typed, every work as if it were inserted by hand; what may not come is left
    out. The lineage is kept with the draft.
    """
    version = lesson_items.get_lesson_item(actor, item_uuid, number)
    shared = lesson_items.read_lesson(version)
    title = shared.title or version.title[:200]
    lesson = create_lesson(actor, unit, title, goal=shared.goal, minutes=shared.minutes)
    skipped = 0
    for block in shared.blocks:
        try:
            with db.session.begin_nested():
                _add_block(actor, lesson, block)
        except Refusal:
            skipped += 1
    db.session.add(LessonOrigin(lesson_id=lesson.id, pin=version.pin))
    db.session.flush()
    return Taken(lesson, skipped)


def _add_block(actor: Actor, lesson: Lesson, block: Block) -> None:
    kind, pin = block.kind, None
    if block.pin is not None:
        named = lesson_items.split_pin(block.pin)
        if named is None:
            raise Invalid({"pin": _("This item is no longer in the library. Choose another one.")})
        item = pin_item(actor, *named)
        kind, pin = kind_for(item.type), item.pin
    add_activity(actor, lesson, kind=kind, data=block.data, title=block.title, pin=pin)
