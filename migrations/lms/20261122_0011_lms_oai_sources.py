"""The libraries that are harvested, and what was taken in from each."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0011_lms"
down_revision = "20261122_0010_lms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "oai_source",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("prefix", sa.String(length=20), nullable=False),
        sa.Column("set_spec", sa.String(length=200), nullable=True),
        sa.Column("scope", sa.String(length=12), nullable=False),
        sa.Column("every_hours", sa.Integer(), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("started_stamp", sa.String(length=20), nullable=True),
        sa.Column("from_stamp", sa.String(length=20), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=400), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oai_source")),
        sa.UniqueConstraint("uuid", name=op.f("uq_oai_source_uuid")),
    )
    op.create_index("ix_oai_source_next_at", "oai_source", ["next_at"], unique=False)
    op.create_table(
        "oai_taken",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("identifier", sa.String(length=500), nullable=False),
        sa.Column("item_uuid", sa.Uuid(), nullable=False),
        sa.Column("stamp", sa.String(length=20), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["oai_source.id"], name=op.f("fk_oai_taken_source_id")),
        sa.PrimaryKeyConstraint("source_id", "identifier", name=op.f("pk_oai_taken")),
    )
