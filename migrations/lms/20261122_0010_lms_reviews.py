"""Review of items: policies of places, reviewers' subjects, submissions and their histories."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0010_lms"
down_revision = "20261122_0009_lms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    _add_policies()
    _add_submissions()


def _add_policies() -> None:
    op.create_table(
        "review_policy",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("scope_from", sa.String(length=12), nullable=False),
        sa.Column("approvals", sa.Integer(), nullable=False),
        sa.Column("by_type", sa.JSON(), nullable=False),
        sa.Column("each_version", sa.Boolean(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_review_policy_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_policy")),
        sa.UniqueConstraint("org_id", name=op.f("uq_review_policy_org_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_review_policy_uuid")),
    )
    op.create_table(
        "reviewer_subjects",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("subjects", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_reviewer_subjects_org_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_reviewer_subjects_user_id")),
        sa.PrimaryKeyConstraint("user_id", "org_id", name=op.f("pk_reviewer_subjects")),
    )


def _add_submissions() -> None:
    op.create_table(
        "review_submission",
        sa.Column("item_uuid", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("assigned_to", sa.Integer(), nullable=True),
        sa.Column("scope", sa.String(length=12), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=True),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'changes', 'approved', 'rejected', 'withdrawn', 'superseded')",
            name=op.f("ck_review_submission_state"),
        ),
        sa.ForeignKeyConstraint(["assigned_to"], ["user.id"], name=op.f("fk_review_submission_assigned_to")),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_review_submission_author_id")),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_review_submission_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_submission")),
        sa.UniqueConstraint("uuid", name=op.f("uq_review_submission_uuid")),
    )
    op.create_index("ix_review_submission_author_id", "review_submission", ["author_id"], unique=False)
    op.create_index(
        "ix_review_submission_queue", "review_submission", ["org_id", "state", "due_at", "id"], unique=False
    )
    op.create_index("ix_review_submission_item", "review_submission", ["item_uuid", "id"], unique=False)
    op.create_index("ix_review_submission_due", "review_submission", ["state", "due_at"], unique=False)
    is_open = sa.text("state = 'open'")
    op.create_index(
        "uq_review_submission_open",
        "review_submission",
        ["item_uuid"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_table(
        "review_step",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["review_submission.id"], name=op.f("fk_review_step_submission_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_review_step_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_step")),
        sa.UniqueConstraint("uuid", name=op.f("uq_review_step_uuid")),
    )
    op.create_index("ix_review_step_submission", "review_step", ["submission_id", "id"], unique=False)


def downgrade() -> None:
    """Change the tables back."""
    for table in ("review_step", "review_submission", "reviewer_subjects", "review_policy"):
        op.drop_table(table)
