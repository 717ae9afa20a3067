"""The command `lms`: everything an administrator does at a terminal."""

from __future__ import annotations

import os
import sys

import click
from flask import Flask
from flask.cli import FlaskGroup

from lms.app import create_app_from_env
from lms.core import commands
from lms.core.errors import Refusal
from lms.demo.cli import cli as demo
from lms.library.cli import cli as library
from lms.people.move_cli import cli as people
from lms.people.rollover_cli import cli as orgs
from lms.records.cli import cli as records
from lms.search.cli import cli as search


def _load_app() -> Flask:
    try:
        return create_app_from_env()
    except ValueError as error:
        raise click.ClickException(str(error)) from error


@click.group(
    cls=FlaskGroup,
    create_app=_load_app,
    add_default_commands=False,
    add_version_option=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Bến Học: an open learning platform with one shared content library.",
)
def cli() -> None:
    """Root of all commands."""


cli.params.clear()  # Flask's own options for other people's applications

for command in (*commands.ALL, demo, library, orgs, people, records, search):
    cli.add_command(command)


def main() -> None:
    """Run the command line; a refusal becomes one sentence and its exit code."""
    os.environ.setdefault("FLASK_SKIP_DOTENV", "1")
    try:
        cli.main(prog_name="lms")
    except Refusal as refusal:
        click.echo(f"lms: {refusal}", err=True)
        sys.exit(refusal.exit_code)
