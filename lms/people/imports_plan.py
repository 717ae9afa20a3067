"""What an import would do, row by row: compared with who is known, in a few queries however long the list is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, or_, select

from lms.core.actor import Actor
from lms.core.clock import today
from lms.core.db import db
from lms.core.i18n import _
from lms.core.vietnamese import fold
from lms.orgs.models import Org
from lms.orgs.queries import get_org_by_id, within
from lms.people.imports_columns import ImportRow
from lms.people.models import ExternalId, RoleGrant, User
from lms.people.permissions import can_grant
from lms.people.queries import is_current
from lms.people.services.accounts import EMAIL, LOGIN, LONGEST_NAME

CODE_KIND = "pupil_code"
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one row: `deed` is create, update, same or error; `note` says why or how in words."""

    row: ImportRow
    deed: str
    user: User | None = None
    places: tuple[tuple[str, Org], ...] = ()
    leaves: tuple[RoleGrant, ...] = ()
    note: str = ""


@dataclass(slots=True)
class Known:
    """The people and classes that the rows may mean."""

    classes: dict[str, list[Org]] = field(default_factory=lambda: defaultdict(list))
    by_code: dict[str, User] = field(default_factory=dict)
    by_name: dict[str, User] = field(default_factory=dict)  # user names and mail addresses, of the whole site
    by_place: dict[tuple[int, str, str], User] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)
    grants: dict[int, list[tuple[RoleGrant, Org]]] = field(default_factory=lambda: defaultdict(list))
    here: set[int] = field(default_factory=set)


def plan_rows(actor: Actor, org: Org, rows: Sequence[ImportRow]) -> list[Step]:
    """Return what importing `rows` under `org` does now. Changes nothing."""
    known = _load_known(org, rows)
    seen: set[tuple[str, str]] = set()
    return [_plan_row(actor, org, row, known, seen) for row in rows]


def count_deeds(steps: Iterable[Step]) -> dict[str, int]:
    """Return how many rows are created, updated, left as they are, and wrong."""
    counts = {"create": 0, "update": 0, "same": 0, "error": 0}
    for step in steps:
        counts[step.deed] += 1
    return counts


def belongs_to(org: Org) -> ColumnElement[bool]:
    """Return the filter on User rows with their home or a present role at or below `org`."""
    below = select(Org.id).where(within(org.lineage))
    holders = select(RoleGrant.user_id).where(RoleGrant.org_id.in_(below), is_current())
    return or_(User.home_org_id.in_(below), User.id.in_(holders))


def _load_known(org: Org, rows: Sequence[ImportRow]) -> Known:
    known = Known()
    classes = select(Org).where(within(org.lineage), Org.kind == "class", Org.closed_on.is_(None))
    for one in db.session.scalars(classes):
        known.classes[fold(one.name)].append(one)
    _load_codes(known, org, {row.pupil_code for row in rows if row.pupil_code})
    _load_names(known, {row.login for row in rows} | {row.email for row in rows})
    if any(not (row.pupil_code or row.login or row.email) for row in rows):
        _load_members(known, org)
    found = {user.id for user in (*known.by_code.values(), *known.by_name.values(), *known.by_place.values())}
    _load_standing(known, org, found)
    return known


def _chunks(values: Collection[str] | Collection[int]) -> Iterable[list[str] | list[int]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]  # type: ignore[misc]


def _load_codes(known: Known, org: Org, codes: set[str]) -> None:
    """Find the bearers of the codes here; another school's codes are its own affair."""
    for chunk in _chunks(codes):
        bearers = select(ExternalId.value, User).join(User, User.id == ExternalId.user_id)
        bearers = bearers.where(_is_open_code(), ExternalId.value.in_(chunk), belongs_to(org))
        for code, user in db.session.execute(bearers):
            known.by_code[code] = user


def _is_open_code() -> ColumnElement[bool]:
    valid = or_(ExternalId.valid_to.is_(None), ExternalId.valid_to > today())
    return (ExternalId.type == CODE_KIND) & valid


def _load_names(known: Known, names: set[str]) -> None:
    for chunk in _chunks(names - {""}):
        for user in db.session.scalars(select(User).where(or_(User.login.in_(chunk), User.email.in_(chunk)))):
            known.by_name.update({name: user for name in (user.login, user.email) if name})


def _load_members(known: Known, org: Org) -> None:
    """Know people without any key by their name and place, so that the same list twice makes nobody twice."""
    members = (
        select(RoleGrant.org_id, RoleGrant.role, User)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.org_id.in_(select(Org.id).where(within(org.lineage))), is_current())
    )
    for org_id, role, user in db.session.execute(members):
        known.by_place[org_id, role, user.full_name.casefold()] = user


def _load_standing(known: Known, org: Org, user_ids: set[int]) -> None:
    """Load the codes and roles of the people found, and who of them is of this place."""
    for chunk in _chunks(user_ids):
        known.here.update(db.session.scalars(select(User.id).where(User.id.in_(chunk), belongs_to(org))))
        codes = select(ExternalId.user_id, ExternalId.value).where(
            _is_open_code(), ExternalId.user_id.in_(chunk)
        )
        for user_id, code in db.session.execute(codes):
            known.codes[user_id] = code
        grants = select(RoleGrant, Org).join(Org, Org.id == RoleGrant.org_id)
        for grant, place in db.session.execute(grants.where(RoleGrant.user_id.in_(chunk), is_current())):
            known.grants[grant.user_id].append((grant, place))


