"""Two schools that must know nothing of each other, each with one of everything that has an address.

`build_world` makes both by the same steps, so that what one may see of its own tells what is missing of the other.
Every name in a world begins with its `mark`; searching an answer for the mark or for an id finds every leak.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from lms.core.actor import SYSTEM, Actor
from lms.core.clock import now, today
from lms.core.db import db, write
from lms.core.jobs import Job
from lms.courses.services import CourseDraft, RunDraft, add_unit, create_course, create_run, enroll_class
from lms.interop.oai_pmh.models import OaiSource
from lms.interop.webhooks.models import Webhook, WebhookDelivery
from lms.lessons import services as lessons
from lms.library import services as library
from lms.library.bulk.models import LibraryImport
from lms.library.forms import Search
from lms.library.reports.models import ItemCase
from lms.library.reports.services import report_problem
from lms.library.review import services as reviews
from lms.library.saved_searches.services import keep_search
from lms.library.shelves.services import create_shelf, open_shelf, put_on_shelf
from lms.library.short_links import make_code
from lms.library.suggested_changes import services as suggesting
from lms.library.synonyms import add_line
from lms.library.uploads.tus_drafts import begin_upload
from lms.library.voices.comments import add_comment
from lms.library.voices.ratings import rate_item
from lms.notices.models import Notice
from lms.orgs import services as orgs
from lms.orgs.models import Org
from lms.people import services as people
from lms.people.api_token_models import ApiToken
from lms.people.imports_model import ImportDraft
from lms.people.merge_model import UserMerge
from lms.people.models import RoleGrant, User, UserSession
from lms.people.moves_model import PupilMove
from lms.people.queries import build_actor
from lms.people.rollover_model import Rollover
from lms.people.second_factor_models import Passkey, TrustedDevice
from tests.factories.library import make_item, prepare_text
from tests.factories.people import make_user

# Who looks: everyone but system administrators, who reach every tree. Stranger and citizen hold no role.
ROLES = (
    "stranger",
    "citizen",
    "learner",
    "guardian",
    "teacher",
    "editor",
    "reviewer",
    "school_admin",
    "org_admin",
    "auditor",
)
AT_CLASS = {"learner"}
AT_DEPARTMENT = {"org_admin", "editor"}
QUESTION: dict[str, Any] = {
    "kind": "single",
    "prompt": "{mark} 1 + 1 = ?",
    "choices": [
        {"id": "a", "text": "2", "correct": True},
        {"id": "b", "text": "3", "correct": False},
    ],
    "tries": 2,
}


@dataclass
class World:
    """A tree of its own with people, a course, a library: `ids` maps the name of a route's argument to what fills it."""

    mark: str
    orgs: dict[str, Org] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)

    def actor(self, role: str) -> Actor:
        """Return the one who holds `role` here."""
        return build_actor(self.people[role])

    def keep(self, name: str, row: Any) -> None:
        """Remember a row's outside id as what fills the argument `name`."""
        self.ids[name] = str(row.uuid)
        self.secrets.add(str(row.uuid))


def build_world(mark: str) -> World:
    """Make a department with a school, a class and one of everything in them."""
    world = World(mark)
    _make_places(world)
    _make_people(world)
    _make_course(world)
    _make_library(world)
    _make_voices(world)
    _make_plans(world)
    _make_belongings(world)
    return world


def _make_places(world: World) -> None:
    with write():
        department = orgs.create_org(SYSTEM, parent=None, kind="department", name=f"{world.mark} Sở")
        school = orgs.create_org(SYSTEM, parent=department, kind="school", name=f"{world.mark} THCS")
        homeroom = orgs.create_org(SYSTEM, parent=school, kind="class", name=f"{world.mark} 6A1")
    world.orgs = {"department": department, "school": school, "class": homeroom}
    world.keep("org_uuid", school)
    for place in world.orgs.values():
        world.secrets.add(str(place.uuid))


