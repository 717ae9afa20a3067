"""What harvesters may hear of: changed items that wait, their records, the sets these stand in."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0004_content_store"
down_revision = "20261122_0003_content_store"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables. What is published already waits for its first stamp."""
    op.create_table(
        "cs_harvest_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_uuid", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cs_harvest_change")),
    )
    op.create_table(
        "cs_harvest_record",
        sa.Column("item_uuid", sa.Uuid(), nullable=False),
        sa.Column("stamp", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("item_uuid", name=op.f("pk_cs_harvest_record")),
        sa.UniqueConstraint("stamp", name=op.f("uq_cs_harvest_record_stamp")),
    )
    op.create_table(
        "cs_harvest_set",
        sa.Column("item_uuid", sa.Uuid(), nullable=False),
        sa.Column("spec", sa.String(length=60), nullable=False),
        sa.Column("stamp", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("item_uuid", "spec", name=op.f("pk_cs_harvest_set")),
    )
    op.create_index("ix_cs_harvest_set_spec_stamp", "cs_harvest_set", ["spec", "stamp"], unique=False)
    op.execute(
        sa.text(
            "INSERT INTO cs_harvest_change (item_uuid) SELECT uuid FROM cs_item WHERE state = 'published'"
        )
    )
