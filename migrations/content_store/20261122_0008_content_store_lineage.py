"""What items were made from, and changes that others offer for them."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0008_content_store"
down_revision = "20261122_0007_content_store"
branch_labels = None
depends_on = None

BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "cs_lineage",
        sa.Column("item_id", BIG_KEY, nullable=False),
        sa.Column("source_id", BIG_KEY, nullable=False),
        sa.Column("how", sa.String(length=12), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("how in ('adaptation', 'collection')", name=op.f("ck_cs_lineage_how")),
        sa.ForeignKeyConstraint(["item_id"], ["cs_item.id"], name=op.f("fk_cs_lineage_item_id_cs_item")),
        sa.ForeignKeyConstraint(
            ["source_id"], ["cs_version.id"], name=op.f("fk_cs_lineage_source_id_cs_version")
        ),
        sa.PrimaryKeyConstraint("item_id", "source_id", name=op.f("pk_cs_lineage")),
    )
    op.create_index(op.f("ix_cs_lineage_source_id"), "cs_lineage", ["source_id"], unique=False)
    op.create_table(
        "cs_suggestion",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("item_id", BIG_KEY, nullable=False),
        sa.Column("base_id", BIG_KEY, nullable=False),
        sa.Column("author", sa.String(length=100), nullable=False),
        sa.Column("credit", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("reading_id", BIG_KEY, nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.Column("made_number", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('open', 'accepted', 'declined', 'withdrawn')", name=op.f("ck_cs_suggestion_state")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["cs_item.id"], name=op.f("fk_cs_suggestion_item_id_cs_item")),
        sa.ForeignKeyConstraint(
            ["base_id"], ["cs_version.id"], name=op.f("fk_cs_suggestion_base_id_cs_version")
        ),
        sa.ForeignKeyConstraint(["sha256"], ["cs_blob.sha256"], name=op.f("fk_cs_suggestion_sha256_cs_blob")),
        sa.ForeignKeyConstraint(
            ["reading_id"], ["cs_reading.id"], name=op.f("fk_cs_suggestion_reading_id_cs_reading")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cs_suggestion")),
        sa.UniqueConstraint("uuid", name=op.f("uq_cs_suggestion_uuid")),
    )
    for name, columns in (
        ("ix_cs_suggestion_author", ["author", "id"]),
        ("ix_cs_suggestion_base_id", ["base_id"]),
        ("ix_cs_suggestion_item_state", ["item_id", "state", "id"]),
        ("ix_cs_suggestion_reading_id", ["reading_id"]),
        ("ix_cs_suggestion_sha256", ["sha256"]),
    ):
        op.create_index(name, "cs_suggestion", columns, unique=False)
