from __future__ import annotations

from lms.core.errors import Conflict, NotFound
from lms.orgs.cli import cli as orgs_cli
from lms.orgs.queries import find_org
from lms.people import services as people
from lms.people.cli import cli as people_cli
from lms.people.queries import build_actor, find_user


def run(app, cli, *words):
    return app.test_cli_runner().invoke(cli, words)


def test_the_first_unit_and_the_first_administrator_are_made_at_a_terminal(app):
    refused = run(app, people_cli, "add-admin", "Quản Trị")
    assert isinstance(refused.exception, Conflict)
    assert run(app, orgs_cli, "add", "department", "Sở GD-ĐT", "--code", "SO").exit_code == 0
    assert run(app, orgs_cli, "add", "school", "THCS A", "--code", "A", "--under", "SO").exit_code == 0
    assert run(app, orgs_cli, "list", "--under", "SO").output == "A\tschool\tTHCS A\n"
    login, password = (
        run(app, people_cli, "add-admin", "Quản Trị", "--login", "root").output.strip().split("\t")
    )
    with app.app_context():
        user = people.check_password(login, password)
        assert user.must_change_password and build_actor(user).has_role("sysadmin")
        assert find_org("A").lineage_ids == (1, 2)


def test_a_locked_out_administrator_gets_a_new_password_at_a_terminal(app):
    run(app, orgs_cli, "add", "department", "Sở GD-ĐT")
    run(app, people_cli, "add-admin", "Quản Trị", "--login", "root")
    password = run(app, people_cli, "reset-password", "ROOT").output.strip().split("\t")[1]
    with app.app_context():
        assert people.check_password("root", password) is find_user("root")
    assert isinstance(run(app, people_cli, "reset-password", "nobody").exception, NotFound)
    assert isinstance(run(app, orgs_cli, "add", "school", "X", "--under", "nothing").exception, NotFound)
