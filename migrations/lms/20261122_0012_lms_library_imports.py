"""Imports of many library items, and the room that places have in the library."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0012_lms"
down_revision = "20261122_0011_lms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "library_import",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("home_id", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("archive", sa.String(length=32), nullable=True),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("known_count", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("next_row", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["home_id"], ["org.id"], name=op.f("fk_library_import_home_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_library_import_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_import")),
        sa.UniqueConstraint("uuid", name=op.f("uq_library_import_uuid")),
    )
    for column in ("expires_at", "home_id", "user_id"):
        op.create_index(op.f(f"ix_library_import_{column}"), "library_import", [column], unique=False)
    op.create_table(
        "library_quota",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("max_bytes", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_library_quota_org_id")),
        sa.PrimaryKeyConstraint("org_id", name=op.f("pk_library_quota")),
    )
