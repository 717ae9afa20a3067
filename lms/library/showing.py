"""Values that the pages show: result cards, the stage of an item, its facts. No permission is decided here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from markupsafe import Markup

from content_store.answers import holds_answers
from content_store.cards import ItemCard
from content_store.listings import PACKAGES, told_in
from content_store.models import Reading, Version, VersionFile
from content_store.rights import PlainWords, plain_words
from content_store.search import Fragment
from content_store.shown import load_passages, read_html
from content_store.taxonomy import LANGUAGES
from lms.core.actor import Actor
from lms.core.db import db
from lms.core.fragments import Fragments
from lms.core.i18n import LazyText, _, _l, current_locale, ngettext, show_number
from lms.library.markup import below_title
from lms.library.open_files import list_open_files
from lms.library.places import Place, place_words, read_locator, with_spot
from lms.library.proposals import Prefilled
from lms.library.queries import (
    Found,
    Shown,
    captions_links,
    file_link,
    may_use,
    pinned,
    preview_link,
    verdict_words,
)
from lms.library.snippets import clean_passages
from lms.library.taxonomy import facet_label, grade_label, subject_label
from lms.library.uses import USES, use_of
from lms.library.values import Caption, one_a_language

_readings = Fragments(512, 4_000_000)
VIEWERS = frozenset({"image", "audio", "video", "pdf", "captions"})
TYPE_ICONS = {
    "document": "file-text",
    "slides": "presentation",
    "page": "file-text",
    "book": "book-open",
    "image": "image",
    "audio": "volume-2",
    "video": "video",
    "captions": "captions",
    "data": "table",
    "package": "package",
    "lesson": "book-open-text",
    "link": "link",
}
WARNINGS: dict[str, LazyText] = {
    "encrypted": _l("It is protected by a password, so its words cannot be searched."),
    "text-truncated": _l("It is very long: only its first part can be searched."),
    "html-truncated": _l("It is very long: only its first part is shown here."),
    "rows-truncated": _l("It is very long: only its first part is shown here."),
    "directives-removed": _l("Some special blocks could not be shown here. The file itself is whole."),
    "images-removed": _l("Some pictures could not be shown here. The file itself is whole."),
    "images-outside": _l("It uses pictures from other sites; they are not shown."),
    "no-text": _l("It has no text in it (a scan, perhaps), so only its title can be searched."),
    "scripts-removed": _l("Scripts in it were left out."),
    "active-content": _l("Scripts in it were left out."),
    "programs-inside": _l("It has programs in it. Take them out before you share it."),
}


@dataclass(frozen=True, slots=True)
class Card:
    """One item in a list."""

    version: Version | ItemCard
    title: Fragment
    passages: tuple[Fragment, ...]
    place: Place | None
    where: str
    preview_url: str | None
    icon: str
    facts: tuple[str, ...]
    use: str
    use_label: str
    license_name: str
    license_label: str
    can_use: bool


def result_cards(actor: Actor, rows: Iterable[Found[Shown]]) -> list[Card]:
    """Return search results as cards."""
    return [
        make_card(actor, found.version, found.title, clean_passages(found.passages, most=1)) for found in rows
    ]


def make_card(
    actor: Actor,
    version: Version | ItemCard,
    title: Fragment | None = None,
    passages: tuple[Fragment, ...] = (),
) -> Card:
    """Return an item as a card."""
    license, language = version.license, current_locale()
    use = use_of(license)
    place = read_locator(passages[0].place) if passages else None
    verdict = version.may_use("embed") if isinstance(version, ItemCard) else may_use(actor, version, "embed")
    return Card(
        version=version,
        title=title or Fragment(((version.title, False),)),
        passages=passages,
        place=place,
        where=place_words(place) if place else "",
        preview_url=preview_link(version),
        icon=TYPE_ICONS.get(version.type, "file-text"),
        facts=card_facts(version),
        use=use,
        use_label=str(USES[use]),
        license_name=license.name(language),
        license_label=license.label(language),
        can_use=verdict.allowed or use == "link",
    )


def card_facts(version: Version | ItemCard) -> tuple[str, ...]:
    """Return type, length, authors and place in school: one short line."""
    return _facts(
        current_locale(),
        version.type,
        version.duration_s,
        version.pages,
        tuple(version.authors[:2]),
        version.subject,
        tuple(version.grades[:4]),
    )


@lru_cache(maxsize=2048)
def _facts(
    language: str,
    kind: str,
    duration_s: float | None,
    pages: int | None,
    authors: tuple[str, ...],
    subject: str | None,
    grades: tuple[int, ...],
) -> tuple[str, ...]:
    """The same values say the same in one language, so many items share a line."""
    facts = [facet_label("type", kind, language), _extent(kind, pages, duration_s), ", ".join(authors)]
    facts.append(_place_in_school(subject, grades))
    return tuple(fact for fact in facts if fact)


def place_in_school(version: Version | ItemCard) -> str:
    """Return subject and grades: `Toán 6`, `Mathematics, Grade 6`."""
    return _place_in_school(version.subject, version.grades)


def _place_in_school(subject: str | None, grades: Sequence[int]) -> str:
    language = current_locale()
    named = ", ".join(grade_label(grade, language) for grade in grades[:4])
    return ", ".join(part for part in (subject_label(subject, language), named) if part)


def extent(version: Version | ItemCard) -> str:
    """Return pages or playing time in words, '' where neither is known."""
    return _extent(version.type, version.pages, version.duration_s)


def _extent(kind: str, pages: int | None, duration_s: float | None) -> str:
    if duration_s:
        return playing_time(duration_s)
    if pages and kind == "slides":
        return ngettext("%(num)d slide", "%(num)d slides", pages)
    return ngettext("%(num)d page", "%(num)d pages", pages) if pages else ""


def playing_time(seconds: float) -> str:
    """Return `4:10` or `1:02:03`."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def file_size(size: int) -> str:
    """Return a size as people say it: 184 KB, 2,4 MB."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} KB"
    unit, divisor = ("MB", 1e6) if size < 1_000_000_000 else ("GB", 1e9)
    return f"{show_number(round(size / divisor, 1))} {unit}"


def upload_limit(megabytes: int) -> str:
    """Return the largest size of a file as people say it: 2048 is `2 GB`, 1536 `1,5 GB`, 500 `500 MB`."""
    return f"{megabytes} MB" if megabytes < 1024 else f"{show_number(round(megabytes / 1024, 1))} GB"


def missing_words(said: Version | Prefilled) -> list[str]:
    """Return what a draft does not say yet that others find or credit it by."""
    credited = said.license.attribution
    fields = [
        (_("subject"), said.subject),
        (_("grades"), said.grades),
        (_("authors"), said.authors or not credited),
    ]
    return [words for words, value in fields if not value]


def warning_words(codes: Iterable[str]) -> list[str]:
    """Return the sentences for what inspection noticed; codes without one are for machines."""
    return [str(WARNINGS[code]) for code in codes if code in WARNINGS]


@dataclass(frozen=True, slots=True)
class Transcript:
    """The words of a captions file: its language, and lines as (moment, words)."""

    language: str
    lines: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Stage:
    """How an item is shown in place: `kind` names the viewer, the rest is what it needs."""

    kind: str
    main_url: str | None = None
    preview_url: str | None = None
    poster_url: str | None = None
    captions: Sequence[Caption] = ()
    reading_html: str | None = None
    transcripts: Sequence[Transcript] = ()
    width: int | None = None
    height: int | None = None
    place: Place | None = None


def stage_of(actor: Actor, version: Version, place: Place | None = None) -> Stage:
    """Return the stage of a version, opened at a place.

    `closed` where its rights forbid even looking, `link` for a publisher's work.
    """
    verdict = may_use(actor, version, "view")
    if verdict.code == "link-only" or version.main is None:
        return Stage("link")
    if not verdict.allowed:
        return Stage("closed", preview_url=None)
    main, item = version.main, pinned(version)
    kind = main.format if main.format in VIEWERS else "reading" if main.reading.has_reading_html else "file"
    poster = item.find_file("poster") or item.find_file("preview")
    return Stage(
        kind=kind,
        main_url=None if holds_answers(main) else file_link(main) + (place.fragment if place else ""),
        preview_url=preview_link(version),
        poster_url=file_link(poster) if poster else None,
        captions=captions_links(item) if kind in {"audio", "video"} else (),
        reading_html=_reading(version, place) if kind == "reading" else None,
        transcripts=read_along(version) if kind in {"audio", "video", "captions"} else (),
        width=item.width,
        height=item.height,
        place=place,
    )


def _reading(version: Version, place: Place | None) -> str:
    """A place is counted in headings as the inspector met them, so it is found before they move down."""
    reading, language = version.inspection, current_locale()
    if place is not None or reading is None:
        return below_title(with_spot(told_in(_html_of(reading), language), place))
    # what was read out of bytes never changes, but a listing is said in two languages
    key = (reading.id, reading.sha256, reading.suffix, language if reading.format in PACKAGES else "")
    kept = _readings.get(key)
    if kept is None:
        kept = Markup(below_title(told_in(_html_of(reading), language)))
        _readings.put(key, kept)
    return kept


def _html_of(reading: Reading | None) -> str:
    return (read_html(db.session(), reading.id) if reading is not None else None) or ""


def read_along(version: Version) -> list[Transcript]:
    """Return the words of the captions with their moments, once for each language."""
    files = one_a_language(
        [file for file in version.files if file.format == "captions"],
        lambda file: file.language or file.reading.language,
    )
    passages = load_passages(db.session(), (file.reading.id for file in files)) if files else {}
    return [
        Transcript(language_label(file.language or file.reading.language), passages[file.reading.id])
        for file in files
        if passages.get(file.reading.id)
    ]


def language_label(code: str | None) -> str:
    """Return the name of a language; the code itself when it is not in the list."""
    term = LANGUAGES.get(code or "vi")
    return term.label(current_locale()) if term else str(code)


def license_words(version: Version) -> PlainWords:
    """Return what one may, must and must not do with a version."""
    return plain_words(version.license_id, current_locale())


def item_facts(version: Version) -> list[tuple[str, str]]:
    """Return the facts beside an item as (name, value); unknown ones are left out."""
    language, main = current_locale(), version.main
    facts = [
        (_("Subject, grade"), place_in_school(version)),
        (_("Type"), facet_label("type", version.type, language)),
        (_("Length"), extent(version)),
        (_("Language"), language_label(version.language)),
        (_("Authors"), ", ".join(version.authors)),
        (_("Rights holder"), version.rights_holder or ""),
        (_("Keywords"), ", ".join(version.keywords)),
        (_("Size"), file_size(main.size) if main else ""),
    ]
    return [(name, value) for name, value in facts if value]


def short_pin(version: Version) -> str:
    """Return the end of a version's permanent code, enough to tell two apart; the whole is for machines."""
    return f"{str(version.item.uuid)[-8:]}@{version.number}"


@dataclass(frozen=True, slots=True)
class Downloads:
    """The files of a version with their sizes where a copy may be kept; else the sentence that says why not."""

    files: Sequence[tuple[VersionFile, str]] = ()
    refusal: str = ""

    @property
    def lines(self) -> tuple[tuple[UUID, str, str], ...]:
        """The files in plain values: uuid, name, size in words."""
        return tuple((file.uuid, file.filename, size) for file, size in self.files)


def downloads(actor: Actor, version: Version) -> Downloads:
    """Return what the actor may keep a copy of."""
    verdict = may_use(actor, version, "download")
    if verdict.allowed:
        return Downloads([(file, file_size(file.size)) for file in list_open_files(actor, version)])
    return Downloads(refusal=verdict_words(verdict) if version.files else "")
