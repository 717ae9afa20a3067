"""What people say of items: ratings, comments, reported problems; curated shelves and short addresses."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0013_lms"
down_revision = "20261122_0012_lms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    _add_voices()
    _add_cases()
    _add_shelves()


def _rooted() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _hideable() -> list[sa.Column]:
    return [
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_by", sa.Integer(), nullable=True),
        sa.Column("hidden_reason", sa.String(length=500), nullable=False),
    ]


def _keys(table: str) -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("uuid", name=op.f(f"uq_{table}_uuid")),
    ]


def _add_voices() -> None:
    op.create_table(
        "item_rating",
        sa.Column("item_uuid", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        *_rooted(),
        *_hideable(),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_item_rating_stars")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_item_rating_user_id")),
        sa.UniqueConstraint("item_uuid", "user_id", name=op.f("uq_item_rating_item_uuid_user_id")),
        *_keys("item_rating"),
    )
    op.create_index("ix_item_rating_item", "item_rating", ["item_uuid", "id"], unique=False)
    op.create_index("ix_item_rating_user_id", "item_rating", ["user_id"], unique=False)
    op.create_table(
        "item_comment",
        sa.Column("item_uuid", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        *_rooted(),
        *_hideable(),
        sa.ForeignKeyConstraint(["parent_id"], ["item_comment.id"], name=op.f("fk_item_comment_parent_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_item_comment_user_id")),
        *_keys("item_comment"),
    )
    op.create_index("ix_item_comment_item", "item_comment", ["item_uuid", "id"], unique=False)
    op.create_index("ix_item_comment_parent", "item_comment", ["parent_id", "id"], unique=False)
    op.create_index("ix_item_comment_user_id", "item_comment", ["user_id"], unique=False)


def _add_cases() -> None:
    op.create_table(
        "item_case",
        sa.Column("item_uuid", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=True),
        *_rooted(),
        sa.CheckConstraint(
            "state IN ('open', 'taken', 'settled', 'rejected', 'recalled')", name=op.f("ck_item_case_state")
        ),
        sa.ForeignKeyConstraint(["closed_by"], ["user.id"], name=op.f("fk_item_case_closed_by")),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_item_case_org_id")),
        sa.ForeignKeyConstraint(["taken_by"], ["user.id"], name=op.f("fk_item_case_taken_by")),
        *_keys("item_case"),
    )
    op.create_index("ix_item_case_item", "item_case", ["item_uuid", "id"], unique=False)
    op.create_index("ix_item_case_queue", "item_case", ["state", "id"], unique=False)
    op.create_index("ix_item_case_org_id", "item_case", ["org_id"], unique=False)
    is_live = sa.text("state IN ('open', 'taken')")
    op.create_index(
        "uq_item_case_live",
        "item_case",
        ["item_uuid"],
        unique=True,
        sqlite_where=is_live,
        postgresql_where=is_live,
    )
    op.create_table(
        "item_report",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        *_rooted(),
        sa.ForeignKeyConstraint(["case_id"], ["item_case.id"], name=op.f("fk_item_report_case_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_item_report_user_id")),
        sa.UniqueConstraint("case_id", "user_id", name=op.f("uq_item_report_case_id_user_id")),
        *_keys("item_report"),
    )
    op.create_index("ix_item_report_user_id", "item_report", ["user_id"], unique=False)


def _add_shelves() -> None:
    op.create_table(
        "shelf",
        sa.Column("collection_uuid", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        *_rooted(),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_shelf_org_id")),
        sa.UniqueConstraint("collection_uuid", name=op.f("uq_shelf_collection_uuid")),
        *_keys("shelf"),
    )
    op.create_index("ix_shelf_org_id", "shelf", ["org_id"], unique=False)
    op.create_index("ix_shelf_opened_at", "shelf", ["opened_at"], unique=False)
    op.create_table(
        "short_link",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("item_uuid", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_short_link")),
        sa.UniqueConstraint("item_uuid", name=op.f("uq_short_link_item_uuid")),
    )


def downgrade() -> None:
    """Change the tables back."""
    for table in ("short_link", "shelf", "item_report", "item_case", "item_comment", "item_rating"):
        op.drop_table(table)
