"""Importing lists of people: read, show, confirm, write in small steps. What was shown is what is written."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select

from lms.core.actor import SYSTEM, Actor
from lms.core.audit import record_audit
from lms.core.clock import now
from lms.core.db import db, write
from lms.core.errors import Conflict, NotAllowed, NotFound, Refusal
from lms.core.i18n import LOCALES, _, speaking
from lms.core.jobs import Job, enqueue, report_progress
from lms.orgs.models import Org
from lms.orgs.queries import get_org_by_id
from lms.people import services
from lms.people.imports_columns import ImportRow, read_rows, restore_row
from lms.people.imports_model import ImportDraft
from lms.people.imports_plan import CODE_KIND, Step, plan_rows
from lms.people.imports_reading import read_table
from lms.people.passwords import hash_password, new_one_time_password
from lms.people.permissions import can_manage_people
from lms.people.queries import build_actor, get_user_by_id

BATCH = 50
KEPT = timedelta(hours=24)
REPORT_KEPT = timedelta(days=90)
MOST_PROBLEMS = 5_000


def read_people(data: bytes) -> list[ImportRow]:
    """Return the people of an uploaded file. Reads only; call it before `write()`. Raises Invalid."""
    return read_rows(read_table(data))


def draft_import(actor: Actor, org: Org, rows: list[ImportRow], *, file_name: str = "") -> ImportDraft:
    """Keep the rows of a list for a day, for their maker to confirm; what has expired is swept away."""
    if not can_manage_people(actor, org.lineage_ids):
        raise NotAllowed()
    if org.is_closed:
        raise Conflict(_("This unit is closed. Choose one that is open."))
    db.session.execute(delete(ImportDraft).where(ImportDraft.expires_at <= now()))
    draft = ImportDraft(
        user_id=actor.user_id,
        org_id=org.id,
        file_name=file_name[:200],
        rows=[row.as_dict() for row in rows],
        row_count=len(rows),
        expires_at=now() + KEPT,
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def get_draft(actor: Actor, uuid: UUID) -> ImportDraft:
    """Return a living draft of `actor`'s own. Raises NotFound for everyone else's."""
    draft = db.session.scalar(
        select(ImportDraft).where(ImportDraft.uuid == uuid, ImportDraft.expires_at > now())
    )
    if draft is None or (draft.user_id != actor.user_id and not actor.is_system):
        raise NotFound(_("This list is no longer kept. Send the file again."))
    return draft


def list_drafts(actor: Actor, org: Org, limit: int = 10) -> list[ImportDraft]:
    """Return the latest imports that `actor` made here."""
    statement = select(ImportDraft).where(
        ImportDraft.user_id == actor.user_id, ImportDraft.org_id == org.id, ImportDraft.expires_at > now()
    )
    return list(db.session.scalars(statement.order_by(ImportDraft.id.desc()).limit(limit)))


def find_job(draft: ImportDraft) -> Job | None:
    """Return the job that writes the draft, with how far it is."""
    return db.session.get(Job, draft.job_id) if draft.job_id is not None else None


def plan_draft(actor: Actor, draft: ImportDraft) -> list[Step]:
    """Return what confirming the draft would do now."""
    return plan_rows(actor, get_org_by_id(draft.org_id), [restore_row(kept) for kept in draft.rows])


def confirm_import(actor: Actor, draft: ImportDraft) -> ImportDraft:
    """Have the worker write the draft. Confirming twice writes once."""
    if draft.user_id != actor.user_id and not actor.is_system:
        raise NotFound()
    org = get_org_by_id(draft.org_id)
    if not can_manage_people(actor, org.lineage_ids):
        raise NotAllowed()
    if draft.state != "draft":
        return draft
    job = enqueue("import_people", key=f"import:{draft.id}", user_id=actor.user_id, draft_id=draft.id)
    job.total = draft.row_count
    draft.state, draft.job_id, draft.expires_at = "queued", job.id, now() + REPORT_KEPT
    db.session.flush()
    record_audit(actor, "people.imported", "org", org.uuid, org_id=org.id, rows=draft.row_count)
    return draft


def run_import(draft_id: int) -> None:
    """Write the rest of a confirmed draft, fifty rows a step. A killed run goes on where it stood."""
    while (draft := db.session.get(ImportDraft, draft_id)) is not None and draft.state == "queued":
        actor = _actor_of(draft)
        start, rows = draft.next_row, draft.rows[draft.next_row : draft.next_row + BATCH]
        batch = [restore_row(kept) for kept in rows]
        org = get_org_by_id(draft.org_id)
        hashes = _hash_passwords(sum(step.deed == "create" for step in plan_rows(actor, org, batch)))
        with speaking(actor.locale or LOCALES[0]), write():
            _write_batch(actor, draft_id, start, batch, hashes)
        if draft.job_id is not None:
            report_progress(draft.job_id, start + len(batch), draft.row_count)


def _actor_of(draft: ImportDraft) -> Actor:
    """Return who confirmed the draft, with the rights held now: those who lost them write nothing."""
    if draft.user_id is None:
        return SYSTEM
    user = get_user_by_id(draft.user_id)
    actor = build_actor(user)
    if not user.is_active or not can_manage_people(actor, get_org_by_id(draft.org_id).lineage_ids):
        raise NotAllowed()
    return actor


def _hash_passwords(count: int) -> list[str]:
    """Hash passwords that nobody knows yet, outside the write; class cards replace them."""
    return [hash_password(new_one_time_password()) for _number in range(count)]


def _write_batch(actor: Actor, draft_id: int, start: int, batch: list[ImportRow], hashes: list[str]) -> None:
    draft = db.session.get_one(ImportDraft, draft_id, populate_existing=True)
    if draft.next_row != start or draft.state != "queued":
        return  # another worker wrote this step meanwhile
    org, problems = get_org_by_id(draft.org_id), list(draft.problems)
    for step in plan_rows(actor, org, batch):
        note, deed = step.note, step.deed
        if deed in {"create", "update"}:
            note, deed = _write_row(actor, org, step, hashes)
        if deed == "error":
            problems.append({"number": step.row.number, "message": str(note)})
        draft.created += deed == "create"
        draft.updated += deed == "update"
        draft.unchanged += deed == "same"
    draft.problems = problems[:MOST_PROBLEMS]
    draft.next_row = start + len(batch)
    if draft.next_row >= draft.row_count:
        draft.state, draft.rows = "done", []  # names are kept no longer than needed
    db.session.flush()


def _write_row(actor: Actor, org: Org, step: Step, hashes: list[str]) -> tuple[str, str]:
    """Write one row in a savepoint; return its message and deed. A refusal leaves nothing of the row."""
    try:
        with db.session.begin_nested():
            if step.deed == "create":
                _create_person(actor, org, step, hashes.pop() if hashes else _hash_passwords(1)[0])
            else:
                _update_person(actor, step)
    except Refusal as error:
        fields = getattr(error, "fields", {})
        return " ".join(str(text) for text in fields.values()) or str(error), "error"
    return "", step.deed


def _create_person(actor: Actor, org: Org, step: Step, fresh: str) -> None:
    row = step.row
    home = get_org_by_id(org.parent_id) if org.kind == "class" and org.parent_id is not None else org
    user, _none = services.create_user(
        actor,
        full_name=row.full_name,
        login=row.login or None,
        email=row.email or None,
        password_hash=fresh,
        home_org=home,
        external_ids=[(CODE_KIND, row.pupil_code)] if row.pupil_code else (),
    )
    for role, place in step.places:
        services.grant_role(actor, user, role, place)
    if row.email:
        enqueue("send_welcome_letter", key=f"welcome:{user.id}", account_id=user.id)


def _update_person(actor: Actor, step: Step) -> None:
    row, user = step.row, step.user
    if user is None:
        raise NotFound()
    login, email = row.login or user.login, row.email or user.email
    if (row.full_name, login, email) != (user.full_name, user.login, user.email):
        services.update_user(actor, user, full_name=row.full_name, login=login, email=email)
    if row.pupil_code:
        services.add_external_id(actor, user, kind=CODE_KIND, value=row.pupil_code)
    for role, place in step.places:
        services.grant_role(actor, user, role, place)
    for grant in step.leaves:
        services.end_grant(actor, grant)
