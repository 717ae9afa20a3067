"""What teachers of the demo improve together, each deed found or made: a broken-off build goes on where it stopped."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from uuid import UUID

from lms.core.actor import SYSTEM
from lms.core.db import write
from lms.demo.content import together as words
from lms.demo.content.together import DemoDraft
from lms.demo.places import actor_of, get_place
from lms.demo.shelves import home_of, shelved
from lms.demo.teaching import find_course, lessons_of
from lms.lessons.lesson_sharing import plan_share, share_lesson, write_lesson
from lms.library import services as library
from lms.library.forms import Search
from lms.library.queries import get_item, list_own_items
from lms.library.remixes import services as remixes
from lms.library.reports import services as reports
from lms.library.reports.queries import find_live_case, has_open_report
from lms.library.review import services as reviews
from lms.library.review.queries import list_own_submissions
from lms.library.saved_searches.services import keep_search
from lms.library.shelves import services as shelves
from lms.library.shelves.queries import list_kept_shelves
from lms.library.short_links import make_code
from lms.library.suggested_changes import services as suggesting
from lms.library.voices.comment_queries import list_threads
from lms.library.voices.comments import add_comment
from lms.library.voices.ratings import find_own_rating, rate_item


def build_together(say: Callable[[str], None]) -> None:
    """Let colleagues speak of the demo's library, improve it, and ask for reviews."""
    known = {slug: UUID(uuid) for slug, uuid in shelved().items()}
    _rate(known)
    _comment(known[words.SHEET])
    _report(known[words.MARKET_SHEET])
    _remix(known[words.SHEET])
    _suggest(known[words.MISTAKES])
    say("together shelf")
    _shelve(known)
    _share_lesson()
    _keep_search()
    waiting = {
        row.version.title for name in ("khoa", "huy") for row in list_own_submissions(actor_of(name)).rows
    }
    if words.WAITING.title not in waiting:
        _submit(words.WAITING)
    if words.RETURNED.title not in waiting:
        _return(_submit(words.RETURNED))


def _rate(known: dict[str, UUID]) -> None:
    for one in words.RATINGS:
        actor, item = actor_of(one.username), known[one.slug]
        if find_own_rating(actor, item) is None:
            with write():
                rate_item(actor, item, stars=one.stars, reason=one.reason, words=one.words)


def _comment(item: UUID) -> None:
    asking, answering = actor_of(words.COMMENT[0]), actor_of(words.ANSWER[0])
    if not list_threads(asking, item).rows:
        with write():
            first = add_comment(asking, item, text=words.COMMENT[1])
            add_comment(answering, item, text=words.ANSWER[1], answers=first.uuid)
            make_code(answering, item)  # she prints it with its short address


def _report(item: UUID) -> None:
    """Two people report the same item; the librarian has begun to look into it."""
    for username, said in ((words.PUPIL, words.PUPIL_REPORTED), (words.REPORTER, words.REPORTED)):
        actor = actor_of(username)
        if not has_open_report(actor, item):
            with write():
                reports.report_problem(actor, item, kind="content", words=said)
    case = find_live_case(item)
    if case is not None and case.state == "open":
        with write():
            reports.take_case(actor_of(words.SHELF_KEEPER), case.uuid)


def _remix(item: UUID) -> None:
    actor = actor_of(words.REMIXER)
    if words.REMIXED_TITLE in {version.title for version in list_own_items(actor, size=100).versions}:
        return
    with write():
        made = remixes.remix_item(actor, item, home=get_place(home_of(words.REMIXER)))
        said = library.Metadata(
            title=words.REMIXED_TITLE,
            description=made.description,
            language=made.language,
            subject=made.subject,
            grades=tuple(made.grades),
            license_id=made.license_id,
            authors=tuple(made.authors),
            keywords=tuple(made.keywords),
        )
        library.update_item(actor, made.item.uuid, said, note=words.REMIXED_NOTE)
        library.publish_item(SYSTEM, made.item.uuid, scope="public")


def _suggest(item: UUID) -> None:
    actor = actor_of(words.SUGGESTER)
    if suggesting.list_suggestions(actor, box="out").rows:
        return
    version = get_item(actor, item)
    text = f"{suggesting.editable_text(version).rstrip()}\n{words.SIXTH_MISTAKE}"
    file = suggesting.prepare_text(actor, version, text)
    with write():
        suggesting.suggest_change(actor, item, note=words.SUGGESTED_NOTE, file=file)


def _shelve(known: dict[str, UUID]) -> None:
    keeper = actor_of(words.SHELF_KEEPER)
    if words.SHELF_TITLE in {card.title for card in list_kept_shelves(keeper).rows}:
        return
    place = get_place(home_of(words.SHELF_KEEPER))
    with write():
        shelf = shelves.create_shelf(keeper, place, title=words.SHELF_TITLE, description=words.SHELF_TEXT)
        for slug, said in words.SHELVED:
            shelves.put_on_shelf(keeper, shelf.uuid, known[slug], words=said)
        shelves.open_shelf(keeper, shelf.uuid)


def _share_lesson() -> None:
    """A published lesson becomes an item that others teach with."""
    author, course = actor_of(words.LESSON_AUTHOR), find_course(words.LESSON_COURSE)
    if course is None:
        raise LookupError(f"there is no course {words.LESSON_COURSE!r}")
    plan = plan_share(author, lessons_of(course)[words.LESSON_TITLE_PLACE].uuid)
    if plan.share is not None:
        return
    file = write_lesson(author, plan)
    with write():
        item = share_lesson(author, plan, file, license_id=plan.licenses[0][0])
        library.publish_item(SYSTEM, item, scope="public")


def _keep_search() -> None:
    search = Search(q=words.SEARCH_WORDS, chosen={"subject": (words.SEARCH_SUBJECT,)})
    with write():
        keep_search(actor_of(words.SEARCHER), search, name=words.SEARCH_NAME, alerts="weekly")


def _submit(draft: DemoDraft) -> UUID:
    """Put a draft in and ask for its review; return the review."""
    actor = actor_of(draft.username)
    new = library.NewFile(f"{draft.slug}.md", BytesIO(draft.markdown.encode()))
    file = library.prepare_files(actor, [new])
    said = library.Metadata(
        title=draft.title,
        description=draft.description,
        subject=draft.subject,
        grades=draft.grades,
        license_id="CC-BY-SA-4.0",
        authors=(actor.display_name,),
    )
    with write():
        item = library.add_item(actor, file, home=get_place(home_of(draft.username)), metadata=said).item
        submission = reviews.share_item(actor, item.uuid, scope="sector").submission
    if submission is None:
        raise LookupError("the demo's department has no reviewer")
    return submission.uuid


def _return(review: UUID) -> None:
    """The reviewer asks for changes, with a word about one place."""
    reviewer = actor_of(words.REVIEWER)
    with write():
        reviews.comment_on(reviewer, review, text=words.RETURNED_COMMENT, place=words.RETURNED_PLACE)
        reviews.decide(reviewer, review, "changes", reason=words.RETURNED_REASON)
