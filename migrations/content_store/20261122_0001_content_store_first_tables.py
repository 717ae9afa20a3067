"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0001_content_store"
down_revision = None
branch_labels = ("content_store",)
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "cs_blob",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_cs_blob")),
    )
    op.create_table(
        "cs_collection",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("home", sa.String(length=100), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cs_collection")),
        sa.UniqueConstraint("uuid", name=op.f("uq_cs_collection_uuid")),
    )
    op.create_index(
        "ix_cs_collection_owner_updated", "cs_collection", ["owner", "updated_at", "uuid"], unique=False
    )
    op.create_table(
        "cs_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("home", sa.String(length=100), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("latest_number", sa.Integer(), nullable=False),
        sa.Column("published_number", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('draft', 'published', 'retired')", name=op.f("ck_cs_item_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cs_item")),
        sa.UniqueConstraint("uuid", name=op.f("uq_cs_item_uuid")),
    )
    op.create_index(op.f("ix_cs_item_home"), "cs_item", ["home"], unique=False)
    op.create_index("ix_cs_item_owner_updated", "cs_item", ["owner", "updated_at", "uuid"], unique=False)
    op.create_index("ix_cs_item_state_updated", "cs_item", ["state", "updated_at", "uuid"], unique=False)
    op.create_table(
        "cs_search_queue",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_uuid", sa.Uuid(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cs_search_queue")),
    )
    op.create_table(
        "cs_collection_item",
        sa.Column("collection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["cs_collection.id"],
            name=op.f("fk_cs_collection_item_collection_id_cs_collection"),
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["cs_item.id"], name=op.f("fk_cs_collection_item_item_id_cs_item")
        ),
        sa.PrimaryKeyConstraint("collection_id", "item_id", name=op.f("pk_cs_collection_item")),
    )
    op.create_index(op.f("ix_cs_collection_item_item_id"), "cs_collection_item", ["item_id"], unique=False)
    op.create_index(
        "ix_cs_collection_item_order", "cs_collection_item", ["collection_id", "position"], unique=False
    )
    op.create_table(
        "cs_item_audience",
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["cs_item.id"], name=op.f("fk_cs_item_audience_item_id_cs_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "token", name=op.f("pk_cs_item_audience")),
    )
    op.create_index("ix_cs_item_audience_token_item", "cs_item_audience", ["token", "item_id"], unique=False)
    op.create_table(
        "cs_reading",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("suffix", sa.String(length=16), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=20), nullable=True),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("rights", sa.Text(), nullable=True),
        sa.Column("license_id", sa.String(length=40), nullable=True),
        sa.Column("outline", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("duration_s", sa.Float(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("preview_sha256", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("has_reading_html", sa.Boolean(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("passages", sa.JSON(), nullable=False),
        sa.Column("reading_html", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["preview_sha256"], ["cs_blob.sha256"], name=op.f("fk_cs_reading_preview_sha256_cs_blob")
        ),
        sa.ForeignKeyConstraint(["sha256"], ["cs_blob.sha256"], name=op.f("fk_cs_reading_sha256_cs_blob")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cs_reading")),
        sa.UniqueConstraint("sha256", "suffix", name=op.f("uq_cs_reading_sha256_suffix")),
    )
    op.create_index(op.f("ix_cs_reading_preview_sha256"), "cs_reading", ["preview_sha256"], unique=False)
    op.create_table(
        "cs_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=True),
        sa.Column("grades", sa.JSON(), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("license_id", sa.String(length=40), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("rights_holder", sa.String(length=300), nullable=True),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["cs_item.id"], name=op.f("fk_cs_version_item_id_cs_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cs_version")),
        sa.UniqueConstraint("item_id", "number", name=op.f("uq_cs_version_item_id_number")),
    )
    op.create_table(
        "cs_version_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("reading_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["reading_id"], ["cs_reading.id"], name=op.f("fk_cs_version_file_reading_id_cs_reading")
        ),
        sa.ForeignKeyConstraint(
            ["sha256"], ["cs_blob.sha256"], name=op.f("fk_cs_version_file_sha256_cs_blob")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["cs_version.id"], name=op.f("fk_cs_version_file_version_id_cs_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cs_version_file")),
        sa.UniqueConstraint("uuid", name=op.f("uq_cs_version_file_uuid")),
        sa.UniqueConstraint("version_id", "position", name=op.f("uq_cs_version_file_version_id_position")),
    )
    op.create_index(op.f("ix_cs_version_file_reading_id"), "cs_version_file", ["reading_id"], unique=False)
    op.create_index(op.f("ix_cs_version_file_sha256"), "cs_version_file", ["sha256"], unique=False)
