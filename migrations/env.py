"""Alembic's environment: one database, two branches, each compared with its own models only."""

from typing import Any

from alembic import context
from sqlalchemy import Connection

config = context.config


def run(connection: Connection) -> None:
    """Run the migrations in one transaction on the given connection."""
    branch = config.attributes.get("branch", "lms")
    metadata = config.attributes.get("metadata")

    def include(obj: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
        if kind == "table":
            return bool(name) and (name or "").startswith("cs_") == (branch == "content_store")
        return True

    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_object=include,
        render_as_batch=False,
        user_module_prefix="types.",
    )
    with context.begin_transaction():
        context.run_migrations()


run(config.attributes["connection"])
