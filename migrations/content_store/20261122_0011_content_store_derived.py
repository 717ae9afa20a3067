"""Files made of others: smaller pictures, pages, lighter films, shapes of sounds."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0011_content_store"
down_revision = "20261122_0010_content_store"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "cs_derived",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["cs_blob.sha256"], name=op.f("fk_cs_derived_sha256_cs_blob")),
        sa.PrimaryKeyConstraint("source", "kind", name=op.f("pk_cs_derived")),
    )
    op.create_index(op.f("ix_cs_derived_sha256"), "cs_derived", ["sha256"], unique=False)
