"""Versions that were withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0002_content_store"
down_revision = "20261122_0001_content_store"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "cs_recall",
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recalled_by", sa.String(length=100), nullable=False),
        sa.Column("recalled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("was_shown", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["cs_version.id"], name=op.f("fk_cs_recall_version_id_cs_version")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_cs_recall")),
    )
