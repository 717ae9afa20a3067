"""Searches that people keep, and what librarians change in the list of synonyms."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0015_lms"
down_revision = "20261122_0014_lms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "saved_search",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("address", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("alerts", sa.String(length=8), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("fresh", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("alerts IN ('none', 'daily', 'weekly')", name=op.f("ck_saved_search_alerts")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_saved_search_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
        sa.UniqueConstraint("user_id", "digest", name=op.f("uq_saved_search_user_id_digest")),
        sa.UniqueConstraint("uuid", name=op.f("uq_saved_search_uuid")),
    )
    op.create_index(op.f("ix_saved_search_due_at"), "saved_search", ["due_at"], unique=False)
    op.create_table(
        "synonym_line",
        sa.Column("line", sa.String(length=300), nullable=False),
        sa.Column("is_base", sa.Boolean(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_synonym_line_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synonym_line")),
        sa.UniqueConstraint("line", name=op.f("uq_synonym_line_line")),
        sa.UniqueConstraint("uuid", name=op.f("uq_synonym_line_uuid")),
    )
