"""Lessons as items: a file of their blocks, descended from the works they show and the lesson they were made from.

The rooms above give and take plain values; how a lesson is written as a file is known here and in the store alone.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from content_store import lineage
from content_store.formats import lesson as lesson_format
from content_store.models import Version
from content_store.rights import LICENSES, How
from content_store.values import metadata_of
from lms.core.actor import Actor
from lms.core.audit import record_audit
from lms.core.db import db
from lms.core.errors import Invalid, NotAllowed
from lms.core.i18n import _, current_locale
from lms.core.jobs import enqueue
from lms.library.combining import Part, judge_parts
from lms.library.door import open_store, saying_refusals
from lms.library.permissions import can_contribute, owner_token
from lms.library.queries import get_item, may_use
from lms.library.refusal_words import words_of_code
from lms.library.review import services as reviews
from lms.library.services import Metadata, NewFile, PreparedFile, prepare_files
from lms.library.sharing import allow_change
from lms.orgs.models import Org

LESSON = "lesson"
NOT_OFFERED = frozenset({"public-domain", "link-only"})


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a lesson on its way into the library or out of it; a work of the library is named by its pin."""

    kind: str
    title: str
    data: Mapping[str, Any]
    pin: str | None = None


@dataclass(frozen=True, slots=True)
class SharedLesson:
    """What a lesson file says."""

    title: str
    goal: str
    minutes: int | None
    blocks: Sequence[Block]
    sources: str = ""


@dataclass(frozen=True, slots=True)
class Sources:
    """The versions a lesson shows unaltered, and the shared lessons it was made from."""

    shown: Sequence[Version] = ()
    origins: Sequence[Version] = ()

    @property
    def bound(self) -> list[tuple[str, How]]:
        """Their licenses, and how each is used; what is only pointed at binds nothing."""
        shown: list[tuple[str, How]] = [(one.license_id, "collection") for one in self.shown]
        return shown + [(one.license_id, "adaptation") for one in self.origins]


def load_sources(pins: Iterable[str], origin_pins: Iterable[str]) -> Sources:
    """Return the versions behind the pins of a lesson; links to works of others are no part of it."""
    with saying_refusals():
        shown = open_store().get_pinned_many(pins)
        origins = open_store().get_pinned_many(origin_pins)
    return Sources([one for one in shown.values() if not one.license.link_only], list(origins.values()))


def lesson_licenses(sources: Sources) -> list[tuple[str, str]]:
    """Return (id, name) of the licenses that a lesson of these sources may carry, the freest first as the list has them."""
    allowed = lineage.licenses_after(sources.bound) - NOT_OFFERED
    return [(one.id, one.name(current_locale())) for one in LICENSES.values() if one.id in allowed]


def why_not_shared(sources: Sources) -> list[str]:
    """Return why no license fits, one sentence a reason."""
    found: list[str] = []
    for how, works in (("collection", sources.shown), ("adaptation", sources.origins)):
        parts = [Part(one.pin, one.title, one.license_id) for one in works]
        if parts:
            found += [one.sentence for one in judge_parts(parts, how).conflicts]  # type: ignore[arg-type]
    return found or [_("The works it uses ask for licenses that do not go together.")]


def prepare_lesson(actor: Actor, lesson: SharedLesson, credits: Mapping[str, str]) -> PreparedFile:
    """Write a lesson as a file and store its bytes. Call outside `write()`: it is read as any upload is."""
    body = {
        "benhoc-lesson": 1,
        "title": lesson.title,
        "goal": lesson.goal,
        "minutes": lesson.minutes,
        "activities": [
            {
                "kind": one.kind,
                "title": one.title,
                "data": dict(one.data),
                "pin": one.pin,
                "credit": credits.get(one.pin or "", ""),
            }
            for one in lesson.blocks
        ],
        "sources": lesson.sources,
    }
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return prepare_files(actor, [NewFile("lesson.json", io.BytesIO(data))])[0]


def add_lesson_item(
    actor: Actor, file: PreparedFile, metadata: Metadata, sources: Sources, *, home: Org | None
) -> Version:
    """Put a lesson into the library as a draft of the actor's own. Raises NotAllowed, Invalid for its license."""
    if not can_contribute(actor):
        raise NotAllowed()
    with saying_refusals():
        lineage.check_license(metadata.license_id, sources.bound)
        version = open_store().add(
            owner=owner_token(actor), files=[file], metadata=metadata, home=str(home.uuid) if home else None
        )
    _note(actor, version, sources)
    return version


def add_lesson_version(
    actor: Actor, uuid: UUID, file: PreparedFile, license_id: str, sources: Sources, *, title: str, note: str
) -> Version:
    """Give the item of a lesson its newest state; it is shown at once unless a review comes first."""
    newest = allow_change(actor, uuid)
    changed = replace(metadata_of(newest), title=title, license_id=license_id)
    with saying_refusals():
        lineage.check_license(license_id, sources.bound)
        lineage.drop_sources(db.session(), newest, sources.shown)
        version = open_store().add_version(
            uuid, owner=owner_token(actor), files=[file], metadata=changed, note=note[:1000]
        )
    _note(actor, version, sources)
    reviews.show_again(actor, version)
    return version


def get_own_lesson(actor: Actor, uuid: UUID) -> Version:
    """Return the newest version of a lesson of the actor's own, drafts as well. Raises NotFound, NotAllowed."""
    return allow_change(actor, uuid)


def _note(actor: Actor, version: Version, sources: Sources) -> None:
    by = owner_token(actor)
    with saying_refusals():
        lineage.note_sources(db.session(), version, sources.shown, "collection", by=by)
        lineage.note_sources(db.session(), version, sources.origins, "adaptation", by=by)
    record_audit(actor, "share_lesson", "item", version.item.uuid, number=version.number)
    enqueue("index_items", key="index_items")


def get_lesson_item(actor: Actor, uuid: UUID, number: int | None = None) -> Version:
    """Return a shared lesson that the actor may make one of his own of. Raises NotFound, NotAllowed, Invalid."""
    version = get_item(actor, uuid, number)
    if not can_contribute(actor):
        raise NotAllowed()
    verdict = may_use(actor, version, "adapt")
    if not verdict.allowed:
        raise NotAllowed(words_of_code(verdict.code))
    if version.format != LESSON:
        raise Invalid({"item": _("This is no lesson. Use it in a lesson of yours.")})
    return version


def read_lesson(version: Version) -> SharedLesson:
    """Return what the file of a shared lesson says; every block is still to be checked by its kind."""
    main = version.main
    assert main is not None
    with saying_refusals(), open_store().open(main) as stream:
        said = lesson_format.parse(stream.read().decode("utf-8", errors="replace"))
    blocks = [Block(one["kind"], one["title"], one["data"], one["pin"]) for one in said["activities"]]
    return SharedLesson(said["title"], said["goal"], said["minutes"], blocks)


def split_pin(pin: str | None) -> tuple[UUID, int] | None:
    """Return item and number of a pin out of a file; None for what names no version."""
    uuid, _at, number = (pin or "").partition("@")
    try:
        return (
            (UUID(uuid), int(number)) if number.isascii() and number.isdigit() and len(number) < 7 else None
        )
    except ValueError:
        return None
