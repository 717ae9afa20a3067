"""`lms people`: lists of people and single accounts, from a terminal."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from lms.core.actor import SYSTEM
from lms.core.db import db, write
from lms.core.errors import NotFound
from lms.core.i18n import _
from lms.orgs.models import Org
from lms.orgs.queries import find_org
from lms.people import imports, services
from lms.people.cli import cli
from lms.people.imports_model import ImportDraft
from lms.people.imports_plan import count_deeds, plan_rows
from lms.people.models import ROLES, User
from lms.people.passwords import hash_password, new_one_time_password
from lms.people.queries import find_user

__all__ = ["cli"]


def _org(code: str) -> Org:
    org = find_org(code)
    if org is None:
        raise NotFound(_("No unit has this code. Check it with `lms orgs list`."))
    return org


def _user(login: str) -> User:
    user = find_user(login)
    if user is None:
        raise NotFound(_("No account has this user name or mail address."))
    return user


@cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--org", "code", required=True, help="Code of the school or class the people belong to.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@with_appcontext
def import_people(file: Path, code: str, dry_run: bool) -> None:
    """Write a CSV or XLSX list of people. Safe to repeat: people with codes are never made twice."""
    org, rows = _org(code), imports.read_people(file.read_bytes())
    if dry_run:
        steps = plan_rows(SYSTEM, org, rows)
        _report(count_deeds(steps), [(s.row.number, s.note) for s in steps if s.deed == "error"])
        return
    with write():
        draft = imports.draft_import(SYSTEM, org, rows, file_name=file.name)
        draft.state = "queued"
    imports.run_import(draft.id)
    done = db.session.get_one(ImportDraft, draft.id, populate_existing=True)
    counts = {
        "create": done.created,
        "update": done.updated,
        "same": done.unchanged,
        "error": len(done.problems),
    }
    _report(counts, [(one["number"], one["message"]) for one in done.problems])


def _report(counts: dict[str, int], problems: list[tuple[int, str]]) -> None:
    """Print the wrong rows, then the counts; exit 1 when any row is wrong."""
    for number, message in problems:
        click.echo(f"line {number}: {message}", err=True)
    click.echo("\t".join(f"{deed} {count}" for deed, count in counts.items()))
    if problems:
        raise SystemExit(1)


@cli.command("create")
@click.argument("full_name")
@click.option("--login", help="User name; made from the name when missing.")
@click.option("--email", help="Mail address.")
@click.option("--org", "code", required=True, help="Code of the unit the person belongs to.")
@click.option("--role", type=click.Choice(ROLES), help="A role to give there.")
@with_appcontext
def create_person(full_name: str, login: str | None, email: str | None, code: str, role: str | None) -> None:
    """Make an account and print its one-time password."""
    org, password = _org(code), new_one_time_password()
    fresh = hash_password(password)
    with write():
        user, _none = services.create_user(
            SYSTEM, full_name=full_name, login=login, email=email, password_hash=fresh, home_org=org
        )
        if role is not None:
            services.grant_role(SYSTEM, user, role, org)
    click.echo(f"{user.login or user.email}\t{password}")


@cli.command("grant")
@click.argument("login")
@click.argument("role", type=click.Choice(ROLES))
@click.argument("code")
@with_appcontext
def grant_role(login: str, role: str, code: str) -> None:
    """Give someone a role at the unit of this code."""
    user, org = _user(login), _org(code)
    with write():
        services.grant_role(SYSTEM, user, role, org)
    click.echo(f"{user.login or user.email}\t{role}\t{org.name}")


@cli.command("deactivate")
@click.argument("login")
@with_appcontext
def deactivate(login: str) -> None:
    """Close an account; its sessions end at once, its results stay."""
    user = _user(login)
    with write():
        services.deactivate_user(SYSTEM, user)
    click.echo(f"{user.login or user.email}\tdeactivated")


@cli.command("reactivate")
@click.argument("login")
@with_appcontext
def reactivate(login: str) -> None:
    """Open a closed account again."""
    user = _user(login)
    with write():
        services.reactivate_user(SYSTEM, user)
    click.echo(f"{user.login or user.email}\tactive")
