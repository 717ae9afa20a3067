"""The values that demo content is made of.

Frozen and free of any LMS type, so a course can be written, checked and diffed as text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

QuestionKind = Literal["single", "multiple", "true_false", "short_text", "numeric"]
MediaKind = Literal["image", "audio", "video", "document"]
COVER_INKS = ("water", "rice", "clay", "lotus", "dusk", "honey")


@dataclass(frozen=True)
class DemoChoice:
    """One option of a choice question, with what to tell the learner who picks it."""

    text: str
    correct: bool
    feedback: str


@dataclass(frozen=True)
class DemoQuestion:
    """One question; `choices` for the choice kinds, `accepted` for short text, `answer` for numeric."""

    kind: QuestionKind
    prompt_markdown: str
    explanation_markdown: str
    choices: tuple[DemoChoice, ...] = ()
    accepted: tuple[str, ...] = ()
    answer: float | None = None
    tolerance: float = 0.0
    unit: str = ""
    tries: int = 2
    points: int = 1


@dataclass(frozen=True)
class TextBlock:
    """Teaching text in Markdown with TeX between dollar signs."""

    title: str
    markdown: str


@dataclass(frozen=True)
class ItemBlock:
    """A library item shown inside a lesson; the note says what to look for."""

    kind: MediaKind
    item_slug: str
    title: str
    note: str


@dataclass(frozen=True)
class QuestionBlock:
    """A question answered in place."""

    title: str
    question: DemoQuestion


DemoActivity = TextBlock | ItemBlock | QuestionBlock


@dataclass(frozen=True)
class DemoLesson:
    """One lesson: a goal in the learner's words and an ordered list of activities."""

    slug: str
    title: str
    goal: str
    minutes: int
    free_preview: bool
    activities: tuple[DemoActivity, ...]


@dataclass(frozen=True)
class DemoUnit:
    """An ordered part of a course."""

    title: str
    lessons: tuple[DemoLesson, ...]


@dataclass(frozen=True)
class DemoCourse:
    """One course design; `open` courses go to the public catalogue, the others to school classes.

    `provider` is the slug of an org and `teachers` are user names, both of `people.py`.
    """

    slug: str
    title: str
    summary: str
    promise: str
    language: str
    level: str
    subject: str
    grades: tuple[int, ...]
    effort_hours: int
    cover_ink: str
    open: bool
    provider: str
    teachers: tuple[str, ...]
    what_you_receive: tuple[str, ...]
    units: tuple[DemoUnit, ...]

    @property
    def lessons(self) -> tuple[DemoLesson, ...]:
        """Every lesson of every unit, in order."""
        return tuple(lesson for unit in self.units for lesson in unit.lessons)


@dataclass(frozen=True)
class ExtraFile:
    """A file beside the main one, such as captions of a video."""

    filename: str
    role: Literal["captions", "poster", "attachment"]
    language: str | None


@dataclass(frozen=True)
class DemoItem:
    """One library item whose files lie in the folder given to the generator.

    `media` is how a lesson shows it; it differs from the wish of the lesson only when a machine without
    ffmpeg gets a moving picture (WebP) in place of a video.
    """

    slug: str
    filename: str
    title: str
    description: str
    language: str
    subject: str
    grades: tuple[int, ...]
    license_id: str
    authors: tuple[str, ...]
    keywords: tuple[str, ...]
    media: MediaKind = "document"
    extra_files: tuple[ExtraFile, ...] = ()
