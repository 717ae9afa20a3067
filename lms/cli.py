"""The command `lms`: everything an administrator does at a terminal."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click
from flask import Flask
from flask.cli import FlaskGroup

from lms.app import create_app_from_env
from lms.core import commands
from lms.core.errors import Refusal
from lms.interop.oai_pmh.cli import harvest
from lms.library.bulk.cli import cli as library
from lms.library.storage.cli import cli as storage
from lms.people.move_cli import cli as people
from lms.people.rollover_cli import cli as orgs
from lms.records.cli import cli as records
from lms.search.cli import cli as search

LATER = {"demo": "lms.demo.cli"}  # 15 MB of libraries and texts that no site needs while it serves


def _load_app() -> Flask:
    try:
        return create_app_from_env()
    except ValueError as error:
        raise click.ClickException(str(error)) from error


class _Commands(FlaskGroup):
    """The commands; those of `LATER` are loaded when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, loaded or not."""
        return sorted({*super().list_commands(ctx), *LATER})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return a command, loaded now if it must be."""
        if name in LATER and name not in self.commands:
            self.add_command(import_module(LATER[name]).cli)
        return super().get_command(ctx, name)


@click.group(
    cls=_Commands,
    create_app=_load_app,
    add_default_commands=False,
    add_version_option=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Bến Học: an open learning platform with one shared content library.",
)
def cli() -> None:
    """Root of all commands."""


cli.params.clear()  # Flask's own options for other people's applications

for command in (*commands.ALL, library, orgs, people, records, search, storage):
    cli.add_command(command)
library.add_command(harvest)


def main() -> None:
    """Run the command line; a refusal becomes one sentence and its exit code."""
    os.environ.setdefault("FLASK_SKIP_DOTENV", "1")
    try:
        cli.main(prog_name="lms")
    except Refusal as refusal:
        click.echo(f"lms: {refusal}", err=True)
        sys.exit(refusal.exit_code)
