"""Uploads that come in pieces, the rows of imports, and what tells near copies."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0003_content_store"
down_revision = "20261122_0002_content_store"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "cs_resumable",
        sa.Column("id", key, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("home", sa.String(length=100), nullable=True),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("item_uuid", sa.Uuid(), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cs_resumable")),
        sa.UniqueConstraint("uuid", name=op.f("uq_cs_resumable_uuid")),
    )
    op.create_index("ix_cs_resumable_owner", "cs_resumable", ["owner", "expires_at"], unique=False)
    op.create_index(op.f("ix_cs_resumable_expires_at"), "cs_resumable", ["expires_at"], unique=False)
    op.create_table(
        "cs_resumable_part",
        sa.Column("resumable_id", key, nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["resumable_id"],
            ["cs_resumable.id"],
            name=op.f("fk_cs_resumable_part_resumable_id_cs_resumable"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("resumable_id", "start", name=op.f("pk_cs_resumable_part")),
        sa.UniqueConstraint("name", name=op.f("uq_cs_resumable_part_name")),
    )
    op.create_table(
        "cs_import_key",
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("item_uuid", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner", "key", name=op.f("pk_cs_import_key")),
    )
    op.create_table(
        "cs_likeness",
        sa.Column("reading_id", key, nullable=False),
        sa.Column("text_hashes", sa.LargeBinary(), nullable=True),
        sa.Column("picture_hash", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["reading_id"], ["cs_reading.id"], name=op.f("fk_cs_likeness_reading_id_cs_reading")
        ),
        sa.PrimaryKeyConstraint("reading_id", name=op.f("pk_cs_likeness")),
    )
    op.create_table(
        "cs_likeness_band",
        sa.Column("band", sa.BigInteger(), nullable=False),
        sa.Column("reading_id", key, nullable=False),
        sa.ForeignKeyConstraint(
            ["reading_id"], ["cs_reading.id"], name=op.f("fk_cs_likeness_band_reading_id_cs_reading")
        ),
        sa.PrimaryKeyConstraint("band", "reading_id", name=op.f("pk_cs_likeness_band")),
    )
    op.create_index(op.f("ix_cs_likeness_band_reading_id"), "cs_likeness_band", ["reading_id"], unique=False)