def _plan_row(actor: Actor, org: Org, row: ImportRow, known: Known, seen: set[tuple[str, str]]) -> Step:
    """Say what becomes of one row."""
    role = row.role_key
    problem = _find_problem(row, seen)
    places: tuple[tuple[str, Org], ...] = ()
    if not problem and role is not None:
        places, problem = _find_places(actor, org, row, role, known)
    user: User | None = None
    if not problem:
        user, problem = _find_person(row, places, known)
    if problem:
        return Step(row, "error", note=problem)
    if user is None:
        return Step(row, "create", places=places)
    return _plan_update(org, row, user, places, known)


def _find_problem(row: ImportRow, seen: set[tuple[str, str]]) -> str:
    """Return what is wrong with the row itself, '' if nothing; notes its keys in `seen`."""
    if not row.full_name:
        return str(_("Write the full name."))
    if len(row.full_name) > LONGEST_NAME:
        return str(_("Shorten the name to at most %(count)s characters.", count=LONGEST_NAME))
    if row.login and not LOGIN.fullmatch(row.login):
        return str(_("Use at least two letters a-z or digits; dots, dashes and underscores are fine."))
    if row.email and (len(row.email) > 254 or not EMAIL.fullmatch(row.email)):
        return str(_("Write a mail address such as name@example.vn."))
    if len(row.pupil_code) > 120:
        return str(_("Shorten the code to at most %(count)s characters.", count=120))
    if row.role_key is None:
        return str(_("The role “%(role)s” is not known. Use one of those in the example.", role=row.role))
    keys = {("code", row.pupil_code), ("login", row.login), ("email", row.email)}
    keys = {key for key in keys if key[1]}
    own = keys or {("name", f"{row.full_name.casefold()}/{fold(row.class_name)}/{row.role_key}")}
    if own & seen:
        return str(_("This person stands in the list already. Two people of one name need codes."))
    seen |= own
    return ""


def _find_places(
    actor: Actor, org: Org, row: ImportRow, role: str, known: Known
) -> tuple[tuple[tuple[str, Org], ...], str]:
    """Return the roles to give and where; a homeroom teacher also teaches at the school."""
    target = org
    if row.class_name:
        found = known.classes.get(fold(row.class_name), [])
        if not found:
            return (), str(_("There is no class %(name)s here. Make it first.", name=row.class_name))
        if len(found) > 1:
            return (), str(
                _("Several classes are called %(name)s. Import school by school.", name=row.class_name)
            )
        target = found[0]
    places = [(role, target)] if role in {"learner", "teacher"} else [(role, _school_of(org))]
    if role == "teacher" and target.kind == "class":
        places.insert(0, (role, _school_of(target)))
    if not all(can_grant(actor, given, place.lineage_ids) for given, place in places):
        return (), str(_("You may not give this role here."))
    return tuple(places), ""


def _school_of(org: Org) -> Org:
    if org.kind == "class" and org.parent_id is not None:
        return get_org_by_id(org.parent_id)
    return org


def _find_person(
    row: ImportRow, places: tuple[tuple[str, Org], ...], known: Known
) -> tuple[User | None, str]:
    """Return who the row means, None for someone new; and what is wrong, '' if nothing."""
    by_code = known.by_code.get(row.pupil_code) if row.pupil_code else None
    named = [known.by_name[name] for name in (row.login, row.email) if name and name in known.by_name]
    user = by_code or (named[0] if named else None)
    if user is None and not (row.pupil_code or row.login or row.email) and places:
        role, place = places[-1]
        user = known.by_place.get((place.id, role, row.full_name.casefold()))
    if user is None:
        return None, ""
    if user.id not in known.here or any(other.id != user.id for other in named):
        return None, str(_("Someone else has this user name or mail address. Choose another one."))
    if by_code is None and row.pupil_code and known.codes.get(user.id):
        return None, str(_("This person has another pupil code. Check which one is right."))
    if not user.is_active:
        return None, str(_("This account is closed. Open it again first."))
    return user, ""


def _plan_update(
    org: Org, row: ImportRow, user: User, places: tuple[tuple[str, Org], ...], known: Known
) -> Step:
    held = known.grants[user.id]
    have = {(grant.role, place.id) for grant, place in held}
    missing = tuple((role, place) for role, place in places if (role, place.id) not in have)
    leaves = _grants_to_end(org, places, held)
    changes = (
        row.full_name != user.full_name
        or (row.login and row.login != user.login)
        or (row.email and row.email != user.email)
        or (row.pupil_code and known.codes.get(user.id) != row.pupil_code)
    )
    if not (changes or missing or leaves):
        return Step(row, "same", user)
    moved = ", ".join(place.name for grant, place in held if grant in leaves)
    note = _("Moves here from %(name)s.", name=moved) if leaves else ""
    return Step(row, "update", user, missing, leaves, str(note))


def _grants_to_end(
    org: Org, places: tuple[tuple[str, Org], ...], held: Sequence[tuple[RoleGrant, Org]]
) -> tuple[RoleGrant, ...]:
    """Return the memberships of other classes of this school that a new class replaces."""
    role, target = places[-1]
    if role != "learner" or target.kind != "class":
        return ()
    siblings = target.lineage[: target.lineage.rstrip("/").rfind("/") + 1]
    return tuple(
        grant
        for grant, place in held
        if grant.role == "learner"
        and place.kind == "class"
        and place.id != target.id
        and place.lineage.startswith(siblings)
    )
