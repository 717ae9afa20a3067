"""Joined accounts, moves of pupils, rollovers of school years."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0006_lms"
down_revision = "20261122_0005_lms"
branch_labels = None
depends_on = None

TABLES = (
    "user_merge",
    "merge_change",
    "user_alias",
    "pupil_move",
    "rollover",
    "rollover_class",
    "run_ending",
)


def upgrade() -> None:
    """Change the tables."""
    _make_user_merge()
    _make_merge_change()
    _make_user_alias()
    _make_pupil_move()
    _make_rollover()
    _make_rollover_class()
    _make_run_ending()


def downgrade() -> None:
    """Change the tables back."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _make_user_merge() -> None:
    op.create_table(
        "user_merge",
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("merged_id", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("undo_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('done', 'undone')", name=op.f("ck_user_merge_state")),
        sa.ForeignKeyConstraint(["kept_id"], ["user.id"], name=op.f("fk_user_merge_kept_id")),
        sa.ForeignKeyConstraint(["made_by"], ["user.id"], name=op.f("fk_user_merge_made_by")),
        sa.ForeignKeyConstraint(["merged_id"], ["user.id"], name=op.f("fk_user_merge_merged_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_merge")),
        sa.UniqueConstraint("uuid", name=op.f("uq_user_merge_uuid")),
    )
    op.create_index(op.f("ix_user_merge_kept_id"), "user_merge", ["kept_id"], unique=False)
    op.create_index(op.f("ix_user_merge_merged_id"), "user_merge", ["merged_id"], unique=False)


def _make_merge_change() -> None:
    op.create_table(
        "merge_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("merge_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.String(length=40), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["merge_id"], ["user_merge.id"], name=op.f("fk_merge_change_merge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_change")),
    )
    op.create_index("ix_merge_change_merge_id_kind", "merge_change", ["merge_id", "kind"], unique=False)


def _make_user_alias() -> None:
    op.create_table(
        "user_alias",
        sa.Column("merged_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account", sa.Uuid(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["kept_id"], ["user.id"], name=op.f("fk_user_alias_kept_id")),
        sa.ForeignKeyConstraint(["merged_id"], ["user.id"], name=op.f("fk_user_alias_merged_id")),
        sa.PrimaryKeyConstraint("merged_id", name=op.f("pk_user_alias")),
        sa.UniqueConstraint("account", name=op.f("uq_user_alias_account")),
    )
    op.create_index(op.f("ix_user_alias_kept_id"), "user_alias", ["kept_id"], unique=False)


def _make_pupil_move() -> None:
    op.create_table(
        "pupil_move",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("from_org_id", sa.Integer(), nullable=False),
        sa.Column("to_org_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_grant_id", sa.Integer(), nullable=True),
        sa.Column("made_grant_id", sa.Integer(), nullable=True),
        sa.Column("home_before_id", sa.Integer(), nullable=True),
        sa.Column("problem", sa.String(length=300), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('planned', 'done', 'canceled', 'undone', 'failed')", name=op.f("ck_pupil_move_state")
        ),
        sa.ForeignKeyConstraint(["from_org_id"], ["org.id"], name=op.f("fk_pupil_move_from_org_id")),
        sa.ForeignKeyConstraint(["made_by"], ["user.id"], name=op.f("fk_pupil_move_made_by")),
        sa.ForeignKeyConstraint(["to_org_id"], ["org.id"], name=op.f("fk_pupil_move_to_org_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_pupil_move_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pupil_move")),
        sa.UniqueConstraint("uuid", name=op.f("uq_pupil_move_uuid")),
    )
    op.create_index("ix_pupil_move_user_id_state", "pupil_move", ["user_id", "state"], unique=False)


def _make_rollover() -> None:
    op.create_table(
        "rollover",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("carry_staff", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'queued', 'applied', 'undone', 'canceled')", name=op.f("ck_rollover_state")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["user.id"], name=op.f("fk_rollover_made_by")),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_rollover_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollover")),
        sa.UniqueConstraint("uuid", name=op.f("uq_rollover_uuid")),
    )
    op.create_index(op.f("ix_rollover_org_id"), "rollover", ["org_id"], unique=False)


def _make_rollover_class() -> None:
    op.create_table(
        "rollover_class",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rollover_id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=8), nullable=False),
        sa.Column("target_name", sa.String(length=200), nullable=False),
        sa.Column("repeat_name", sa.String(length=200), nullable=False),
        sa.Column("repeaters", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.Column("made_org_ids", sa.JSON(), nullable=False),
        sa.Column("made_grant_ids", sa.JSON(), nullable=False),
        sa.Column("ended", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_rollover_class_org_id")),
        sa.ForeignKeyConstraint(["rollover_id"], ["rollover.id"], name=op.f("fk_rollover_class_rollover_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollover_class")),
        sa.UniqueConstraint("rollover_id", "org_id", name=op.f("uq_rollover_class_rollover_id_org_id")),
    )
    op.create_index(op.f("ix_rollover_class_org_id"), "rollover_class", ["org_id"], unique=False)


def _make_run_ending() -> None:
    op.create_table(
        "run_ending",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Uuid(), nullable=False),
        sa.Column("state_before", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_ending_run_id")),
        sa.PrimaryKeyConstraint("run_id", "cause", name=op.f("pk_run_ending")),
    )
    op.create_index(op.f("ix_run_ending_cause"), "run_ending", ["cause"], unique=False)
