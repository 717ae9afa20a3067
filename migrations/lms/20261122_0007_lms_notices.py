"""Notices, what is repeated by the clock, and how far statements were read."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0007_lms"
down_revision = "20261122_0006_lms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "schedule",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_schedule")),
    )
    op.create_table(
        "cursor",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_cursor")),
    )
    op.create_table(
        "notice_choice",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("mail", sa.String(length=8), nullable=True),
        sa.CheckConstraint("mail IN ('none', 'at_once', 'daily')", name=op.f("ck_notice_choice_mail")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_notice_choice_user_id")),
        sa.PrimaryKeyConstraint("user_id", "topic", name=op.f("pk_notice_choice")),
    )
    op.create_table(
        "notice_hours",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=False),
        sa.Column("quiet_to", sa.Integer(), nullable=False),
        sa.Column("daily_at", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_notice_hours_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_notice_hours")),
    )
    op.create_table(
        "notice",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_notice_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("user_id", "topic", "key", name=op.f("uq_notice_user_id_topic_key")),
        sa.UniqueConstraint("uuid", name=op.f("uq_notice_uuid")),
    )
    op.create_index("ix_notice_created_at", "notice", ["created_at"], unique=False)
    op.create_index("ix_notice_list", "notice", ["user_id", "is_shown", "id"], unique=False)
    for name, column, where in (
        ("ix_notice_unread", "user_id", "read_at IS NULL"),
        ("ix_notice_mail", "mail_at", "mail_at IS NOT NULL"),
    ):
        condition = sa.text(where)
        op.create_index(
            name, "notice", [column], unique=False, sqlite_where=condition, postgresql_where=condition
        )


def downgrade() -> None:
    """Change the tables back."""
    for table in ("notice", "notice_hours", "notice_choice", "cursor", "schedule"):
        op.drop_table(table)
