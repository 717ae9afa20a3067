"""Bring the database to the shape this version needs. Two labelled branches: `content_store` and `lms`.

Alembic is loaded when it is used: its 10 MB would lie in every web process for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine

from lms.core.db import write_connection
from lms.core.paths import MIGRATIONS

if TYPE_CHECKING:
    from alembic.config import Config


@dataclass(frozen=True, slots=True)
class DatabaseUpgraded:
    """The tables are of this version; rooms may now build what is derived from them."""


@dataclass(frozen=True, slots=True)
class DatabaseRestored:
    """The rows are of another day than everything derived from them; rooms rebuild that."""


def migration_config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration for this installation, bound to `connection`."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", f"{MIGRATIONS / 'content_store'}:{MIGRATIONS / 'lms'}")
    config.attributes["connection"] = connection
    return config


def upgrade_database(engine: Engine) -> None:
    """Run every migration that is missing, on both branches, in one transaction. Safe to repeat and to kill."""
    from alembic import command

    with write_connection(engine) as connection:
        command.upgrade(migration_config(connection), "heads")


def missing_migrations(engine: Engine) -> list[str]:
    """Return the revisions that the database still lacks; empty when it is up to date."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(migration_config())
    with engine.connect() as connection:
        have = set(MigrationContext.configure(connection).get_current_heads())
    return [head for head in script.get_heads() if head not in have]
