"""Alembic's environment: one database, two branches, each compared with its own models only."""

from typing import Any

from alembic import context
from sqlalchemy import Connection, DateTime, TypeDecorator, text

config = context.config


def run(connection: Connection) -> None:
    """Run the migrations in one transaction on the given connection.

    SQLite's DDL is transactional when BEGIN is sent by us, as `lms.core.db` does: a killed upgrade leaves the old
    tables. On PostgreSQL a lock lets nodes that start together upgrade one after the other.
    """
    branch = config.attributes.get("branch", "lms")
    metadata = config.attributes.get("metadata")

    def include(obj: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
        if kind == "table":
            return bool(name) and (name or "").startswith("cs_") == (branch == "content_store")
        return True

    def render(kind: str, obj: Any, _context: Any) -> str | bool:
        """Write our own column types as the plain ones below them: a migration imports no model."""
        if kind == "type" and isinstance(obj, TypeDecorator):
            impl = obj.impl
            if isinstance(impl, DateTime):
                return "sa.DateTime(timezone=True)"
            return f"sa.{impl.__class__.__name__}()"
        return False

    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_object=include,
        render_item=render,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('migrations'))"))
        context.run_migrations()


run(config.attributes["connection"])