def _make_people(world: World) -> None:
    for role in ROLES[1:]:
        place = "class" if role in AT_CLASS else "department" if role in AT_DEPARTMENT else "school"
        roles = () if role == "citizen" else ((role, world.orgs[place]),)
        name, mark = f"{world.mark} {role}", world.mark.lower()
        if role == "citizen":
            user = make_user(name, email=f"{mark}.{role}@example.vn")
        else:
            user = make_user(name, login=f"{mark}.{role}", home_org=world.orgs["school"], roles=roles)
        world.people[role] = user
        world.secrets.add(str(user.uuid))
    world.keep("user_uuid", world.people["learner"])
    held = select(RoleGrant).where(RoleGrant.user_id == world.people["learner"].id)
    world.keep("grant_uuid", db.session.scalars(held).one())


def _make_course(world: World) -> None:
    teacher, mark = world.actor("teacher"), world.mark
    question = {**QUESTION, "prompt": QUESTION["prompt"].format(mark=mark)}
    with write():
        course = create_course(teacher, org=world.orgs["school"], draft=CourseDraft(title=f"{mark} Toán"))
        unit = add_unit(teacher, course, f"{mark} Chương")
        lesson = lessons.create_lesson(teacher, unit, f"{mark} Bài", goal=f"{mark} mục tiêu", minutes=5)
        text = lessons.add_activity(
            teacher, lesson, kind="text", title=f"{mark} Đọc", data={"markdown": f"{mark} chữ"}
        )
        lessons.add_activity(teacher, lesson, kind="question", title=f"{mark} Câu", data=question)
        run = create_run(teacher, course, org=world.orgs["school"], draft=RunDraft(title=f"{mark} Đợt"))
        lessons.publish_lesson(teacher, lesson, runs=[run])
        enroll_class(teacher, run, world.orgs["class"])
    with write():
        lessons.view_activity(world.actor("learner"), run.uuid, text.uuid)
    for name, row in (
        ("course_uuid", course),
        ("unit_uuid", unit),
        ("lesson_uuid", lesson),
        ("activity_uuid", text),
        ("run_uuid", run),
    ):
        world.keep(name, row)
    world.ids["slug"] = course.slug
    world.secrets.add(course.slug)


def _make_library(world: World) -> None:
    teacher, school = world.actor("teacher"), world.orgs["school"]
    draft = make_item(teacher, f"{world.mark} nháp", f"{world.mark} chữ", scope=None, home=school)
    shared = make_item(teacher, f"{world.mark} nội bộ", f"{world.mark} chữ", scope="school", home=school)
    words = prepare_text(f"{world.mark} chữ mới")
    with write():
        shared = library.add_version(teacher, shared.item.uuid, [words])
    with write():
        offer = suggesting.suggest_change(
            world.actor("school_admin"),
            shared.item.uuid,
            note=f"{world.mark} sửa",
            file=prepare_text(f"{world.mark} khác"),
        )
    world.keep("suggestion_uuid", offer)
    world.ids |= {"number": "1", "before": "1", "after": "2"}
    world.keep("item_uuid", shared.item)
    world.keep("file_uuid", shared.files[0])
    world.secrets.add(str(draft.item.uuid))
    with write():
        world.keep("review_uuid", reviews.share_item(teacher, draft.item.uuid, scope="sector").submission)
        begun = begin_upload(teacher, filename=f"{world.mark}.mp4", length=9, limit=9, home=school)
        world.keep("upload_uuid", begun)
        world.keep("collection_uuid", library.create_collection(teacher, title=f"{world.mark} Bộ"))
        world.keep("search_uuid", keep_search(teacher, Search(q=f"{world.mark} tìm")))
        world.keep("line_uuid", add_line(SYSTEM, f"{world.mark} a = {world.mark} b"))


def _make_voices(world: World) -> None:
    """What is said of the shared item: a rating, a comment, a report; it stands on an open shelf and has a short code."""
    item, teacher = UUID(world.ids["item_uuid"]), world.actor("teacher")
    admin, keeper, words = world.actor("school_admin"), world.actor("editor"), f"{world.mark} lời"
    with write():
        world.keep("rating_uuid", rate_item(admin, item, stars=2, reason="other", words=words))
        world.keep("comment_uuid", add_comment(admin, item, text=words))
        report = report_problem(world.actor("learner"), item, kind="other", words=words)
        shelf = create_shelf(keeper, world.orgs["department"], title=f"{world.mark} kệ", description=words)
        put_on_shelf(keeper, shelf.uuid, item, words=words)
        open_shelf(keeper, shelf.uuid)
        world.ids["short"] = make_code(teacher, item)
    world.keep("case_uuid", db.session.get_one(ItemCase, report.case_id))
    world.keep("shelf_uuid", shelf)
    world.secrets.add(world.ids["short"])


