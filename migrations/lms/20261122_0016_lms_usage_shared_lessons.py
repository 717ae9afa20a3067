"""How far library items reach; lessons that are shared as items, and lessons made from those."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0016_lms"
down_revision = "20261122_0015_lms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "item_reach",
        sa.Column("item_uuid", sa.Uuid(), nullable=False),
        sa.Column("lessons", sa.Integer(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("item_uuid", name=op.f("pk_item_reach")),
    )
    op.create_index("ix_item_reach_marked", "item_reach", ["marked_at", "item_uuid"], unique=False)
    op.create_table(
        "item_usage",
        sa.Column("item_uuid", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("learners", sa.Integer(), nullable=False),
        sa.Column("completed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_item_usage_org_id")),
        sa.PrimaryKeyConstraint("item_uuid", "org_id", name=op.f("pk_item_usage")),
    )
    op.create_table(
        "lesson_share",
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("item_uuid", sa.Uuid(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_lesson_share_lesson_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_lesson_share_revision_id")),
        sa.PrimaryKeyConstraint("lesson_id", name=op.f("pk_lesson_share")),
        sa.UniqueConstraint("item_uuid", name=op.f("uq_lesson_share_item_uuid")),
    )
    op.create_index(op.f("ix_lesson_share_revision_id"), "lesson_share", ["revision_id"], unique=False)
    op.create_table(
        "lesson_origin",
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("pin", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_lesson_origin_lesson_id")),
        sa.PrimaryKeyConstraint("lesson_id", "pin", name=op.f("pk_lesson_origin")),
    )
    op.create_index(op.f("ix_lesson_origin_pin"), "lesson_origin", ["pin"], unique=False)
