"""Stored files that were missing or damaged when they were last read."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0009_content_store"
down_revision = "20261122_0008_content_store"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "cs_damage",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_cs_damage")),
    )