def _make_plans(world: World) -> None:
    """What administrators prepare: an import, a merge, a move, a new year, a policy, a background job."""
    admin, pupil = world.people["school_admin"], world.people["learner"]
    school, homeroom = world.orgs["school"], world.orgs["class"]
    later = now() + timedelta(days=1)
    rows: dict[str, Any] = {
        "draft_uuid": ImportDraft(
            user_id=admin.id, org_id=school.id, file_name=f"{world.mark}.csv", expires_at=later
        ),
        "import_uuid": LibraryImport(
            user_id=world.people["teacher"].id,
            file_name=f"{world.mark}.zip",
            rows=[{"number": 2, "file": f"{world.mark}.pdf", "said": {}}],
            row_count=1,
            expires_at=later,
        ),
        "merge_uuid": UserMerge(
            kept_id=pupil.id, merged_id=world.people["guardian"].id, made_by=admin.id, undo_until=later
        ),
        "move_uuid": PupilMove(
            user_id=pupil.id, from_org_id=homeroom.id, starts_on=today() + timedelta(days=9), made_by=admin.id
        ),
        "plan_uuid": Rollover(
            org_id=school.id, year=today().year, starts_on=today() + timedelta(days=99), made_by=admin.id
        ),
        "source_uuid": OaiSource(name=world.mark, url=f"https://{world.mark}.example.org/oai"),
    }
    job = Job(name="none", args={"about": world.mark}, state="failed", error=world.mark, user_id=admin.id)
    with write() as session:
        session.add_all([*rows.values(), job])
        session.flush()
        policy = people.require_factor(world.actor("org_admin"), school, roles=["auditor"], grace_days=90)
        hook = Webhook(
            user_id=world.people["editor"].id,
            url=f"https://{world.mark}.example.org/hook",
            topics=["item.published"],
            sealed_secret=world.mark.encode(),
        )
        session.add(hook)
        session.flush()
        message = WebhookDelivery(
            webhook_id=hook.id, event_uuid=hook.uuid, topic="item.published", about={"item": world.mark}
        )
        session.add(message)
        session.flush()
    for name, row in rows.items():
        world.keep(name, row)
    world.keep("policy_uuid", policy)
    world.keep("webhook_uuid", hook)
    world.keep("delivery_uuid", message)
    world.ids["job_id"] = str(job.id)


def _make_belongings(world: World) -> None:
    """What belongs to one person alone: a session, a remembered device, a passkey, a notice."""
    owner = world.people["teacher"]
    later = now() + timedelta(days=9)
    rows: dict[str, Any] = {
        "session_uuid": UserSession(
            user_id=owner.id, token_hash=world.mark, user_agent=f"{world.mark} browser", expires_at=later
        ),
        "device_uuid": TrustedDevice(user_id=owner.id, token_hash=world.mark, expires_at=later),
        "passkey_uuid": Passkey(
            user_id=owner.id, name=f"{world.mark} khóa", credential_id=world.mark, public_key=b"x"
        ),
        "token_uuid": ApiToken(
            user_id=owner.id,
            name=f"{world.mark} khóa máy",
            token_hash=world.mark,
            start="benhoc_",
            scopes=["library:read"],
            expires_at=later,
        ),
        "notice_uuid": Notice(
            user_id=owner.id,
            topic="lesson_published",
            key=world.mark,
            about={
                "course": f"{world.mark} tin",
                "lesson": f"{world.mark} tin",
                "run_uuid": world.ids["run_uuid"],
                "lesson_uuid": world.ids["lesson_uuid"],
            },
        ),
    }
    with write() as session:
        session.add_all(rows.values())
    for name, row in rows.items():
        world.keep(name, row)


def is_uuid(text: str) -> bool:
    """Tell whether `text` is the outside id of something."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
